"""What the use cases of notify ask of the world."""

import datetime
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from notify.domain.notice import Mail, Notice
from notify.domain.title import Title


class Notices(Protocol):
    """People's inboxes."""

    def create(self, notices: Sequence[Notice]) -> None:
        """Put new ones; those that are there stay."""

    def of_person(self, person_id: str, limit: int) -> list[Notice]:
        """The newest first."""

    def count_unread(self, person_id: str) -> int:
        """How many the person has not read."""

    def mark_read(self, person_id: str) -> None:
        """All of a person's are read."""


class Mails(Protocol):
    """Mails on their way."""

    def create(self, mails: Iterable[Mail]) -> None:
        """Put new ones; those that are there stay."""

    def claim(self, most: int) -> list[Mail]:
        """Mails that are due, leased to this worker."""

    def renew(self, mail: Mail) -> bool:
        """Keep a claimed mail for as long as one delivery may take.

        False if another worker has it by now.
        """

    def close(self, mail: Mail) -> None:
        """Write down how it ended, or until when it is put off.

        Raises LookupError for a mail that is there no more.
        """

    def release(self, mails: Iterable[Mail]) -> None:
        """Let those that this worker still holds be due again at once."""


class Titles(Protocol):
    """What classes are called."""

    def put(self, rows: Iterable[tuple[str, int, Title]]) -> None:
        """Keep what classes are called, each with its version; newer ones stay."""

    def find_by_ids(self, class_ids: Sequence[str]) -> dict[str, str]:
        """Those of these titles that are known."""


@dataclass(frozen=True)
class Contact:
    """How to reach a person."""

    name: str
    email: str


class Contacts(Protocol):
    """Who knows how to reach people."""

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
    """Who carries mails."""

    def deliver(self, mail: Mail, to: Contact) -> None:
        """Carry one; the same mail again has the same Message-ID.

        Raises Refused, PutOff, ServerAway.
        """

    def close_connection(self) -> None:
        """Nothing goes out for now: let go of what is open."""


Told = Callable[[Mail], None]
"""Hears of each mail how it ended, or that it was put off."""
Now = Callable[[], datetime.datetime]
