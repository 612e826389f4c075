"""/api/accounts: accounts as those look through them who manage them."""

from chassis.http.auth import allow_everyone
from chassis.http.cursors import dump_cursor, load_cursor
from chassis.http.routing import Routes, get
from contracts.http.gateway import AccountOut
from contracts.http.keys import AccountsQuery
from contracts.http.shape import Page

from gateway.api.request_visitor import require_actor
from gateway.identity.account_lists import AccountFilter, AccountLists
from gateway.identity.manage_accounts import require_member_of_college


class AccountListRoutes(Routes):
    """Routes for lists of accounts, for the college."""

    name = "account_lists"

    def __init__(self, lists: AccountLists) -> None:
        self.lists = lists

    @get("/api/accounts")
    @allow_everyone
    def list_accounts(self, asked: AccountsQuery) -> Page[AccountOut]:
        """The accounts of a role, a branch, a state, in an order that says nothing."""
        require_member_of_college(require_actor())
        behind = load_cursor(asked.after, parts=1)
        wanted = AccountFilter(asked.role, asked.branch, asked.state)
        after = behind[0] if behind else ""
        found, more = self.lists.find_page(wanted, after, asked.limit)
        return Page(
            items=[AccountOut.of(account) for account in found],
            next=dump_cursor((more,)) if more else "",
        )
