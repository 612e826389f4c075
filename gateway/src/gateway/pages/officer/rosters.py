"""Rosters that were sent: the list, and one with its rows."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from chassis.http.routing import Routes, get
from contracts.http.enrollment import BranchesQuery, BranchOut
from contracts.http.rosters import RosterOut, RostersQuery, RowsQuery
from flask import Response, request

from gateway.clients.page_services import PageServices
from gateway.clients.parts import Unavailable
from gateway.forms.rosters import MOST_PICKED, RosterSearchForm, RowSearchForm
from gateway.identity.account import OFFICER
from gateway.pages.components.paging import build_pages
from gateway.pages.officer.roster_names import (
    find_branch,
    name_branches,
    offer_branch,
    own_account,
)
from gateway.pages.officer.roster_view import (
    ALL,
    COUNTED,
    NEEDING,
    RosterView,
    view_roster,
    view_row,
    view_tabs,
)
from gateway.pages.page_client import page_services
from gateway.pages.rendering import is_part, render_page
from gateway.pages.role_guard import for_role
from gateway.roster_drafts.draft_store import RosterDrafts

PAGE_ROWS = 50
"""Rows that one looks through; a search finds one sooner than scrolling."""
Senders = Callable[[Iterable[str]], Mapping[str, str]]
"""The names of accounts by their ids."""
SETTLING = 60.0
"""Seconds after which what was sent is counted, also on a busy day."""
KINDS = {"real": False, "trial": True}


@dataclass(frozen=True)
class PickedBranch:
    """The branch whose rosters are wanted, empty for all; if its words name none, those
    that they may mean."""

    id: str = ""
    near: Sequence[BranchOut] = ()
    is_unknown: bool = False


class RosterPages(Routes):
    """Pages of rosters that were sent."""

    name = "rosters"

    def __init__(self, senders: Senders, drafts: RosterDrafts) -> None:
        self.senders, self.drafts = senders, drafts

    @get("/rosters")
    @for_role(OFFICER)
    def list_rosters(self) -> Response:
        """What was sent, the newest first, and what was chosen and not sent yet."""
        services = page_services()
        form = RosterSearchForm.of_request()
        picked = _pick_branch(services, form.branch_words.data or "")
        asked = RostersQuery(
            after=request.args.get("after", ""),
            branch=picked.id,
            dry_run=KINDS.get(form.kind.data or ""),
        )
        rosters = services.ask_part(services.enrollment.list_rosters, asked)
        _offer_choices(services, form, picked)
        context: dict[str, Any] = {
            "form": form,
            "drafts": self.drafts.find_drafts(own_account()),
            "is_unknown": picked.is_unknown,
            "near": picked.near,
        }
        template = f"officer/rosters/{'list_found' if is_part() else 'list'}.html"
        found = rosters.get_answer()
        if isinstance(found, Unavailable):
            return render_page(template, rosters=found, pages=None, **context)
        return render_page(
            template,
            rosters=self._view_rosters(services, found.items),
            pages=build_pages("/rosters", request.args, found.next),
            **context,
        )

    @get("/rosters/<branch>/<roster>")
    @for_role(OFFICER)
    def show_roster(self, branch: str, roster: str) -> Response:
        """A roster with some of its rows: those first that need something."""
        services = page_services()
        progress = services.enrollment.show_progress(branch, roster, 0)
        [view] = self._view_rosters(services, [progress.roster])
        form = RowSearchForm.of_request()
        search = form.search.data or ""
        show = request.args.get("show", "")
        if show not in (NEEDING, ALL, *COUNTED):
            show = NEEDING if view.needing and not search else ALL
        asked = RowsQuery(
            after=request.args.get("after", ""),
            limit=PAGE_ROWS,
            outcome=show if show in COUNTED else "",
            needing=show == NEEDING,
            search=search,
            now=not view.is_trial,
        )
        page = services.enrollment.list_rows(branch, roster, asked)
        titles = find_titles(services, {row.class_id for row in page.items})
        rows = [view_row(row, view.is_trial, titles) for row in page.items]
        template = "found" if is_part() else "show"
        return render_page(
            f"officer/rosters/{template}.html",
            roster=view,
            rows=rows,
            tabs=view_tabs(view, show, quote(search)),
            show=show,
            form=form,
            cursor=progress.cursor,
            until=_follow_until(progress.roster.received),
            pages=build_pages(view.path, request.args, page.next),
            before="before" in request.args,
            repaired=request.args.get("repaired", type=int),
        )

    @get("/rosters/<branch>/<roster>/progress")
    @for_role(OFFICER)
    def show_progress(self, branch: str, roster: str) -> Response:
        """How far it is, for an open page; nothing while nothing changed.

        The rows come anew when a chunk changed, and that alone.
        """
        services = page_services()
        since = request.args.get("since", 0, type=int)
        progress = services.enrollment.show_progress(branch, roster, max(0, since))
        until = min(request.args.get("until", 0, type=int), time.time() + SETTLING)
        [view] = self._view_rosters(services, [progress.roster])
        is_open = view.is_moving or time.time() < until
        if since and progress.cursor == since and is_open:
            return Response("", 204)
        answer = render_page(
            "officer/rosters/progress.html",
            roster=view,
            cursor=progress.cursor,
            until=int(until) if is_open else 0,
        )
        if progress.changed or not view.is_moving:
            answer.headers["HX-Trigger"] = "rows-changed"
        return answer

    def _view_rosters(
        self, services: PageServices, rosters: list[RosterOut]
    ) -> list[RosterView]:
        """The rosters with the names of their branches and senders."""
        branches = name_branches(services, (one.branch_id for one in rosters))
        senders = self.senders({one.sent_by for one in rosters if one.sent_by})
        now = time.time()
        return [view_roster(one, branches, senders, now) for one in rosters]


def _pick_branch(services: PageServices, words: str) -> PickedBranch:
    """The branch whose rosters are wanted: by its id, or in words."""
    if not words:
        return PickedBranch(request.args.get("branch", ""))
    asked = services.ask_part_of("enrollment", find_branch, services, words)
    found = asked.get_answer()
    if isinstance(found, Unavailable):
        return PickedBranch()  # the rosters are away as well
    branch, near = found
    return PickedBranch(branch, near, is_unknown=not branch)


def _offer_choices(
    services: PageServices, form: RosterSearchForm, picked: PickedBranch
) -> None:
    """The branches to pick from; one that was picked by its id is named."""
    asked = services.ask_part(
        services.enrollment.list_branches, BranchesQuery(limit=MOST_PICKED + 1)
    )
    found = asked.get_answer()
    form.offer_choices([] if isinstance(found, Unavailable) else found.items)
    if "branch_words" not in form or form.branch_words.data or not picked.id:
        return
    name = name_branches(services, [picked.id]).get(picked.id, picked.id)
    form.branch_words.data = offer_branch(picked.id, name)


def _follow_until(received: float) -> int:
    """Until when an open page asks though all it knows of is decided: what was sent
    just now may not be counted yet."""
    is_fresh = time.time() < received + SETTLING or "repaired" in request.args
    return int(time.time() + SETTLING) if is_fresh else 0


def find_titles(services: PageServices, class_ids: Iterable[str]) -> dict[str, str]:
    """The titles of these classes; none while the catalogue does not answer."""
    wanted = sorted(id_ for id_ in set(class_ids) if id_.isascii() and id_.isalnum())
    if not wanted:
        return {}
    asked = services.ask_part(services.catalog.find_classes, wanted[:100])
    found = asked.get_answer()
    if isinstance(found, Unavailable):
        return {}
    return {id_: one.title for id_, one in found.items()}
