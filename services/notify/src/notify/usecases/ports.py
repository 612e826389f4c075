"""Ports of notify: what its use cases ask of the world."""

import datetime
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from notify.domain.notice import Mail, Notice
from notify.domain.title import Title


@dataclass(frozen=True)
class PlaceInInbox:
    """Where a notice stands in its inbox, which is in order of time, newest first."""

    at: datetime.datetime
    id: str


class Notices(Protocol):
    """People's inboxes."""

    def create(self, notices: Sequence[Notice]) -> None:
        """Put new notices; those that are there stay."""

    def find_by_person(
        self, person_id: str, limit: int, behind: PlaceInInbox | None = None
    ) -> list[Notice]:
        """The newest first, or those behind a place."""

    def count_unread(self, person_id: str) -> int:
        """The number of notices that the person has not read."""

    def mark_read(self, person_id: str) -> None:
        """Mark all notices of a person read."""


class Mails(Protocol):
    """Mails on their way."""

    def create(self, mails: Iterable[Mail]) -> None:
        """Put new mails; those that are there stay."""

    def claim(self, most: int) -> list[Mail]:
        """Mails that are due, leased to this worker."""

    def renew(self, mail: Mail) -> bool:
        """Renew a claimed mail's lease for as long as one delivery may take.

        False if another worker has it by now.
        """

    def close(self, mail: Mail) -> None:
        """Write how a mail ended, or until when it is put off.

        Raises LookupError for a mail that is there no more.
        """

    def release(self, mails: Iterable[Mail]) -> None:
        """Release those mails that this worker still holds: due again at once."""


class Titles(Protocol):
    """Titles of classes."""

    def put(self, rows: Iterable[tuple[str, int, Title]]) -> None:
        """Put rows of titles, each with its version; newer ones stay."""

    def find_by_ids(self, class_ids: Sequence[str]) -> dict[str, str]:
        """The titles of these classes that are known."""


@dataclass(frozen=True)
class Contact:
    """A person's contacts: how to reach them."""

    name: str
    email: str


class Contacts(Protocol):
    """The service that knows people's contacts."""

    def find_contacts(self, person_ids: Sequence[str]) -> dict[str, Contact]:
        """Contacts by person."""


class Refused(Exception):
    """A letter is refused for good; the code says why and names nobody."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class PutOff(Refused):
    """A letter is not taken now; it may be later."""


class ServerAway(Exception):
    """No letter can leave now, whosever it is; the text says why."""


class Postman(Protocol):
    """A postman: carries mails."""

    def deliver(self, mail: Mail, to: Contact) -> None:
        """Carry one; the same mail again has the same Message-ID.

        Raises Refused, PutOff, ServerAway.
        """

    def close_connection(self) -> None:
        """Close what is open: nothing goes out for now."""


NoteOutcome = Callable[[Mail], None]
"""Hears of each mail how it ended, or that it was put off."""
Now = Callable[[], datetime.datetime]
