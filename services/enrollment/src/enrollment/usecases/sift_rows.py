"""Sort a chunk's rows: which name a person and a class, and which say why not."""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from enrollment.domain.branch import Branch
from enrollment.domain.person import (
    Membership,
    Person,
    person_id,
    plain_id_number,
    plain_phone,
)
from enrollment.domain.roster import Outcome, Row, rejected
from enrollment.domain.seat_book import SeatBook
from enrollment.usecases.ports import Books, Branches, Catalog, People

LONGEST_MEMBER_NO = 60
Today = Callable[[], datetime.date]


@dataclass(frozen=True)
class Named:
    """A row that names a person of a branch and a class."""

    row: Row
    person: Person
    membership: Membership
    branch: Branch
    class_id: str


class SiftRows:
    """Checks rows one by one; nothing is written."""

    def __init__(
        self,
        branches: Branches,
        people: People,
        books: Books,
        catalog: Catalog,
        secret: bytes,
        today: Today,
    ) -> None:
        self.branches, self.people = branches, people
        self.books, self.catalog = books, catalog
        self.secret, self.today = secret, today

    def __call__(
        self, border: str, rows: Sequence[Row]
    ) -> tuple[list[Named], list[Outcome]]:
        """The rows to seat, and the outcomes of those that are not taken."""
        named: list[Named] = []
        outcomes: list[Outcome] = []
        for row in rows:
            read = self._read(border, row)
            named.append(read) if isinstance(read, Named) else outcomes.append(read)
        named, wrong = self._without_other_names(named)
        outcomes += wrong
        named, wrong = self._without_duplicates(named)
        outcomes += wrong
        named, wrong = self._without_foreign_numbers(named)
        outcomes += wrong
        return self._with_known_classes(named, outcomes)

    def _read(self, border: str, row: Row) -> Named | Outcome:
        fault = _first_fault(row)
        if fault:
            return rejected(row, fault)
        branch = self.branches.get(row.branch_id or border)
        if branch is None or not branch.is_within(border):
            return rejected(row, "not-your-branch")
        phone, number = plain_phone(row.phone) or "", plain_id_number(row.id_number)
        id_ = person_id(self.secret, phone, number or "")
        person = Person(id_, row.name.strip(), phone, number or "", row.email.strip())
        since = self.today().isoformat()
        membership = Membership(id_, branch.id, row.member_no.strip(), since)
        return Named(row, person, membership, branch, row.class_id.strip())

    def _without_other_names(
        self, named: Sequence[Named]
    ) -> tuple[list[Named], list[Outcome]]:
        """A number names one person; under another name it is somebody else's."""
        known = self.people.named([one.person.id for one in named])
        names = {id_: person.name for id_, person in known.items()}
        good, outcomes = [], []
        for one in named:
            name = names.setdefault(one.person.id, one.person.name)
            if name == one.person.name:
                good.append(one)
            else:
                outcomes.append(rejected(one.row, "name-differs"))
        return good, outcomes

    def _without_duplicates(
        self, named: Sequence[Named]
    ) -> tuple[list[Named], list[Outcome]]:
        first: dict[tuple[str, str], Named] = {}
        outcomes = []
        for one in named:
            other = first.setdefault((one.class_id, one.person.id), one)
            if other is not one:
                again = rejected(one.row, "duplicate-row", other=other.row.number)
                outcomes.append(again)
        return list(first.values()), outcomes

    def _without_foreign_numbers(
        self, named: Sequence[Named]
    ) -> tuple[list[Named], list[Outcome]]:
        held = self.people.members([one.membership.id for one in named])
        holders = {id_: membership.person_id for id_, membership in held.items()}
        good, outcomes = [], []
        for one in named:
            holder = holders.setdefault(one.membership.id, one.person.id)
            if holder == one.person.id:
                good.append(one)
            else:
                outcomes.append(rejected(one.row, "member-number-taken"))
        return good, outcomes

    def _with_known_classes(
        self, named: Sequence[Named], outcomes: list[Outcome]
    ) -> tuple[list[Named], list[Outcome]]:
        books = {id_: self._book(id_) for id_ in {one.class_id for one in named}}
        good = []
        for one in named:
            book = books[one.class_id]
            if book is None:
                outcomes.append(rejected(one.row, "class-unknown"))
            else:
                good.append(one)
        return good, outcomes

    def _book(self, class_id: str) -> SeatBook | None:
        """The class's book; one not heard of yet is asked for at catalog."""
        known = self.books.get(class_id)
        if known is not None:
            return known
        told = self.catalog.class_of(class_id)
        if told is not None:
            self.books.open(told)
        return told


def _first_fault(row: Row) -> str:
    checks = (
        (not row.name.strip(), "name-missing"),
        (not row.member_no.strip(), "member-number-missing"),
        (len(row.member_no.strip()) > LONGEST_MEMBER_NO, "member-number-invalid"),
        (plain_phone(row.phone) is None, "phone-invalid"),
        (
            bool(row.id_number) and not plain_id_number(row.id_number),
            "id-number-invalid",
        ),
        (not row.class_id.strip(), "class-missing"),
    )
    return next((fault for wrong, fault in checks if wrong), "")
