"""A branch's account at the broker: how it stands, made, given a password, disabled."""

from dataclasses import dataclass, replace

from chassis.broker.rabbitmq.branch_accounts import (
    ACTIVE,
    EXCHANGE,
    UNFINISHED,
    BranchAccount,
    user_of,
)
from chassis.broker.topology import receipts_queue
from chassis.http.routing import Routes, route
from contracts.http.enrollment import BranchOut
from flask import Response, request

from gateway.api.request_visitor import require_actor
from gateway.forms.base import apply_problem
from gateway.forms.broker_accounts import CREATE, DISABLE, ROTATE, BrokerAccountForm
from gateway.identity.account import OPERATOR, STAFF
from gateway.identity.broker_accounts import ManageBrokerAccounts
from gateway.identity.errors import Refusal
from gateway.pages.errors import STATUSES
from gateway.pages.page_client import page_services
from gateway.pages.rendering import redirect_to, render_page
from gateway.pages.role_guard import for_role
from gateway.pages.staff.branch_lines import PATH
from gateway.texts import accounts as texts
from gateway.texts.language import gettext, translate_refusal

NO_STORE = "private, no-store, no-transform"
"""Neither kept nor packed: the length of a packed page betrays what is in it."""


@dataclass(frozen=True)
class BrokerAccountView:
    """The account as its page shows it; without `state` there is none."""

    user: str
    exchange: str
    key: str
    queue: str
    state: str = ""
    tone: str = ""
    connections: int = 0
    waiting: int | None = None
    can_create: bool = True
    can_disable: bool = False


@dataclass(frozen=True)
class ActAnswer:
    """What came of an act: the password that was just made, or what was done."""

    password: str = ""
    done: str = ""


class BrokerAccountPages(Routes):
    """The page of a branch's account at the broker."""

    name = "broker_account_pages"

    def __init__(self, manage: ManageBrokerAccounts) -> None:
        self.manage = manage

    @route(f"{PATH}/<branch_id>/broker-account", "GET", "POST")
    @for_role(STAFF, OPERATOR)
    def show_broker_account(self, branch_id: str) -> Response:
        """The account; what was sent is done, and a password is shown this once."""
        branch = page_services().enrollment.show_branch(branch_id)
        form, status, told = BrokerAccountForm.of_request(), 200, ActAnswer()
        if request.method == "POST":
            try:
                told = self._act(form, branch.id)
                if told.done:
                    here = f"{PATH}/{branch.id}/broker-account"
                    return redirect_to(f"{here}?done={told.done}")
                status = 200 if told.password else 422
                form = BrokerAccountForm() if told.password else form
            except Refusal as refusal:
                apply_problem(form, refusal)
                status = STATUSES.get(refusal.slug, 409)
        return self._render(branch, form, status, told)

    def _act(self, form: BrokerAccountForm, branch: str) -> ActAnswer:
        """What came of what was sent; nothing where the form has faults. Raises
        Refusal."""
        by, action = require_actor(), form.action.data
        if not form.is_meant():
            return ActAnswer()
        if action == CREATE:
            password = self.manage.create_account(by, branch)
            return ActAnswer(password, "" if password else "broker-there")
        if action == ROTATE:
            return ActAnswer(self.manage.rotate_password(by, branch))
        self.manage.disable_account(by, branch)
        return ActAnswer(done="broker-disabled")

    def _render(
        self, branch: BranchOut, form: BrokerAccountForm, status: int, told: ActAnswer
    ) -> Response:
        account, fault = None, ""
        if self.manage.is_possible:
            try:
                account = self.manage.find_account(branch.id)
            except Refusal as refusal:
                fault = translate_refusal(refusal.slug, str(refusal))
                status = max(status, STATUSES.get(refusal.slug, 409))
        page = render_page(
            "staff/branches/broker_account.html",
            status,
            branch=branch,
            account=view_account(branch.id, account),
            is_possible=self.manage.is_possible,
            fault=fault,
            password=told.password,
            forms={
                action: form.name_apart()
                if form.action.data == action
                else BrokerAccountForm.offer_act(action)
                for action in (CREATE, ROTATE, DISABLE)
            },
            done=gettext(texts.DONE.get(request.args.get("done", ""), "")),
        )
        if told.password:
            page.headers["Cache-Control"] = NO_STORE
        return page


def view_account(branch: str, found: BranchAccount | None) -> BrokerAccountView:
    """The account as the page shows it."""
    names = BrokerAccountView(
        user_of(branch), EXCHANGE, f"branch.{branch}.roster", receipts_queue(branch)
    )
    if found is None:
        return names
    text, tone = texts.BROKER_STATES[found.state]
    return replace(
        names,
        state=gettext(text),
        tone=tone,
        connections=found.connections,
        waiting=found.waiting,
        can_create=found.state == UNFINISHED or found.waiting is None,
        can_disable=found.state == ACTIVE,
    )
