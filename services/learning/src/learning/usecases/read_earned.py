"""Read what humans have earned, many at once; nothing counts twice."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol, TypeVar

from learning.domain.certificate import Certificate
from learning.domain.course import Seat
from learning.domain.hours import HoursEntry, apply_corrections
from learning.domain.report import Earned
from learning.domain.standing import pick_certificate
from learning.usecases.join_human import find_hours, join_by_course
from learning.usecases.ports import Groups, Ledger
from learning.usecases.report_ports import EarnedRead


class _OfPerson(Protocol):
    @property
    def person_id(self) -> str:
        """Whose it is."""


T = TypeVar("T", bound=_OfPerson)


class ReadEarned:
    """Reads in a few questions, whatever number of humans they are about; only who has
    several records is asked for alone."""

    def __init__(self, rows: EarnedRead, ledger: Ledger, groups: Groups) -> None:
        self.rows, self.ledger, self.groups = rows, ledger, groups

    def __call__(
        self, groups: Mapping[str, Sequence[str]], year: int
    ) -> dict[str, Earned]:
        """By human what they have earned, with the hours of one year. `groups` are the
        records of each."""
        every = sorted({id_ for group in groups.values() for id_ in group})
        entries = split_by_person(self.rows.find_year(every, year))
        records = split_by_person(self.rows.find_records(every))
        certificates = split_by_person(self.rows.find_certificates(every))
        seats = split_by_person(self.rows.find_seats(every))
        is_joined = any(len(group) > 1 for group in groups.values())
        courses = {c.id: c for c in self.rows.find_courses()} if is_joined else {}
        return {
            human: Earned(
                _fold_corrections(
                    pick_rows(entries, group)
                    if len(group) == 1
                    else find_hours(self.ledger, group, year)
                ),
                join_by_course(pick_rows(records, group), courses.get),
                _pick_valid(pick_rows(certificates, group)),
                _pick_seats(pick_rows(seats, group)),
            )
            for human, group in groups.items()
        }


def _fold_corrections(entries: Sequence[HoursEntry]) -> list[HoursEntry]:
    """Entries as their corrections leave them: those count on the day of the entry,
    whichever branch holds the human on the day of the correction."""
    corrections = [entry for entry in entries if entry.corrects]
    own = [entry for entry in entries if not entry.corrects]
    return apply_corrections(own, corrections)


def _pick_valid(certificates: Iterable[Certificate]) -> list[Certificate]:
    """Of one human's certificates the one of each class that holds."""
    by_class: dict[str, list[Certificate]] = {}
    for certificate in certificates:
        by_class.setdefault(certificate.class_id, []).append(certificate)
    picked = (pick_certificate(of_class) for of_class in by_class.values())
    return [one for one in picked if one and not one.revoked_on]


def _pick_seats(seats: Iterable[Seat]) -> list[Seat]:
    """Of one human's seats one for each class, a held one before one that was lost."""
    by_class: dict[str, Seat] = {}
    for seat in sorted(seats, key=lambda one: (not one.seated, one.id)):
        by_class.setdefault(seat.class_id, seat)
    return list(by_class.values())


def split_by_person(rows: Iterable[T]) -> dict[str, list[T]]:
    """Rows by the person whose they are."""
    split: dict[str, list[T]] = {}
    for row in rows:
        split.setdefault(row.person_id, []).append(row)
    return split


def pick_rows(split: Mapping[str, list[T]], group: Sequence[str]) -> list[T]:
    """The rows of a group of persons."""
    return [row for id_ in group for row in split.get(id_, ())]
