"""One account: its roles, whether it may sign in, where it is signed in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from chassis.http.problem import Problem
from chassis.http.routing import Routes, route
from flask import Response, request

from gateway.api.request_visitor import require_actor
from gateway.clients.page_services import PageServices
from gateway.forms.base import PageForm, apply_problem
from gateway.forms.managed_accounts import GIVEN, ResetForm, RoleForm
from gateway.identity.account import OPERATOR, STAFF, TRAINEE, Account
from gateway.identity.errors import Refusal
from gateway.identity.manage_accounts import Actor, ManageAccounts
from gateway.identity.providers.manage_links import ManageLinks
from gateway.identity.twins import Twins
from gateway.pages.branch_words import name_branches, pick_branch
from gateway.pages.errors import STATUSES
from gateway.pages.page_client import page_services
from gateway.pages.rendering import redirect_to, render_page
from gateway.pages.role_guard import for_role
from gateway.pages.staff.account_lists import PATH, shown_login, view_account
from gateway.pages.staff.account_proofs import (
    ask_for_cut,
    ask_for_reset,
    view_connections,
    view_factors,
)
from gateway.second_factor.change_factors import ResetFactors
from gateway.texts.accounts import DONE
from gateway.texts.language import gettext
from gateway.texts.roles import ROLES as ROLE_NAMES

GIVE, TAKE, RESET = "give", "take", "reset"


@dataclass(frozen=True)
class AccountRole:
    """A role of an account; `can_take` if whoever looks may take it away."""

    role: str
    text: str
    can_take: bool


@dataclass(frozen=True)
class AccountForms:
    """The forms of an account's page; the one of `action` holds what was sent."""

    action: str
    give: RoleForm
    reset: ResetForm
    plain: PageForm

    @classmethod
    def of_request(cls, own_roles: tuple[str, ...]) -> "AccountForms":
        """The forms of this request, for who has these roles."""
        made = cls(request.form.get("action", ""), RoleForm(), ResetForm(), PageForm())
        made.give.offer_roles(own_roles)
        if request.method == "POST":
            made.sent_form.process(request.form)
        return made

    @property
    def sent_form(self) -> PageForm:
        """The form that was sent."""
        if self.action == GIVE:
            return self.give
        return self.reset if self.action == RESET else self.plain


class AccountChangePages(Routes):
    """The page of one account, for those who manage it."""

    name = "account_changes"

    def __init__(
        self,
        manage: ManageAccounts,
        reset: ResetFactors,
        links: ManageLinks,
        twins: Twins,
    ) -> None:
        self.manage, self.reset, self.links = manage, reset, links
        self.twins = twins

    @route(f"{PATH}/<account_id>", "GET", "POST")
    @for_role(STAFF, OPERATOR)
    def show_account(self, account_id: str) -> Response:
        """An account; what was sent is done, or the page says why not."""
        by, services = require_actor(), page_services()
        account = self.manage.get_account(by, account_id)
        forms, status = AccountForms.of_request(by.account.roles), 200
        if request.method == "POST":
            try:
                if self._change_account(by, services, forms, account_id):
                    return redirect_to(f"{PATH}/{account_id}?done={forms.action}")
                status = 422
            except Refusal as refusal:
                apply_problem(forms.sent_form, refusal)
                status = STATUSES.get(refusal.slug, 409)
            except Problem as problem:
                apply_problem(forms.sent_form, problem, problem.detail)
                status = problem.status
            account = self.manage.get_account(by, account_id)
        return self._render_account(by, services, forms, account, status)

    def _render_account(
        self,
        by: Actor,
        services: PageServices,
        forms: AccountForms,
        account: Account,
        status: int,
    ) -> Response:
        names = name_branches(services, {account.branch_id})
        is_own, name = account.id == by.account.id, account.name or shown_login(account)
        connections = view_connections(self.links, by, account.id)
        return render_page(
            "staff/accounts/show.html",
            status,
            account=account,
            login=shown_login(account),
            line=view_account(account, names),
            roles=view_roles(account, by.account),
            sessions=self.manage.find_sessions(by, account.id),
            factors=view_factors(self.reset, by, account.id),
            reset=ask_for_reset(account.id, name),
            connections=[
                (one, ask_for_cut(account.id, name, one.id, one.label))
                for one in connections
            ],
            is_own=is_own,
            twins=[
                (f"{PATH}/{one.id}", shown_login(one))
                for one in self.twins.find_others(account)
            ],
            forms=forms,
            done=gettext(DONE.get(request.args.get("done", ""), "")),
        )

    def _change_account(
        self, by: Actor, services: PageServices, forms: AccountForms, account_id: str
    ) -> bool:
        """Whether it is done; False where a form has faults.

        Raises Refusal, Problem.
        """
        action, manage = forms.action, self.manage
        simple: Mapping[str, Callable[[Actor, str], Any]] = {
            "disable": manage.disable,
            "enable": manage.enable,
            "end-sessions": manage.end_sessions,
        }
        if action not in (GIVE, TAKE, RESET, *simple) or not forms.sent_form.validate():
            return False
        if action in simple:
            simple[action](by, account_id)
            return True
        if action == RESET:
            manage.reset_password(by, account_id, forms.reset.email.data or "")
            return True
        role = request.form.get("role", "")
        branch_id = (
            "" if action == TAKE else pick_branch(services, forms.give, "branch")
        )
        if branch_id is None or role not in GIVEN:
            return False
        if action == GIVE:
            manage.give_role(by, account_id, role, branch_id)
        else:
            manage.take_role(by, account_id, role)
        return True


def view_roles(account: Account, who: Account) -> list[AccountRole]:
    """The roles of an account, as whoever looks may change them."""
    is_own = account.id == who.id
    may_take = set(ROLE_NAMES) if OPERATOR in who.roles else {"officer"}
    return [
        AccountRole(
            role,
            gettext(ROLE_NAMES[role]),
            role in may_take
            and role != TRAINEE
            and len(account.roles) > 1
            and not is_own,
        )
        for role in account.roles
    ]
