"""Officers, staff and operators are invited, or get a role at the account they have."""

from collections.abc import Callable

from chassis.http.problem import Problem
from chassis.http.routing import Routes, route
from flask import Response, request

from gateway.api.request_visitor import require_actor
from gateway.forms.base import apply_problem
from gateway.forms.managed_accounts import MemberInvitationForm
from gateway.identity.account import INVITED, OPERATOR, STAFF, Account
from gateway.identity.errors import Refusal
from gateway.identity.invite_members import InvitationRequest, InviteMembers
from gateway.pages.branch_words import pick_branch
from gateway.pages.errors import STATUSES
from gateway.pages.page_client import page_services
from gateway.pages.rendering import redirect_to, render_page
from gateway.pages.role_guard import for_role
from gateway.pages.staff.account_lists import PATH

FindKnown = Callable[[str], Account | None]
"""The account of a login, a phone, an address or a member number, or None."""


class MemberInvitationPages(Routes):
    """The page to invite somebody."""

    name = "member_invitations"

    def __init__(self, invite: InviteMembers, find_account: FindKnown) -> None:
        self.invite, self.find_account = invite, find_account

    @route(f"{PATH}/new", "GET", "POST")
    @for_role(STAFF, OPERATOR)
    def invite_member(self) -> Response:
        """Somebody is invited, and the account's page follows. Who has an account gets
        no second one: its page follows, where a role is added."""
        by, form = require_actor(), MemberInvitationForm.of_request()
        form.offer_roles(by.account.roles)
        status = 200 if request.method == "GET" else 422
        if form.is_sent():
            try:
                if path := self._invite(form):
                    return redirect_to(path)
            except Refusal as refusal:
                apply_problem(form, refusal)
                status = STATUSES.get(refusal.slug, 409)
            except Problem as problem:
                apply_problem(form, problem, problem.detail)
                status = problem.status
        return render_page("staff/accounts/new.html", status, form=form)

    def _invite(self, form: MemberInvitationForm) -> str:
        """The page that follows, empty where the form has faults by now."""
        by, login = require_actor(), form.login.data or ""
        known = self.find_account(login)
        if known is not None and (known.state != INVITED or known.person_id):
            return f"{PATH}/{known.id}?done=there"
        branch_id = pick_branch(page_services(), form, "branch")
        if branch_id is None:
            return ""
        asked = InvitationRequest(
            login,
            form.name.data or "",
            form.email.data or "",
            form.role.data or "",
            branch_id,
        )
        sent = self.invite(by.account, asked, by.origin)
        return f"{PATH}/{sent.account.id}?done={sent.done}"
