"""Ports of notify: what its use cases ask of the world."""

import datetime
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from notify.domain.cancellation import Cancellation
from notify.domain.notice import SMS, Mail, Notice
from notify.domain.preferences import Preferences
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

    def find_by_people(
        self, person_ids: Sequence[str], limit: int, behind: PlaceInInbox | None = None
    ) -> list[Notice]:
        """The newest first, or those behind a place."""

    def count_unread(self, person_ids: Sequence[str]) -> int:
        """How many notices of a human's records are not read."""

    def mark_read(self, person_ids: Sequence[str]) -> None:
        """Mark all notices of a human's records read."""

    def get(self, id_: str) -> Notice | None:
        """The notice with this id, or None."""

    def mark_one_read(self, id_: str) -> None:
        """Mark one notice read; nothing if it is gone."""

    def find_known(self, ids: Sequence[str]) -> set[str]:
        """Those of these ids that were put before."""

    def count_read_of(self, announcement: str) -> int:
        """How many have read what was announced."""


class Mails(Protocol):
    """Mails and messages on their way, those claimed all of one queue."""

    def create(self, mails: Iterable[Mail]) -> None:
        """Put new mails; those that are there stay."""

    def find_ids_of(self, person_id: str) -> list[str]:
        """The ids of a person's mails, however they ended."""

    def find_known(self, ids: Sequence[str]) -> set[str]:
        """Those of these ids that were put before."""

    def claim(self, most: int) -> list[Mail]:
        """Mails that are due, leased to this worker."""

    def renew(self, mail: Mail) -> bool:
        """Renew a claimed mail's lease for as long as one delivery may take.

        False if another worker has it by now.
        """

    def close(self, mails: Sequence[Mail]) -> set[str]:
        """Write how mails ended, or until when they are put off, in one go; the ids of
        those that are there no more."""

    def write_settled(self, mails: Sequence[Mail]) -> None:
        """Write what became of claimed mails that are not delivered now, in one go;
        nothing of one that another worker has by now."""

    def release(self, mails: Iterable[Mail]) -> None:
        """Release those mails that this worker still holds: due again at once."""


class Titles(Protocol):
    """Titles of classes."""

    def put(self, rows: Iterable[tuple[str, int, Title]]) -> None:
        """Put rows of titles, each with its version; newer ones stay."""

    def find_by_ids(self, class_ids: Sequence[str]) -> dict[str, str]:
        """The titles of these classes that are known."""


class Cancellations(Protocol):
    """Why classes were cancelled."""

    def put(self, rows: Iterable[tuple[str, int, Cancellation]]) -> None:
        """Put rows of cancellations, each with its version; newer ones stay."""

    def find_by_ids(self, class_ids: Sequence[str]) -> dict[str, str]:
        """The reasons for cancelling these classes, as far as they are known."""


class Languages(Protocol):
    """The languages that people want to be told in."""

    def find_by_people(self, person_ids: Sequence[str]) -> dict[str, str]:
        """The languages of those of these people who chose one."""

    def put(self, person_id: str, language: str) -> None:
        """A person's language takes the place of the one before."""


class Preferred(Protocol):
    """How people want to be told."""

    def find_chosen(self, person_ids: Sequence[str]) -> dict[str, Preferences]:
        """The preferences of those of these people who have any."""

    def put_telling(self, chosen: Preferences) -> None:
        """A person's preferences, but for the language, become these."""


class Digests(Protocol):
    """Mails of a day, and what goes with them."""

    def create(self, mails: Iterable[Mail]) -> None:
        """Put new digests; those that are there stay."""

    def find_by_ids(self, ids: Sequence[str]) -> list[Mail]:
        """Those of these digests that are there."""

    def claim_entries(self, digest_id: str) -> list[Mail]:
        """The mails that go with a digest that leaves now; no other takes them."""


class Groups(Protocol):
    """The records of one human."""

    def find_groups(self, person_ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """The groups of these by person, in each the survivor first."""


@dataclass(frozen=True)
class Contact:
    """A person's contacts: how to reach them."""

    name: str
    email: str = ""
    phone: str = ""

    @classmethod
    def at_address_of(cls, mail: Mail) -> "Contact":
        """Where a mail that has an address goes."""
        name = mail.words.get("name", "")
        if mail.channel == SMS:
            return cls(name, phone=mail.address)
        return cls(name, email=mail.address)

    def can_take(self, mail: Mail) -> bool:
        """Whether there is an address for the mail's channel."""
        return bool(self.phone if mail.channel == SMS else self.email)


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


class Stalled(PutOff):
    """The way broke under a letter, which may be innocent, and may have left."""


class ServerAway(Exception):
    """No letter can leave now, whosever it is; the text says why."""


class Postman(Protocol):
    """A postman: carries what goes by one channel.

    `is_repeatable` if the same mail again changes nothing, and it can be recalled.
    """

    @property
    def is_repeatable(self) -> bool:
        """Whether a mail may be carried again, and taken back."""

    def take_back(self, mail: Mail) -> None:
        """Take back one that was carried, where that can be done."""

    def deliver(self, mail: Mail, to: Contact) -> None:
        """Carry one; the same mail again has the same Message-ID, or key.

        Raises Refused, PutOff, Stalled, ServerAway.
        """

    def close_connection(self) -> None:
        """Close what is open: nothing goes out for now."""


@dataclass(frozen=True)
class TrayEntry:
    """A mail or message that lies in a file where it would have left."""

    id: str
    channel: str
    to: str
    subject: str
    text: str
    at: datetime.datetime


class Tray(Protocol):
    """The files of what would have left."""

    def find_newest(self, limit: int, behind: str = "") -> list[TrayEntry]:
        """The newest first, or those behind the entry of an id."""

    def remove_entries(self, mail_ids: Iterable[str]) -> None:
        """Remove what was written of these mails and messages."""


class MessageLimits(Protocol):
    """How many messages may leave in a day."""

    def count_messages(self, messages: Sequence[Mail]) -> set[str]:
        """Count these; the ids of those that there is no room for."""


class DeletedPeople(Protocol):
    """People whose data are deleted here, or are being deleted."""

    def find_begun(self, person_ids: set[str]) -> set[str]:
        """Those of these people about whom nothing new is stored."""

    def forget_late(self, person_ids: set[str]) -> None:
        """Delete what was stored of those of these people meanwhile."""


NoteOutcome = Callable[[Mail], None]
"""Hears of each mail how it ended, or that it was put off."""
Now = Callable[[], datetime.datetime]
