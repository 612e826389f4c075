"""Names of who edited: services know accounts by their ids alone."""

from typing import Protocol

from gateway.identity.account import Account
from gateway.texts import N_
from gateway.texts.language import gettext


class Accounts(Protocol):
    """Where accounts are found."""

    def get(self, id_: str) -> Account | None:
        """One account, or None."""


class EditorNames:
    """Names of accounts, as pages of staff show them."""

    def __init__(self, accounts: Accounts) -> None:
        self.accounts = accounts

    def get_name(self, account_id: str) -> str:
        """The name of an account; words for one that is gone, nothing for no id."""
        if not account_id:
            return ""
        account = self.accounts.get(account_id)
        return account.name if account else gettext(N_("已不在的账号"))

    def get_names(self, account_ids: set[str]) -> dict[str, str]:
        """The names by id."""
        return {id_: self.get_name(id_) for id_ in account_ids}
