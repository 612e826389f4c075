"""People as enrollment knows them, as far as an invitation needs it."""

from collections.abc import Iterable
from dataclasses import dataclass

from gateway.identity.account import plain_login

MAIL, SMS = "mail", "sms"


@dataclass(frozen=True)
class Invitee:
    """A person as enrollment knows them."""

    person_id: str
    name: str
    phone: str
    email: str
    branch_id: str
    branch_name: str
    member_no: str
    lines: tuple[tuple[str, ...], ...] = ()

    def find_addresses(self) -> Iterable[str]:
        """Where the person can be written to."""
        return filter(None, (self.phone, self.email.casefold()))

    def logins(self) -> Iterable[str]:
        """The logins a person may have, what is remembered best first.

        A phone may be somebody else's login: whoever wrote it down first need not own
        it. Then the address is the login, or the member number with its branch.
        """
        number = f"{self.branch_id}.{self.member_no}"
        return (
            plain_login(login) for login in (self.phone, self.email, number) if login
        )

    def find_way(self, has_sms: bool) -> tuple[str, str]:
        """The channel and the address of a letter; the address is empty where there is
        neither an email nor, with short messages to be had, a phone."""
        if not self.email and has_sms:
            return SMS, self.phone
        return MAIL, self.email
