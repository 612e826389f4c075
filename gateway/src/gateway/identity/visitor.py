"""Who sends a request, and from where."""

from dataclasses import dataclass
from typing import Any

from gateway.identity.account import OPERATOR, Account


@dataclass(frozen=True)
class Origin:
    """Where a request comes from: its address, the token its device was given, and what
    browser and system it names."""

    address: str
    device: str = ""
    device_name: str = ""


@dataclass(frozen=True)
class Visitor:
    """A visitor: who sends a request. Without an account all is empty.

    `device` is the token that the device keeps; it is set where a session begins. One
    that `stays` outlives the closing of its browser; at `proven` (epoch seconds) the
    person last proved to be the one. `half_of` is the account of a half session, which
    waits for a second factor: until then its visitor is a stranger.
    """

    account: Account | None = None
    session: str = ""
    token: str = ""
    device: str = ""
    stays: bool = False
    proven: float = 0.0
    half_of: Account | None = None

    @property
    def roles(self) -> frozenset[str]:
        """The account's roles, or that of a visitor."""
        return frozenset(self.account.roles if self.account else ("visitor",))

    def token_claims(self) -> dict[str, Any]:
        """The claims about this visitor in a token to a service."""
        account = self.account
        return {
            "roles": self.roles,
            "person": account.person_id if account else "",
            "branch": account.branch_id if account else "",
            "login": account.login if account and OPERATOR in account.roles else "",
            "account": account.id if account else "",
            "session": self.session if account else "",
        }
