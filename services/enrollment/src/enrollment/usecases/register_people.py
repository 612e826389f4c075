"""Register people of branches without a class, as a directory or a form names them."""

from collections.abc import Sequence

from fields import Illegal

from enrollment.domain.people import Membership
from enrollment.domain.register import (
    Identified,
    PersonFields,
    Register,
    Unidentified,
)
from enrollment.domain.registered import (
    PersonOutcome,
    register_outcome,
    reject_person,
)
from enrollment.domain.roster import Row
from enrollment.domain.roster_message import parse_person
from enrollment.usecases.decide_seats import day_at_college
from enrollment.usecases.name_people import IdentifiedRow, WritePeople, build_register
from enrollment.usecases.people_ports import FindGroups, find_lone
from enrollment.usecases.ports import Audit, Branches, Now, People

ParsedPerson = tuple[Row, PersonFields, tuple[str, ...]]


class RegisterPeople:
    """Reads rows and finds whom they mean as rosters do; repeating it changes nothing.

    A new membership of somebody known is added beside those that are there.
    """

    def __init__(
        self,
        branches: Branches,
        people: People,
        secret: bytes,
        now: Now,
        audit: Audit,
        find_groups: FindGroups = find_lone,
    ) -> None:
        self.branches, self.people, self.secret = branches, people, secret
        self.find_groups = find_groups
        self.now, self.write = now, WritePeople(people, now, audit)

    def __call__(
        self, sender: str, rows: Sequence[Row], source: str, by: str, *, dry_run: bool
    ) -> list[PersonOutcome]:
        """One outcome for each row, in their order; a dry run writes nothing.

        `sender` is the branch that speaks for the people, `source` the request and `by`
        the account, both for audit lines.
        """
        outcomes: dict[int, PersonOutcome] = {}
        parsed: list[ParsedPerson] = []
        for row in rows:
            try:
                parsed.append((row, *parse_person(row, sender)))
            except Illegal as illegal:
                outcomes[row.number] = reject_person(row.number, illegal.reason)
        identified, decided = self._identify_people(sender, parsed)
        outcomes |= decided
        if not dry_run:
            _, taken = self.write(identified, source, by)
            for row_taken in taken:
                number = row_taken.row.number
                outcomes[number] = reject_person(number, "member-number-taken")
        return [outcomes[row.number] for row in rows]

    def _identify_people(
        self, sender: str, parsed: Sequence[ParsedPerson]
    ) -> tuple[list[IdentifiedRow], dict[int, PersonOutcome]]:
        """The rows that name somebody, and the outcome of every row."""
        branches, register = build_register(
            self.branches,
            self.people,
            self.secret,
            sender,
            [fields for _, fields, _ in parsed],
            self.find_groups,
        )
        holders = dict(register.holders)
        since = day_at_college(self.now()).isoformat()
        rows: list[IdentifiedRow] = []
        outcomes: dict[int, PersonOutcome] = {}
        for row, fields, notes in parsed:
            number, branch = row.number, branches.get(fields.branch_id)
            if branch is None:
                outcomes[number] = reject_person(number, "not-your-branch")
                continue
            is_member = fields.membership_id in register.holders
            if branch.closed and not is_member:
                outcomes[number] = reject_person(number, "branch-closed")
                continue
            try:
                identified = _remember(register, fields)
            except Unidentified as unidentified:
                outcomes[number] = reject_person(number, unidentified.reason)
                continue
            person_id = identified.person.id
            member = Membership(person_id, branch.id, fields.member_no, since)
            holder_id = holders.get(member.id, "")
            notes = (*notes, *identified.notes)
            rows.append(
                IdentifiedRow(row, identified, member, holder_id, branch, notes)
            )
            outcomes[number] = register_outcome(number, identified, is_member, notes)
        return rows, outcomes


def _remember(register: Register, fields: PersonFields) -> Identified:
    """The person whom the fields mean, remembered for the rows after them.

    Raises Unidentified.
    """
    identified = register.identify_person(fields)
    register.remember_row(identified, fields)
    return identified
