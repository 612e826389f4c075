"""Sort a chunk's rows: which name a person and a class, and which say why not."""

import datetime
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from enrollment.domain.branch import Branch
from enrollment.domain.parsed_row import ParsedRow, parse_row
from enrollment.domain.person import Membership, person_id
from enrollment.domain.register import Identified, Register, Unidentified
from enrollment.domain.roster import Outcome, Row, reject_row
from enrollment.usecases.ports import Books, Branches, Catalog, People

Today = Callable[[], datetime.date]
IsClosed = Callable[[str], bool]


@dataclass(frozen=True)
class ResolvedRow:
    """A row that names a person of a branch and a class."""

    row: Row
    identified: Identified
    membership: Membership
    branch: Branch
    class_id: str
    notes: tuple[str, ...]

    @property
    def person_id(self) -> str:
        """Whom the row means."""
        return self.identified.person.id


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
    ) -> None:
        self.branches, self.people = branches, people
        self.books, self.catalog = books, catalog
        self.secret, self.today = secret, today

    def __call__(
        self, sender: str, rows: Sequence[Row], is_closed: IsClosed
    ) -> tuple[list[ResolvedRow], list[Outcome]]:
        """The rows to seat, and the outcomes of those that are not taken."""
        read = [parse_row(row, sender) for row in rows]
        outcomes = [one for one in read if isinstance(one, Outcome)]
        readings = [one for one in read if isinstance(one, ParsedRow)]
        readings, wrong = self._with_classes(readings, is_closed)
        outcomes += wrong
        branches = self._branches_of(sender, readings)
        resolved: list[ResolvedRow] = []
        register = self._build_register(sender, readings)
        seen: dict[tuple[str, str], Row] = {}
        for reading in readings:
            one = self._resolve_row(reading, branches, register, seen)
            if isinstance(one, ResolvedRow):
                resolved.append(one)
            else:
                outcomes.append(one)
        return resolved, outcomes

    def _with_classes(
        self, readings: Sequence[ParsedRow], is_closed: IsClosed
    ) -> tuple[list[ParsedRow], list[Outcome]]:
        faults = {
            class_id: self._fault_of(class_id, is_closed)
            for class_id in {reading.class_id for reading in readings}
        }
        good = [reading for reading in readings if not faults[reading.class_id]]
        wrong = [
            reject_row(reading.row, faults[reading.class_id])
            for reading in readings
            if faults[reading.class_id]
        ]
        return good, wrong

    def _fault_of(self, class_id: str, is_closed: IsClosed) -> str:
        if not self._is_known(class_id):
            return "class-unknown"
        return "class-closed" if is_closed(class_id) else ""

    def _is_known(self, class_id: str) -> bool:
        """Whether there is such a class; one not heard of is asked for at catalog."""
        if self.books.get(class_id) is not None:
            return True
        book = self.catalog.get_seat_book(class_id)
        if book is not None:
            self.books.create(book)
        return book is not None

    def _branches_of(
        self, sender: str, readings: Sequence[ParsedRow]
    ) -> dict[str, Branch]:
        """The branches that rows name, as far as the sender speaks for them."""
        ids = {reading.fields.branch_id for reading in readings}
        found = self.branches.find_by_ids(sorted(ids))
        return {id_: one for id_, one in found.items() if one.is_within(sender)}

    def _build_register(self, sender: str, readings: Sequence[ParsedRow]) -> Register:
        """Those whom the rows may mean, of people within the sender's border.

        Whether anybody beyond it is found makes no difference: nothing is told of
        them, and the same questions are asked.
        """
        people, memberships = self.people.find_known(
            sorted({reading.fields.phone for reading in readings}),
            sorted({r.fields.id_number for r in readings if r.fields.id_number}),
            sorted({reading.fields.membership_id for reading in readings}),
        )
        ids = sorted({membership.branch_id for membership in memberships})
        own = {
            id_
            for id_, branch in self.branches.find_by_ids(ids).items()
            if branch.is_within(sender)
        }
        inside = [m for m in memberships if m.branch_id in own]
        members = {membership.person_id for membership in inside}
        return Register(
            (person for person in people if person.id in members),
            inside,
            partial(person_id, self.secret),
        )

    def _resolve_row(
        self,
        reading: ParsedRow,
        branches: dict[str, Branch],
        register: Register,
        seen: dict[tuple[str, str], Row],
    ) -> ResolvedRow | Outcome:
        row, named = reading.row, reading.fields
        branch = branches.get(named.branch_id)
        if branch is None:
            return reject_row(row, "not-your-branch")
        try:
            identified = register.identify_person(named)
        except Unidentified as unidentified:
            return reject_row(row, unidentified.reason)
        person = identified.person
        first = seen.setdefault((reading.class_id, person.id), row)
        if first is not row:
            return reject_row(row, "duplicate-row", other=first.number)
        register.remember_row(identified, named)
        since = self.today().isoformat()
        membership = Membership(person.id, branch.id, named.member_no, since)
        notes = (*reading.notes, *identified.notes)
        return ResolvedRow(row, identified, membership, branch, reading.class_id, notes)


def people_of(resolved: Iterable[ResolvedRow]) -> list[str]:
    """The ids of the people whom these rows mean."""
    return [one.person_id for one in resolved]
