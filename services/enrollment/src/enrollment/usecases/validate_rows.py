"""Rows of a chunk: which name a person and a class, and which say why not."""

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from enrollment.domain.people import Branch, Membership
from enrollment.domain.register import Register, Unidentified
from enrollment.domain.roster import Outcome, Row, reject_row
from enrollment.domain.roster_message import ParsedRow, parse_row
from enrollment.domain.seat_book import SeatBook
from enrollment.usecases.name_people import IdentifiedRow, build_register
from enrollment.usecases.people_ports import FindGroups, find_lone
from enrollment.usecases.ports import Books, Branches, Catalog, People

Today = Callable[[], datetime.date]
IsClosed = Callable[[SeatBook], bool]


@dataclass(frozen=True)
class ResolvedRow(IdentifiedRow):
    """A row that names a person of a branch and a class."""

    class_id: str


class ValidateRows:
    """Checks rows one by one; of people nothing is written."""

    def __init__(
        self,
        branches: Branches,
        people: People,
        books: Books,
        catalog: Catalog,
        secret: bytes,
        today: Today,
        find_groups: FindGroups = find_lone,
    ) -> None:
        self.branches, self.people = branches, people
        self.books, self.catalog = books, catalog
        self.secret, self.today = secret, today
        self.find_groups = find_groups

    def __call__(
        self, sender: str, rows: Sequence[Row], is_closed: IsClosed
    ) -> tuple[list[ResolvedRow], list[Outcome]]:
        """The rows to seat, and the outcomes of those that are not taken."""
        parsed = [parse_row(row, sender) for row in rows]
        outcomes = [row for row in parsed if isinstance(row, Outcome)]
        parsed_rows = [row for row in parsed if isinstance(row, ParsedRow)]
        parsed_rows, wrong = self._with_classes(parsed_rows, is_closed)
        outcomes += wrong
        resolved: list[ResolvedRow] = []
        branches, register = build_register(
            self.branches,
            self.people,
            self.secret,
            sender,
            [parsed_row.fields for parsed_row in parsed_rows],
            self.find_groups,
        )
        holders = dict(register.holders)
        seen: dict[tuple[str, str], Row] = {}
        for parsed_row in parsed_rows:
            row = self._resolve_row(parsed_row, branches, register, holders, seen)
            if isinstance(row, ResolvedRow):
                resolved.append(row)
            else:
                outcomes.append(row)
        return resolved, outcomes

    def _with_classes(
        self, parsed_rows: Sequence[ParsedRow], is_closed: IsClosed
    ) -> tuple[list[ParsedRow], list[Outcome]]:
        faults = {
            class_id: self._fault_of(class_id, is_closed)
            for class_id in {parsed_row.class_id for parsed_row in parsed_rows}
        }
        good = [
            parsed_row for parsed_row in parsed_rows if not faults[parsed_row.class_id]
        ]
        wrong = [
            reject_row(parsed_row.row, faults[parsed_row.class_id])
            for parsed_row in parsed_rows
            if faults[parsed_row.class_id]
        ]
        return good, wrong

    def _fault_of(self, class_id: str, is_closed: IsClosed) -> str:
        book = self._find_book(class_id)
        if book is None:
            return "class-unknown"
        return "class-closed" if is_closed(book) else ""

    def _find_book(self, class_id: str) -> SeatBook | None:
        """The book of a class; of one not known here, asked for at catalog."""
        book = self.books.get(class_id)
        if book is None:
            book = self.catalog.get_seat_book(class_id)
            if book is not None:
                self.books.create(book)
        return book

    def _resolve_row(
        self,
        parsed_row: ParsedRow,
        branches: dict[str, Branch],
        register: Register,
        holders: Mapping[str, str],
        seen: dict[tuple[str, str], Row],
    ) -> ResolvedRow | Outcome:
        row, fields = parsed_row.row, parsed_row.fields
        branch = branches.get(fields.branch_id)
        if branch is None:
            return reject_row(row, "not-your-branch")
        if branch.closed:
            return reject_row(row, "branch-closed")
        try:
            identified = register.identify_person(fields)
        except Unidentified as unidentified:
            return reject_row(row, unidentified.reason)
        person = identified.person
        first = seen.setdefault((parsed_row.class_id, person.id), row)
        if first is not row:
            return reject_row(row, "duplicate-row", other=first.number)
        register.remember_row(identified, fields)
        since = self.today().isoformat()
        membership = Membership(person.id, branch.id, fields.member_no, since)
        holder_id = holders.get(membership.id, "")
        notes = (*parsed_row.notes, *identified.notes)
        return ResolvedRow(
            row, identified, membership, holder_id, branch, notes, parsed_row.class_id
        )


def people_of(resolved: Iterable[ResolvedRow]) -> list[str]:
    """The ids of the people whom these rows mean."""
    return [row.person_id for row in resolved]
