"""Who has to prove a second factor, and who has to have one."""

from gateway.identity.account import OPERATOR, STAFF, Account
from gateway.second_factor.factor_store import StoredFactors

COLLEGE_ROLES = frozenset({STAFF, OPERATOR})


class SecondRule:
    """The setting SECOND_FACTOR: nobody has to have one, or staff and operators."""

    def __init__(self, factors: StoredFactors, setting: str) -> None:
        self.factors = factors
        self.is_for_college = setting == "staff-and-operators"

    def is_required(self, account: Account) -> bool:
        """Whether the account must have a second factor."""
        return self.is_for_college and not COLLEGE_ROLES.isdisjoint(account.roles)

    def is_due(self, account: Account) -> bool:
        """Whether a first proof of this account needs a second: it has one, or must."""
        return self.is_required(account) or self.factors.get(account.id).has_any
