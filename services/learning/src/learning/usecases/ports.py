"""Ports of the record: what its use cases ask of the world."""

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

from learning.domain.certificate import Certificate
from learning.domain.course import Course, Seat, TrainingClass
from learning.domain.hours import HoursEntry
from learning.domain.make_up import MakeUp
from learning.domain.record import Record, Watched


class Projections(Protocol):
    """Projections of other services' events, never set back by an older one."""

    def put_courses(self, rows: Iterable[tuple[str, int, Course]]) -> None:
        """Put rows of courses, each with its version; newer ones stay."""

    def put_classes(self, rows: Iterable[tuple[str, int, TrainingClass]]) -> None:
        """Put rows of classes, each with its version; newer ones stay."""

    def put_seats(self, rows: Iterable[tuple[str, int, Seat]]) -> None:
        """Put rows of seats, each with its version; newer ones stay."""

    def put_watched(self, rows: Iterable[tuple[str, int, Watched]]) -> None:
        """Put rows of how much is watched, each with its version; newer ones stay."""

    def find_courses_showing(self, lecture_id: str) -> list[Course]:
        """The courses in which this lecture is watched."""

    def get_course(self, id_: str) -> Course | None:
        """The course with this id, or None."""

    def get_class(self, id_: str) -> TrainingClass | None:
        """The class with this id, or None."""

    def find_seats(self, person_id: str, course_id: str) -> list[Seat]:
        """A person's seats in classes of a course."""

    def find_next_seats(self, course_id: str, after: str) -> list[Seat]:
        """The next seats in classes of the course by id, lost ones included."""

    def find_watched_percents(self, person_id: str) -> dict[str, int]:
        """Per lecture, how many per cent of an edition the person has watched."""

    def get_watched(self, person_id: str, lecture_id: str, edition: int) -> int:
        """How many per cent of an edition the person has watched."""

    def has_seat(self, person_id: str) -> bool:
        """Whether the person has a seat in some class, or had one."""


class MakeUps(Protocol):
    """Make-ups: editions of courses for which something may be to be made up."""

    def create(self, course_id: str, edition: int) -> None:
        """Put a make-up, from the first seat on; once for each edition."""

    def claim(self) -> MakeUp | None:
        """The make-up that waits longest, leased to this worker."""

    def save_progress(self, made_up: MakeUp, after: str, waits: str) -> None:
        """Save how far it came, and why somebody's certificate must wait."""

    def end_round(self, made_up: MakeUp) -> None:
        """End a round; where a certificate must wait the make-up comes again."""


class Records(Protocol):
    """Records of people in courses."""

    def get(self, person_id: str, course_id: str) -> Record:
        """The record of a person in a course, empty if nothing was done yet."""

    def change(
        self,
        person_id: str,
        course_id: str,
        decide: Callable[[Record], tuple[Record, Sequence[object]] | None],
    ) -> Record:
        """Read a record, decide, write under the version that was read."""

    def find_complete(self, pairs: Sequence[tuple[str, str]]) -> list[Record]:
        """The records of these (person, course) pairs that are complete."""

    def find_by_course(self, course_id: str, persons: Sequence[str]) -> list[Record]:
        """The records of these people in a course, empty ones included."""

    def find_by_person(self, person_id: str) -> list[Record]:
        """The records of a person."""


class Ledger(Protocol):
    """The hours ledger."""

    def credit(self, entry: HoursEntry) -> None:
        """Add an hours entry; the same entry again changes nothing."""

    def add(self, entry: HoursEntry) -> bool:
        """Add an hours entry; False where there is one with this id."""

    def get(self, entry_id: str) -> HoursEntry | None:
        """The entry with this id, or None."""

    def find_corrections(self, entry_ids: Sequence[str]) -> list[HoursEntry]:
        """The corrections of these entries."""

    def find_credited(
        self, persons: Sequence[str], lectures: Sequence[str]
    ) -> dict[tuple[str, str], HoursEntry]:
        """The hours entries of these people for these lectures, of whatever year, each
        with as many quarters as its corrections leave it."""

    def find_imported(
        self, persons: Sequence[str], courses: Sequence[str]
    ) -> dict[tuple[str, str], HoursEntry]:
        """The imported hours entries of these people for these courses."""

    def find_by_person(self, person_id: str, year: int) -> list[HoursEntry]:
        """The hours entries of a person in a year, newest first."""

    def find_years(self, person_id: str) -> set[int]:
        """The years in which a person has hours entries."""


class Certificates(Protocol):
    """Issued certificates."""

    def get(self, number: str) -> Certificate | None:
        """The certificate with this number, or None."""

    def issue(self, certificate: Certificate, *, imported: bool = False) -> None:
        """Put a new certificate, perhaps one that an imported record brought; the same
        number again changes nothing."""

    def change(
        self,
        number: str,
        decide: Callable[[Certificate], tuple[Certificate, Sequence[object]] | None],
    ) -> Certificate:
        """Read a certificate, decide, write under the version that was read."""

    def get_by_class(self, person_id: str, class_id: str) -> Certificate | None:
        """A person's certificate of a class, the one that stands, or None."""

    def find_by_person(self, person_id: str) -> list[Certificate]:
        """The certificates of a person, but for those that were replaced."""

    def find_issued(self, person_id: str) -> list[Certificate]:
        """All certificates of a person, also those that were replaced."""

    def find_matching(
        self, wanted: Mapping[str, Sequence[str]], after: str, limit: int
    ) -> list[Certificate]:
        """Certificates by number, with one of the wanted values in each field."""

    def find_first_day(self, key_id: str) -> str:
        """The day on which a key's first certificate was issued, or empty."""


class Groups(Protocol):
    """The records of one human: those that were merged."""

    def find_group(self, person_id: str) -> tuple[str, ...]:
        """The group of one, the record that counts first."""

    def find_groups(self, person_ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """The groups of these by person, in each the record that counts first."""


class Seal(Protocol):
    """The college's signature."""

    def sign(self, certificate: Certificate) -> Certificate:
        """The certificate with key id and signature."""

    def has_valid_signature(self, certificate: Certificate) -> bool:
        """Whether the certificate's signature belongs to what is printed."""

    def find_public_keys(self) -> dict[str, bytes]:
        """By its id the public half of every key that ever signed; the last one signs
        now."""


class Names(Protocol):
    """The service that knows people's names."""

    def get_name(self, person_id: str) -> str:
        """The name as enrolled; empty of who was deleted. Raises NotConsumedYet if
        enrollment does not know."""

    def is_deleted(self, person_id: str) -> bool:
        """Whether the names of this person are taken away, or are being taken away."""


class KnownPeople(Protocol):
    """The service that knows people."""

    def find_known(self, person_ids: Sequence[str]) -> set[str]:
        """Those of these ids that are people's. Raises Problem if it cannot say."""


class BranchNames(Protocol):
    """The service that knows what branches are called."""

    def get_branch_name(self, branch_id: str) -> str:
        """The name of a branch as it is now; empty if there is no such branch."""


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
NoteRevocation = Callable[[str, str, str], None]
"""Writes down for good who revokes the certificate of which number, and why."""
