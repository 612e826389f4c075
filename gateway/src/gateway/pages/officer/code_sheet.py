"""Activation codes: who of the branch has not taken up the account, and the sheet."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from chassis.http.routing import Routes, get, post
from contracts.http.enrollment import BranchesQuery, MemberOut, MembersQuery
from fields.codes import masked_phone
from flask import Response, request

from gateway.api.request_visitor import require_actor
from gateway.forms.people import CodesForm, MembersForm
from gateway.identity.account import ACTIVE, DISABLED, INVITED, OFFICER, RESET, Account
from gateway.identity.activation_codes import written_code
from gateway.identity.print_codes import NoCode, PrintCodes, PrintedCode
from gateway.pages.components.paging import build_pages
from gateway.pages.components.qr_codes import draw_qr
from gateway.pages.page_client import page_services
from gateway.pages.rendering import is_part, render_page
from gateway.pages.role_guard import for_role
from gateway.texts import N_
from gateway.texts.language import gettext, translate_refusal

PAGE_MEMBERS = 100
NO_STORE = "private, no-store, no-transform"
"""Neither kept nor packed: the length of a packed page betrays what is in it."""
STATES = {
    ACTIVE: (N_("已启用"), "ok"),
    INVITED: (N_("未启用"), "wait"),
    RESET: (N_("密码已重设，等本人设新密码"), "wait"),
    DISABLED: (N_("已停用"), "no"),
}
PRINTED = N_("已打印激活单")
Accounts = Callable[[Sequence[str]], dict[str, Account]]
"""The accounts of persons, by person."""


@dataclass(frozen=True)
class MemberView:
    """A member of the branch, and how far the account is; `may_print` while nobody has
    taken it up."""

    person_id: str
    name: str
    member_no: str
    branch_id: str
    state: str
    tone: str
    may_print: bool


@dataclass(frozen=True)
class SheetEntry:
    """What stands on paper for one person."""

    name: str
    branch_name: str
    member_no: str
    login: str
    code: str
    until: float
    qr: str


@dataclass(frozen=True)
class LeftOut:
    """Somebody who gets no code, by the account's name or, without one, by id; why."""

    name: str
    why: str


class CodeSheetPages(Routes):
    """Pages of activation codes."""

    name = "code_sheet"

    def __init__(
        self, print_codes: PrintCodes, accounts: Accounts, public_url: str
    ) -> None:
        self.print_codes, self.accounts = print_codes, accounts
        self.public_url = public_url

    @get("/people/codes")
    @for_role(OFFICER)
    def list_members(self) -> Response:
        """Who is in the branch, and who has not taken up the account."""
        services = page_services()
        form = MembersForm.of_request()
        asked = MembersQuery(
            after=request.args.get("after", ""),
            limit=PAGE_MEMBERS,
            branch=form.branch.data or "",
        )
        page = services.enrollment.list_members(asked)
        branches = services.enrollment.list_branches(BranchesQuery(limit=100))
        form.offer_branches(branches.items)
        accounts = self.accounts([one.person_id for one in page.items])
        return render_page(
            f"officer/codes/{'members' if is_part() else 'list'}.html",
            form=form,
            codes=CodesForm(),
            members=[view_member(m, accounts.get(m.person_id)) for m in page.items],
            pages=build_pages("/people/codes", request.args, page.next),
        )

    @post("/people/codes")
    @for_role(OFFICER)
    def print_sheet(self) -> Response:
        """The sheet, which is shown this once: whoever prints again voids it."""
        form = CodesForm.of_request()
        if not form.is_sent():
            return render_page("officer/codes/none.html", 422, form=form)
        printed, left = self.print_codes(require_actor(), form.person.data or [])
        known = self.accounts([one.person_id for one in left])
        sheet = render_page(
            "officer/codes/sheet.html",
            entries=[self._entry_of(one) for one in printed],
            left=[_left_out(one, known) for one in left],
            address=f"{self.public_url}/activate",
        )
        sheet.headers["Cache-Control"] = NO_STORE
        return sheet

    def _entry_of(self, printed: PrintedCode) -> SheetEntry:
        whom, code = printed.invitee, written_code(printed.code)
        return SheetEntry(
            whom.name,
            whom.branch_name,
            whom.member_no,
            _shown_login(printed.login),
            code,
            printed.until,
            # Behind the #: it reaches no server, so it stands in no log.
            draw_qr(f"{self.public_url}/activate#{code}"),
        )


def view_member(member: MemberOut, account: Account | None) -> MemberView:
    """A member as the list shows it."""
    state = account.state if account else INVITED
    text, tone = STATES[state]
    if account and account.code and account.code_until > time.time():
        text = PRINTED
    return MemberView(
        member.person_id,
        member.name,
        member.member_no,
        member.branch_id,
        gettext(text),
        tone,
        state == INVITED,
    )


def _shown_login(login: str) -> str:
    """A login as it stands on a slip that may be lost: its owner knows the phone."""
    return masked_phone(login) if login.isdigit() else login


def _left_out(one: NoCode, known: Mapping[str, Account]) -> LeftOut:
    account = known.get(one.person_id)
    name = account.name if account else one.person_id
    return LeftOut(name, translate_refusal(one.reason, ""))
