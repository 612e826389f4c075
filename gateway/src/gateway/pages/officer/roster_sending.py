"""Send a roster: choose a file, see how it was understood, confirm, follow it."""

from dataclasses import replace
from typing import Any

from chassis.http.body_limits import LARGE, limit_body
from chassis.http.problem import Problem
from chassis.http.routing import Routes, get, post, route
from contracts.http.enrollment import BranchesQuery
from contracts.http.rosters import ChunkIn
from flask import Response, request

from gateway.clients.page_services import PageServices
from gateway.clients.parts import Unavailable
from gateway.forms.rosters import MOST_PICKED, RosterForm
from gateway.identity.account import OFFICER
from gateway.pages.officer.draft_choices import (
    LONGEST_NAME,
    name_roster,
    read_choices,
    read_name,
)
from gateway.pages.officer.draft_view import view_draft
from gateway.pages.officer.roster_names import (
    NEAR_BRANCHES,
    find_branch,
    find_classes,
    find_named_branches,
    find_named_classes,
    name_branches,
    own_account,
    own_branch,
)
from gateway.pages.page_client import page_services
from gateway.pages.rendering import is_part, redirect_to, render_page
from gateway.pages.role_guard import for_role
from gateway.roster_drafts.draft import DraftChoices, DraftSummary, RosterDraft
from gateway.roster_drafts.draft_store import RosterDrafts, new_draft_id
from gateway.roster_drafts.read_draft import Names, ReadDraft
from gateway.roster_drafts.send_draft import SendDraft
from gateway.roster_files.roster_faults import RosterUnreadable
from gateway.roster_files.roster_file import fresh_id
from gateway.texts import N_
from gateway.texts.language import gettext, translate_refusal

READING_SECONDS = 20.0
"""A file is read with the names of 2,000 branches; a page of one has less to ask."""


class RosterSendingPages(Routes):
    """Pages from a file to a roster that is sent."""

    name = "roster_sending"

    def __init__(self, drafts: RosterDrafts, read_draft: ReadDraft) -> None:
        self.drafts, self.read_draft = drafts, read_draft
        self.send_draft = SendDraft(drafts)

    @route("/rosters/new", "GET", "POST")
    @for_role(OFFICER)
    @limit_body(LARGE)
    def choose_file(self) -> Response:
        """The form; a file that can be opened is shown as it was understood."""
        form, services = RosterForm.of_request(), page_services(READING_SECONDS)
        _offer_choices(form, services)
        if not form.is_sent():
            return _render_form(form)
        branch = _find_branch(form, services)
        content, file_name = _read_file(form)
        if form.find_faults():
            return _render_form(form, 422)
        draft = RosterDraft(
            new_draft_id(),
            own_account(),
            branch,
            file_name,
            "",
            bool(form.dry_run.data),
            DraftChoices(form.class_id.data or ""),
            DraftSummary(),
        )
        try:
            read, roster = self.read_draft(draft, content, _names_of(services))
        except RosterUnreadable as fault:
            form.refuse(fault.translated_text(gettext), "file")
            return _render_form(form, 422)
        read = name_roster(read)
        self.drafts.create_draft(read, content)
        self.drafts.write_reading(read, roster)
        return redirect_to(f"/roster-drafts/{draft.id}")

    @get("/rosters/branches")
    @for_role(OFFICER)
    def list_branches(self) -> Response:
        """Branches whose name has these words, for a field that offers them."""
        words = request.args.get("branch_words", "").strip()[:LONGEST_NAME]
        asked = BranchesQuery(q=words, limit=NEAR_BRANCHES)
        found = page_services().enrollment.list_branches(asked).items
        return render_page("officer/rosters/branches.html", branches=found)

    @get("/roster-drafts/<draft>")
    @for_role(OFFICER)
    def show_draft(self, draft: str) -> Response:
        found = self._require_draft(draft)
        if found.is_begun:
            return redirect_to(f"/roster-drafts/{draft}/sending")
        return _render_draft(found)

    @post("/roster-drafts/<draft>")
    @for_role(OFFICER)
    def read_again(self, draft: str) -> Response:
        """Other columns or another sheet: the same file is read again."""
        found = self._require_draft(draft)
        return self._read_again(found, read_choices(found))

    @post("/roster-drafts/<draft>/sending")
    @for_role(OFFICER)
    def submit_draft(self, draft: str) -> Response:
        """Confirm, or send on what is begun: as much as one request may."""
        found = self._require_draft(draft)
        if not found.is_begun:
            choices = read_choices(found)
            if choices != found.choices or not found.roster_id:
                return self._read_again(found, choices)
            found = self._begin_sending(found)
        return self._send_on(found)

    @get("/roster-drafts/<draft>/sending")
    @for_role(OFFICER)
    def show_sending(self, draft: str) -> Response:
        found = self._require_draft(draft)
        if not found.is_begun:
            return redirect_to(f"/roster-drafts/{draft}")
        return render_page("officer/rosters/sending.html", draft=found, refusal="")

    @post("/roster-drafts/<draft>/removal")
    @for_role(OFFICER)
    def remove_draft(self, draft: str) -> Response:
        self.drafts.delete_draft(self._require_draft(draft).id)
        return redirect_to("/rosters")

    def _require_draft(self, id_: str) -> RosterDraft:
        found = self.drafts.get_draft(id_, own_account())
        if found is None:
            raise Problem(404, "unknown-draft", "没有这份待送的名册：请重新选文件")
        return found

    def _read_again(self, draft: RosterDraft, choices: DraftChoices) -> Response:
        changed = replace(draft, choices=choices)
        content = self.drafts.get_content(draft.id)
        names = _names_of(page_services(READING_SECONDS))
        try:
            read, roster = self.read_draft(changed, content, names)
        except RosterUnreadable as fault:
            return _render_draft(draft, 422, fault.translated_text(gettext))
        self.drafts.write_reading(name_roster(read), roster)
        if roster is not None and choices.mapping is not None:
            self.read_draft.mappings.put_mapping(draft.branch_id, choices.mapping)
        return redirect_to(f"/roster-drafts/{draft.id}")

    def _begin_sending(self, draft: RosterDraft) -> RosterDraft:
        """Confirmed: under the file's own id, so that a repeat is known, or anew."""
        is_anew = draft.dry_run or bool(request.form.get("anew"))
        roster_id = fresh_id(draft.roster_id, draft.dry_run) if is_anew else ""
        was_before = not is_anew and _was_sent(draft)
        name = read_name(request.form.get("name", "")) or draft.name
        self.drafts.begin_sending(
            draft.id, name, roster_id or draft.roster_id, was_before
        )
        return self._require_draft(draft.id)

    def _send_on(self, draft: RosterDraft) -> Response:
        services = page_services()

        def put_chunk(key: str, rows: list[dict[str, Any]]) -> object:
            chunk = ChunkIn(
                roster_id=draft.roster_id,
                rows=rows,
                dry_run=draft.dry_run,
                name=draft.name,
            )
            return services.enrollment.put_chunk(draft.branch_id, key, chunk)

        try:
            is_sent = self.send_draft(draft, put_chunk)
        except Problem as problem:
            text = translate_refusal(problem.slug, problem.detail)
            return _render_sending(self._require_draft(draft.id), text)
        if not is_sent:
            return _render_sending(self._require_draft(draft.id))
        self.drafts.delete_draft(draft.id)
        before = "?before=1" if draft.was_before else ""
        return _lead_to(f"/rosters/{draft.branch_id}/{draft.roster_id}{before}")


def _lead_to(path: str) -> Response:
    """To another page, also where only a part of this one was asked for."""
    if not is_part():
        return redirect_to(path)
    return Response("", 200, {"HX-Redirect": path})


def _offer_choices(form: RosterForm, services: PageServices) -> None:
    asked = services.ask_part(
        services.enrollment.list_branches, BranchesQuery(limit=MOST_PICKED + 1)
    )
    classes = find_classes(services) or []
    found = asked.get_answer()
    branches = [] if isinstance(found, Unavailable) else found.items
    form.offer_choices(classes, branches, own_branch())


def _render_form(form: RosterForm, status: int = 200) -> Response:
    return render_page("officer/rosters/new.html", status, form=form)


def _find_branch(form: RosterForm, services: PageServices) -> str:
    """The branch that is meant; a fault at its field where none is."""
    if "branch" in form:
        picked = str(form.branch.data or own_branch())
        if picked not in form.branch_ids:
            form.refuse(gettext(N_("请从列表里选")), "branch")
        return picked
    if "branch_words" not in form:
        return own_branch()
    branch, near = find_branch(services, form.branch_words.data or "")
    if not branch:
        names = gettext(N_("、")).join(f"{one.name}（{one.id}）" for one in near[:5])
        text = gettext(N_("没有找到这个单位：请写全名或编号。相近的有：%(names)s"))
        form.refuse(text % {"names": names or "—"}, "branch_words")
    return branch


def _read_file(form: RosterForm) -> tuple[bytes, str]:
    """The bytes of the file and its name; a fault at its field where there is none."""
    sent = form.file.data
    if sent is None or not sent.filename:
        fault = RosterUnreadable("file-missing")
        form.refuse(fault.translated_text(gettext), "file")
        return b"", ""
    content: bytes = sent.read()
    return content, read_name(sent.filename)


def _names_of(services: PageServices) -> Names:
    return Names(
        lambda: find_named_classes(services), lambda: find_named_branches(services)
    )


def _was_sent(draft: RosterDraft) -> bool:
    """Whether this roster came before. A service that is away is met when sending."""
    try:
        page_services().enrollment.show_roster(draft.branch_id, draft.roster_id)
    except Problem:
        return False
    return True


def _render_draft(draft: RosterDraft, status: int = 200, refusal: str = "") -> Response:
    services = page_services()
    names = name_branches(services, [draft.branch_id])
    can_be_before = bool(draft.roster_id) and not draft.dry_run
    before = _was_sent(draft) if can_be_before else False
    return render_page(
        "officer/rosters/draft.html",
        status,
        draft=view_draft(draft, names.get(draft.branch_id, draft.branch_id)),
        before=f"/rosters/{draft.branch_id}/{draft.roster_id}" if before else "",
        refusal=refusal,
    )


def _render_sending(draft: RosterDraft, refusal: str = "") -> Response:
    name = "sending_part" if is_part() else "sending"
    return render_page(f"officer/rosters/{name}.html", draft=draft, refusal=refusal)
