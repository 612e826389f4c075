"""Ports of enrolment: what its use cases ask of the world."""

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from enrollment.domain.enrolment import Enrolment
from enrollment.domain.people import Branch, Membership, Person, PersonChange
from enrollment.domain.roster import Chunk, Outcome
from enrollment.domain.seat_book import SeatBook
from enrollment.domain.waiting_ticket import WaitingTicket


class Scope(Protocol):
    """The branches that a caller sees, as the chassis works it out."""

    @property
    def branch(self) -> str | None:
        """The branch it begins at; None where it is all branches."""

    def covers(self, line: Sequence[str]) -> bool:
        """Whether it reaches the branch to which this line leads from the root."""


class Branches(Protocol):
    """The tree of branches."""

    def get(self, id_: str) -> Branch | None:
        """The branch with this id, or None."""

    def find_by_ids(self, ids: Sequence[str]) -> dict[str, Branch]:
        """The branches with these ids, by id."""

    def create(self, branch: Branch) -> bool:
        """Put a new branch; False if the id is taken."""

    def find_within(
        self, scope: Scope, behind: Sequence[str] = (), at_once: int = 500
    ) -> Iterable[Branch]:
        """The branches of a scope that come behind a line, each before those below it,
        read so many at once as they are used."""

    def find_ids_within(
        self, scope: Scope, since: str, at_once: int
    ) -> Iterable[Sequence[str]]:
        """The ids of a scope's branches from one on, in their order: so many first, and
        more each time."""


class People(Protocol):
    """Persons and their memberships."""

    def find_by_ids(self, person_ids: Sequence[str]) -> dict[str, Person]:
        """The persons with these ids who are known, by id."""

    def find_known(
        self,
        phones: Sequence[str],
        id_numbers: Sequence[str],
        membership_ids: Sequence[str],
        new_ids: Sequence[str] = (),
    ) -> tuple[list[Person], list[Membership]]:
        """Persons by any of these; all their memberships, and those named. Deleted ones
        are among them, by the ids that new persons would get."""

    def create_people(self, people: Iterable[tuple[Person, str]]) -> None:
        """Put new persons with the branch that named them; known ones stay."""

    def change(
        self,
        change: PersonChange,
        fields: Mapping[str, str],
        revision: int | None = None,
    ) -> None:
        """Write these fields of a person, and the change beside them.

        Repeating it changes nothing. Raises EditConflict where the person has another
        revision than the one named.
        """

    def note_change(self, change: PersonChange) -> None:
        """Write an audit line of what was done to a person; once."""

    def find_changes(self, person_id: str) -> list[PersonChange]:
        """The audit lines of a person, oldest first."""

    def find_memberships_of(self, person_ids: Sequence[str]) -> list[Membership]:
        """All memberships of these persons, oldest first."""

    def find_memberships(self, ids: Sequence[str]) -> dict[str, Membership]:
        """The memberships with these ids that are there, by id."""

    def create_memberships(
        self, memberships: Iterable[Membership]
    ) -> dict[str, Membership]:
        """Put new memberships; those that are there stay. All as they stand, by id."""

    def mark_due(self, person_ids: Iterable[str]) -> None:
        """People who are known already get into the name index by what is new."""

    def pick_active(self, memberships: Iterable[Membership]) -> list[Membership]:
        """Those of these that hold their person today."""

    def put_membership(self, membership: Membership) -> None:
        """Put a membership as it is from now on, new or known.

        Raises NumberTaken where its number is another person's.
        """

    def find_by_branches(
        self, branch_ids: Sequence[str], after: str, limit: int
    ) -> list[tuple[Membership, Person]]:
        """Members of these branches by branch and number, those of the first behind a
        membership: so many at most."""


class Books(Protocol):
    """Seat books, one per class."""

    def get(self, class_id: str) -> SeatBook | None:
        """The book of a class, or None."""

    def create(self, book: SeatBook) -> None:
        """Put a new seat book; one that is there stays."""

    def change(
        self, class_id: str, decide: Callable[[SeatBook], SeatBook | None]
    ) -> SeatBook:
        """Read a book, decide, write under the version that was read; the book."""

    def clear_entry(self, class_id: str, key: str) -> SeatBook:
        """Take the decision under this key out of the journal; the book after it.

        Repeating it changes nothing that is decided.
        """


class ShownBooks(Books, Protocol):
    """Seat books as people see them."""

    def find_by_ids(self, class_ids: Sequence[str]) -> dict[str, SeatBook]:
        """The books of these classes that are there, by class."""


class CancelledBooks(Books, Protocol):
    """Seat books, and those of cancelled classes."""

    def find_emptying(self, limit: int) -> list[SeatBook]:
        """Books of cancelled classes that people have still to leave."""


class Enrolments(Protocol):
    """Enrolments, written only as the seat book decided."""

    def get(self, id_: str) -> Enrolment | None:
        """The enrolment with this id, or None."""

    def create(self, enrolments: Sequence[Enrolment]) -> set[str]:
        """Put new enrolments; the ids that were there already."""

    def find_by_ids(self, ids: Sequence[str]) -> dict[str, Enrolment]:
        """The enrolments with these ids that are there, by id."""

    def find_by_chunk(self, class_id: str, chunk_id: str) -> list[Enrolment]:
        """The enrolments that a chunk brought into a class."""

    def find_attempts(
        self, class_id: str, chunk_id: str, person_ids: Sequence[str]
    ) -> list[Enrolment]:
        """All attempts in a class of these people, and those that a chunk brought."""

    def find_waiting(self, class_id: str) -> Iterable[WaitingTicket]:
        """The stored waiting list in the order of tickets."""

    def find_brought(self, keys: Sequence[str]) -> list[Enrolment]:
        """The enrolments that a chunk brought under these keys, into any class."""

    def withdraw(self, id_: str, at: datetime.datetime, by: str = "") -> None:
        """Withdraw an enrolment at a moment; repeating it changes nothing."""

    def promote(self, id_: str) -> None:
        """Promote an enrolment to a seat; repeating it changes nothing."""

    def find_by_person(self, person_id: str) -> list[Enrolment]:
        """The enrolments of a person, newest ticket last."""

    def find_by_class(
        self, class_id: str, branch_ids: Sequence[str] | None, after: int, limit: int
    ) -> list[Enrolment]:
        """The enrolments of a class by ticket, a page at a time: all of these branches,
        and perhaps some of others; of whichever for None."""


class ShownEnrolments(Enrolments, Protocol):
    """Enrolments as people see them."""

    def get_waiting_place(self, enrolment: Enrolment) -> int:
        """The waiting place: how many wait before it, plus one; 0 if it waits not."""


@dataclass(frozen=True)
class SentChunk:
    """A chunk that came in, and the trace of the request that it came with, if it does
    not belong to what is at work here."""

    chunk: Chunk
    asked_by: str = ""


class Chunks(Protocol):
    """Roster chunks."""

    def get(self, id_: str) -> Chunk | None:
        """The chunk with this id, or None."""

    def create_many(self, sent: Sequence[SentChunk], most_waiting: int) -> set[str]:
        """Put new ones, as long as about so many rows of a branch wait at most; the ids
        of those put. Those of a branch are decided in this order."""

    def claim(self) -> Chunk | None:
        """The chunk whose turn it is, leased to this worker."""

    def claim_small(self) -> Chunk | None:
        """The same among small ones, which may be decided beside the others."""

    def renew(self, id_: str) -> None:
        """The lease of an undecided chunk begins anew."""

    def put_off(self, id_: str, seconds: float) -> None:
        """An undecided chunk that was claimed is due again so much later."""

    def has_earlier(self, id_: str) -> bool:
        """Whether a chunk of its branch that came before it is undecided; those of the
        sandbox count not."""

    def decide(
        self, id_: str, outcomes: Sequence[Outcome], read: Chunk | None = None
    ) -> None:
        """Close the chunk with its outcomes; a closed one stays.

        `read` is how it was read, for who did: it is mostly so still.
        """

    def reissue_receipt(self, id_: str) -> None:
        """Issue a decided chunk's receipt once more."""


class Catalog(Protocol):
    """The service that knows classes."""

    def get_seat_book(self, class_id: str) -> SeatBook | None:
        """An empty seat book for a class that catalog knows, or None.

        Closed for one that takes no more people.
        """


class Certificates(Protocol):
    """The service that issues certificates."""

    def is_issued(self, class_id: str, person_id: str) -> bool:
        """Whether a person has the certificate of a class."""


class Audit(Protocol):
    """The audit log: who did what to whom."""

    def add(
        self,
        who: str,
        action: str,
        subject: str,
        *,
        reason: str = "",
        key: str = "",
        **details: str,
    ) -> object:
        """Write it down; what has the same key is written down once."""


Now = Callable[[], datetime.datetime]
