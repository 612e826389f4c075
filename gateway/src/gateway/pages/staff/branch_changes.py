"""A branch: who is there, and how it is renamed, moved, closed and opened again."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from chassis.http.problem import Problem
from chassis.http.routing import Routes, route
from contracts.http.enrollment import BranchesQuery, BranchOut
from flask import Response, request

from gateway.clients.page_services import PageServices
from gateway.forms.base import PageForm, apply_problem
from gateway.forms.branches import BranchNameForm, BranchPlaceForm, BranchStateForm
from gateway.identity.account import OPERATOR, STAFF, Account
from gateway.identity.account_lists import AccountLists
from gateway.pages.branch_words import name_branches, pick_branch, write_branch
from gateway.pages.components.tables import build_heads
from gateway.pages.page_client import page_services
from gateway.pages.rendering import redirect_to, render_page
from gateway.pages.role_guard import for_role
from gateway.pages.staff.branch_lines import PATH, branch_columns, view_lines
from gateway.texts.accounts import DONE, STATES
from gateway.texts.language import gettext

BELOW = 50
"""Branches below that the page names; the list has all."""
RENAME, MOVE, CLOSE, REOPEN = "rename", "move", "close", "reopen"
WHAT = {RENAME: "renamed", MOVE: "moved", CLOSE: "closed", REOPEN: "reopened"}


@dataclass(frozen=True)
class OfficerLine:
    """An officer of the branch, with the state of the account."""

    path: str
    name: str
    state: str
    tone: str


@dataclass(frozen=True)
class BranchForms:
    """The forms of a branch's page; the one of `action` holds what was sent."""

    action: str = ""
    rename: BranchNameForm = field(default_factory=BranchNameForm)
    move: BranchPlaceForm = field(default_factory=BranchPlaceForm)
    state: BranchStateForm = field(default_factory=BranchStateForm)

    @classmethod
    def of_request(cls) -> "BranchForms":
        """The forms of this request; the one that was sent holds what was sent."""
        action = request.form.get("action", "")
        made = cls(action)
        if request.method == "POST":
            made.sent_form.process(request.form)
        return made

    @property
    def sent_form(self) -> BranchNameForm | BranchPlaceForm | BranchStateForm:
        """The form that was sent."""
        if self.action == RENAME:
            return self.rename
        return self.move if self.action == MOVE else self.state


class BranchChangePages(Routes):
    """The page of one branch."""

    name = "branch_changes"

    def __init__(self, accounts: AccountLists) -> None:
        self.accounts = accounts

    @route(f"{PATH}/<branch_id>", "GET", "POST")
    @for_role(STAFF, OPERATOR)
    def show_branch(self, branch_id: str) -> Response:
        """A branch; what was sent is done, or the page says why not."""
        services, forms = page_services(), BranchForms.of_request()
        status = 200
        if request.method == "POST":
            try:
                if _change_branch(services, forms, branch_id):
                    return redirect_to(f"{PATH}/{branch_id}?done={WHAT[forms.action]}")
                status = 422
            except Problem as problem:
                if problem.status == 404 or problem.status >= 500:
                    raise
                apply_problem(forms.sent_form, problem, problem.detail)
                status = problem.status
        return self._render_branch(services, forms, branch_id, status)

    def _render_branch(
        self, services: PageServices, forms: BranchForms, branch_id: str, status: int
    ) -> Response:
        branch = services.enrollment.show_branch(branch_id)
        below = services.enrollment.list_branches(
            BranchesQuery(below=branch_id, limit=BELOW)
        )
        names = name_branches(services, branch.line[:-1])
        _fill_forms(forms, branch, names)
        lines = view_lines(services, self.accounts, below.items)
        return render_page(
            "staff/branches/show.html",
            status,
            branch=branch,
            above=[(id_, names.get(id_, id_)) for id_ in branch.line[:-1]],
            officers=[
                view_officer(account)
                for account in self.accounts.find_officers(branch_id)
            ],
            own=next((line for line in lines if line.id == branch_id), None),
            heads=build_heads(branch_columns(), PATH, {}),
            lines=[line for line in lines if line.id != branch_id],
            has_more=bool(below.next),
            forms=forms,
            done=gettext(DONE.get(request.args.get("done", ""), "")),
        )


def view_officer(account: Account) -> OfficerLine:
    """An officer as the page of the branch shows them."""
    text, tone = STATES[account.state]
    return OfficerLine(f"/accounts/{account.id}", account.name, gettext(text), tone)


def _change_branch(services: PageServices, forms: BranchForms, branch_id: str) -> bool:
    """Whether it is done; False where a form has faults. Raises Problem."""
    enrollment, action = services.enrollment, forms.action
    form = forms.sent_form
    if action not in WHAT or not form.validate():
        return False
    version = _version_of(form)
    if action == RENAME:
        enrollment.rename_branch(branch_id, forms.rename.name.data or "", version)
    elif action == MOVE:
        parent = pick_branch(services, forms.move, "parent")
        if parent is None:
            return False
        enrollment.move_branch(branch_id, parent, version)
    elif action == CLOSE:
        enrollment.close_branch(branch_id, version)
    else:
        enrollment.reopen_branch(branch_id, version)
    return True


def _version_of(form: PageForm) -> int:
    """The version that was seen; none that ever was, where a form lacks it."""
    written = str(form["version"].data or "")
    return int(written) if written.isdecimal() and len(written) < 15 else 0


def _fill_forms(
    forms: BranchForms, branch: BranchOut, names: Mapping[str, str]
) -> None:
    """What a form shows that nobody has filled in yet."""
    for form in (forms.rename, forms.move, forms.state):
        form.version.data = str(branch.version)
    if forms.action != RENAME:
        forms.rename.name.data = branch.name
    if forms.action != MOVE and branch.parent:
        name = names.get(branch.parent, branch.parent)
        forms.move.parent.data = write_branch(branch.parent, name)
