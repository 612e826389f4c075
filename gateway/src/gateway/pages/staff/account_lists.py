"""Accounts looked through by role, branch and state, and found by login or name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chassis.http.cursors import dump_cursor, load_cursor
from chassis.http.routing import Routes, get, post
from fields.codes import masked_phone
from flask import Response, request

from gateway.api.request_visitor import require_actor
from gateway.forms.managed_accounts import AccountFilterForm, AccountSearchForm
from gateway.identity.account import OPERATOR, STAFF, Account
from gateway.identity.account_lists import MOST_FOUND, AccountFilter, AccountLists
from gateway.identity.manage_accounts import require_member_of_college
from gateway.pages.branch_words import name_branches, pick_branch
from gateway.pages.components.paging import build_pages
from gateway.pages.components.tables import Column, Head, build_heads
from gateway.pages.page_client import page_services
from gateway.pages.rendering import is_part, render_page
from gateway.pages.role_guard import for_role
from gateway.texts import N_
from gateway.texts.accounts import STATES
from gateway.texts.language import gettext
from gateway.texts.roles import ROLES as ROLE_NAMES

PATH = "/accounts"
PAGE_ACCOUNTS = 50


@dataclass(frozen=True)
class AccountLine:
    """An account in a list, a phone masked."""

    path: str
    name: str
    login: str
    roles: str
    branch: str
    state: str
    tone: str


class AccountListPages(Routes):
    """The list of accounts. What somebody is found by is sent in a body: no login and
    no name stands in an address."""

    name = "account_list_pages"

    def __init__(self, lists: AccountLists) -> None:
        self.lists = lists

    @get(PATH)
    @for_role(STAFF, OPERATOR)
    def list_accounts(self) -> Response:
        """Accounts page by page."""
        services, form = page_services(), AccountFilterForm.of_request()
        form.offer_choices()
        branch_id = pick_branch(services, form, "branch")
        behind = load_cursor(request.args.get("after", ""), parts=1)
        wanted = AccountFilter(form.role.data or "", branch_id or "", _state_of(form))
        found, more = (
            ([], "")
            if branch_id is None
            else self.lists.find_page(
                wanted, behind[0] if behind else "", PAGE_ACCOUNTS
            )
        )
        cursor = dump_cursor((more,)) if more else ""
        names = name_branches(services, {account.branch_id for account in found})
        return render_page(
            f"staff/accounts/{'found' if is_part() else 'list'}.html",
            form=form,
            search=AccountSearchForm(),
            heads=account_heads(),
            lines=[view_account(account, names) for account in found],
            pages=build_pages(PATH, request.args, cursor),
        )

    @post(f"{PATH}/search")
    @for_role(STAFF, OPERATOR)
    def search_accounts(self) -> Response:
        """Accounts whose login or name begins with what was written."""
        require_member_of_college(require_actor())
        form, found = AccountSearchForm.of_request(), list[Account]()
        if form.is_sent():
            found = self.lists.find_by_words(form.words.data or "")
        names = name_branches(page_services(), {one.branch_id for one in found})
        return render_page(
            "staff/accounts/search.html",
            422 if form.find_faults() else 200,
            search=form,
            heads=account_heads(),
            lines=[view_account(account, names) for account in found],
            is_full=len(found) == MOST_FOUND,
        )


def view_account(account: Account, branches: Mapping[str, str]) -> AccountLine:
    """An account as lists show it."""
    text, tone = STATES[account.state]
    return AccountLine(
        f"{PATH}/{account.id}",
        account.name,
        shown_login(account),
        name_roles(account.roles),
        branches.get(account.branch_id, account.branch_id),
        gettext(text),
        tone,
    )


def shown_login(account: Account) -> str:
    """A login as it is shown: a phone masked."""
    return masked_phone(account.login) if account.login.isdigit() else account.login


def name_roles(roles: Sequence[str]) -> str:
    """Roles in words."""
    return " · ".join(gettext(ROLE_NAMES[role]) for role in roles)


def account_heads() -> list[Head]:
    """The heads of a list of accounts."""
    texts = {
        "name": N_("姓名"),
        "login": N_("登录名"),
        "roles": N_("角色"),
        "branch": N_("单位"),
        "state": N_("状况"),
    }
    columns = [Column(name, gettext(text)) for name, text in texts.items()]
    return build_heads(columns, PATH, {})


def _state_of(form: AccountFilterForm) -> str:
    return form.state.data if form.state.data in STATES else ""
