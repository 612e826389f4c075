"""Accounts of one human whose records were merged, or are about to be.

With either account one is, for every service, the record that counts. So whoever merges
two records sees which accounts are in use, and says which of them go on.
"""

from collections.abc import Sequence

from gateway.identity.account import ACTIVE, Account
from gateway.identity.find_account import FindAccount
from gateway.identity.manage_accounts import Actor, ManageAccounts


class Twins:
    """Finds the accounts in use of a human's records, and closes one of them."""

    def __init__(self, find_account: FindAccount, manage: ManageAccounts) -> None:
        self.find_account, self.manage = find_account, manage

    def find_in_use(self, pairs: Sequence[Sequence[str]]) -> list[list[Account]]:
        """The accounts in use of each of these sets of records, with all that were
        merged into any of them; asked for all at once."""
        ids = sorted({id_ for pair in pairs for id_ in pair})
        groups = self.find_account.find_groups(ids)
        every = sorted({id_ for group in groups.values() for id_ in group})
        found = self.find_account.accounts.find_by_people(every) if every else []
        in_use = [account for account in found if account.state == ACTIVE]
        return [
            [one for one in in_use if any(one.person_id in groups[id_] for id_ in pair)]
            for pair in pairs
        ]

    def find_others(self, account: Account) -> list[Account]:
        """The other accounts in use of the human whose account this is."""
        if not account.person_id:
            return []
        [in_use] = self.find_in_use([[account.person_id]])
        return [one for one in in_use if one.id != account.id]

    def require_closable(self, by: Actor, account_id: str) -> None:
        """Raises RoleMissing, UnknownAccount, OwnAccount."""
        self.manage.require_managed(by, account_id, may_be_own=False)

    def close(self, by: Actor, account_id: str) -> None:
        """The account opens nothing any more; the college enables it again, as after a
        merge that is undone. Raises as `require_closable`."""
        self.manage.disable(by, account_id)
