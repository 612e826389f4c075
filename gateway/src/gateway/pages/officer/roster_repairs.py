"""Put right the rows of a roster that were not taken, and send these alone again."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
from chassis.http.problem import Problem
from chassis.http.routing import Routes, route
from contracts.http.rosters import ChunkIn, RosterOut, RosterRowOut, RowsQuery
from contracts.http.shape import Page
from flask import Response, request

from gateway.clients.page_services import PageServices
from gateway.forms.rosters import RowForm
from gateway.identity.account import OFFICER
from gateway.pages.components.paging import build_pages
from gateway.pages.officer.roster_names import find_classes, find_named_classes
from gateway.pages.officer.roster_view import reason_text
from gateway.pages.page_client import page_services
from gateway.pages.rendering import redirect_to, render_page
from gateway.pages.role_guard import for_role
from gateway.roster_files.named_classes import resolve_classes
from gateway.texts import N_
from gateway.texts.language import gettext, translate_refusal
from gateway.texts.rosters import FIELD_OF_REASON

PAGE_ROWS = 20
"""Rows with seven fields each: what one fills in before one saves."""
SHOWN_FIELDS = ("name", "member_no", "phone", "class_id", "email", "branch_id")
"""What enrollment gives back; an ID number it never does."""


@dataclass(frozen=True)
class Repair:
    """A row that was not taken, its form and whether somebody changed it."""

    row: RosterRowOut
    form: RowForm
    reason: str
    is_changed: bool

    @property
    def keeps_id_number(self) -> bool:
        """Whether the row keeps an ID number that nobody sees here."""
        asked = self.form
        return self.row.has_id_number and not (
            asked.id_number.data or asked.without_id_number.data
        )

    @property
    def sent(self) -> dict[str, object]:
        """The row as it is sent again."""
        filled = {name: text for name, text in self.form.list_texts().items() if text}
        return {"row": self.row.row, **filled}


class RosterRepairPages(Routes):
    """Pages that repair rows."""

    name = "roster_repairs"

    @route("/rosters/<branch>/<roster>/repairs", "GET", "POST")
    @for_role(OFFICER)
    def repair_rows(self, branch: str, roster: str) -> Response:
        """The rows with their fields; those that were changed are sent again."""
        services = page_services()
        about = services.enrollment.show_roster(branch, roster)
        after = request.args.get("after", "")
        asked = RowsQuery(outcome="rejected", after=after, limit=PAGE_ROWS)
        page = services.enrollment.list_rows(branch, roster, asked)
        repairs = [_make_repair(row) for row in page.items]
        if request.method == "GET":
            return _render_repairs(services, about, page, repairs)
        changed = [one for one in repairs if one.is_changed]
        if not changed:
            text = gettext(N_("没有改动：改好几行就送几行"))
            return _render_repairs(services, about, page, repairs, text, 422)
        _resolve_titles(services, changed)
        faulty = [one for one in changed if one.form.mark_cell_faults()]
        if faulty:
            text = gettext(N_("有几处还不对，标在各行里"))
            return _render_repairs(services, about, page, repairs, text, 422)
        try:
            _send_repairs(services, about, changed)
        except Problem as problem:
            text = translate_refusal(problem.slug, problem.detail)
            return _render_repairs(services, about, page, repairs, text, problem.status)
        return redirect_to(f"/rosters/{branch}/{roster}?repaired={len(changed)}")


def _make_repair(row: RosterRowOut) -> Repair:
    """The row with its form, as it was written or as it was sent just now."""
    before = {name: getattr(row, name) for name in SHOWN_FIELDS}
    sent = request.form if request.method == "POST" else None
    form = RowForm(sent, data=before, prefix=f"row{row.row}-")
    after = form.list_texts()
    is_changed = any(after[name] != before.get(name, "") for name in after)
    if row.has_id_number:
        form.offer_removal()
        is_changed = is_changed or form.without_id_number.data
    else:
        del form.without_id_number
    is_here = sent is None or f"row{row.row}-name" in sent
    reason = reason_text(row.reason)
    if sent is None:
        form.refuse(reason, FIELD_OF_REASON.get(row.reason, "name"))
    return Repair(row, form, reason, is_changed and is_here and sent is not None)


def _resolve_titles(services: PageServices, changed: Sequence[Repair]) -> None:
    """Classes that were written by title become their ids."""
    classes = find_named_classes(services)
    if classes is None:
        return
    matches = resolve_classes(
        (one.form.class_id.data or "" for one in changed), classes
    )
    for one in changed:
        match = matches.get(one.form.class_id.data or "")
        if match is not None and match.id:
            one.form.class_id.data = match.id


def _send_repairs(
    services: PageServices, about: RosterOut, changed: Sequence[Repair]
) -> None:
    """One chunk with the changed rows; the same form again is the same chunk."""
    rows = [one.sent for one in changed]
    once = request.form.get("once", "")
    mark = hashlib.sha256(msgspec.json.encode([rows, once])).hexdigest()[:12]
    chunk = ChunkIn(
        roster_id=about.roster_id,
        rows=rows,
        dry_run=about.dry_run,
        name=about.name,
        repairs=[one.row.row for one in changed],
        kept_id_numbers=[one.row.row for one in changed if one.keeps_id_number],
    )
    services.enrollment.put_chunk(
        about.branch_id, f"{about.roster_id}.fix-{mark}", chunk
    )


def _render_repairs(
    services: PageServices,
    about: RosterOut,
    page: Page[RosterRowOut],
    repairs: Sequence[Repair],
    refusal: str = "",
    status: int = 200,
) -> Response:
    path = f"/rosters/{about.branch_id}/{about.roster_id}"
    once = RowForm(request.form or None).once.data
    return render_page(
        "officer/rosters/repairs.html",
        status,
        path=path,
        roster=about,
        repairs=repairs,
        once=once,
        refusal=refusal,
        classes=find_classes(services) or [],
        pages=build_pages(f"{path}/repairs", request.args, page.next),
    )
