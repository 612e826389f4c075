"""What the use cases of notify ask of the world."""

import datetime
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from notify.domain.notice import Mail, Notice
from notify.domain.title import Title


class Notices(Protocol):
    """People's inboxes."""

    def post(self, notices: Sequence[Notice]) -> None:
        """Put new ones; those that are there stay."""

    def of_person(self, person_id: str, limit: int) -> list[Notice]:
        """The newest first."""

    def unread(self, person_id: str) -> int:
        """How many the person has not read."""

    def mark_read(self, person_id: str) -> None:
        """All of a person's are read."""


class Mails(Protocol):
    """Mails on their way."""

    def post(self, mails: Iterable[Mail]) -> None:
        """Put new ones; those that are there stay."""

    def claim(self, most: int) -> list[Mail]:
        """Mails that are due, leased to this worker."""

    def close(self, mail: Mail) -> None:
        """Write down how it ended."""


class Titles(Protocol):
    """What classes are called."""

    def put(self, told: Iterable[tuple[str, int, Title]]) -> None:
        """Keep what classes are called, each with its version; newer ones stay."""

    def named(self, class_ids: Sequence[str]) -> dict[str, str]:
        """Those of these titles that are known."""


@dataclass(frozen=True)
class Contact:
    """How to reach a person."""

    name: str
    email: str


class Contacts(Protocol):
    """Who knows how to reach people."""

    def of(self, person_ids: Sequence[str]) -> dict[str, Contact]:
        """Contacts by person."""


class Undeliverable(Exception):
    """Nobody can be written to at this address, or with these words."""


class Postman(Protocol):
    """Who carries mails."""

    def deliver(self, mail: Mail, to: Contact) -> None:
        """Carry one; the same mail again has the same Message-ID.

        Raises Undeliverable.
        """


Now = Callable[[], datetime.datetime]
