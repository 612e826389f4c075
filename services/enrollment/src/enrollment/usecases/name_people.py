"""Find whom rows name, and write them: memberships, new persons, and what changed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from enrollment.domain.people import (
    Branch,
    Membership,
    Person,
    PersonChange,
    college_day,
    next_person_id,
    person_id,
)
from enrollment.domain.register import Identified, PersonFields, Register
from enrollment.domain.roster import Row
from enrollment.usecases.people_ports import FindGroups, find_lone
from enrollment.usecases.ports import Audit, Branches, Now, People


def build_register(
    branches: Branches,
    people: People,
    secret: bytes,
    sender: str,
    named: Sequence[PersonFields],
    find_groups: FindGroups = find_lone,
) -> tuple[dict[str, Branch], Register]:
    """The branches for which the sender speaks, of those that the fields name, and the
    register: people within them whom the fields may mean.

    Whether anybody beyond it is found makes no difference: nothing is told of
    them, and the same questions are asked. That others hold a member too is told, as
    who corrects one is told it.
    """
    new_id = NewIds(people, secret)
    persons, memberships = people.find_known(
        sorted({fields.phone for fields in named}),
        sorted({fields.id_number for fields in named if fields.id_number}),
        sorted({fields.membership_id for fields in named}),
        new_id.first_ids(named),
    )
    new_id.note_known(persons, named)
    ids = {fields.branch_id for fields in named}
    ids |= {membership.branch_id for membership in memberships}
    within = {
        id_: branch
        for id_, branch in branches.find_by_ids(sorted(ids)).items()
        if branch.is_within(sender)
    }
    inside = [m for m in memberships if m.branch_id in within]
    members = {membership.person_id for membership in inside}
    active = people.pick_active(memberships)
    register = Register(
        (person for person in persons if person.id in members),
        inside,
        new_id,
        [m for m in active if m.branch_id in within],
        {m.person_id for m in active if m.branch_id not in within},
        partial(_find_frozen, branches, people, sender, find_groups, sorted(members)),
    )
    return within, register


def _find_frozen(
    branches: Branches,
    people: People,
    sender: str,
    find_groups: FindGroups,
    person_ids: Sequence[str],
) -> set[str]:
    """Of these people those that no row of the sender changes, for they were merged:
    aliases stay as they were, and the record that counts is changed by who holds all.

    More is asked only where somebody was merged.
    """
    groups = find_groups(person_ids)
    merged = {id_: groups[id_] for id_ in person_ids if len(groups[id_]) > 1}
    if not merged:
        return set()
    every = sorted({id_ for group in merged.values() for id_ in group})
    active = people.pick_active(people.find_memberships_of(every))
    named = branches.find_by_ids(sorted({m.branch_id for m in active}))
    beyond = {
        m.person_id
        for m in active
        if m.branch_id not in named or not named[m.branch_id].is_within(sender)
    }
    return {
        id_
        for id_, group in merged.items()
        if id_ != group[0] or not beyond.isdisjoint(group)
    }


class NewIds:
    """The ids that rows of one chunk give to whom they name first.

    An id is made from the number that first named somebody. Once that person was
    deleted, or has another number, whoever is named by the old one is somebody else
    and gets the next id.
    """

    def __init__(self, people: People, secret: bytes) -> None:
        self.people, self.secret = people, secret
        self.known: dict[str, Person] = {}

    def __call__(self, branch_id: str, phone: str, id_number: str) -> str:
        """The first id of this number that means nobody else."""
        id_ = person_id(self.secret, branch_id, phone, id_number)
        while self._is_anothers(id_, phone, id_number):
            id_ = next_person_id(self.secret, id_)
        return id_

    def first_ids(self, named: Iterable[PersonFields]) -> list[str]:
        """The ids that these would get where nobody had them before."""
        return sorted(self._by_first_id(named))

    def note_known(
        self, people: Iterable[Person], named: Iterable[PersonFields]
    ) -> None:
        """Read who has the ids of these, and where it is another, the ids after."""
        asked, found = self._by_first_id(named), {one.id: one for one in people}
        while asked:
            self.known |= {id_: found[id_] for id_ in asked if id_ in found}
            asked = {
                next_person_id(self.secret, id_): fields
                for id_, fields in asked.items()
                if self._is_anothers(id_, fields.phone, fields.id_number)
            }
            if asked:
                after, _ = self.people.find_known([], [], [], sorted(asked))
                found = {one.id: one for one in after}

    def _by_first_id(self, named: Iterable[PersonFields]) -> dict[str, PersonFields]:
        return {
            person_id(self.secret, one.branch_id, one.phone, one.id_number): one
            for one in named
        }

    def _is_anothers(self, id_: str, phone: str, id_number: str) -> bool:
        """Whether who has this id was deleted, or has neither of these numbers."""
        person = self.known.get(id_)
        if person is None:
            return False
        has_number = bool(id_number) and person.id_number == id_number
        return person.is_deleted or not (person.phone == phone or has_number)


@dataclass(frozen=True)
class IdentifiedRow:
    """A row that names a person of a branch.

    `holder_id` is whoever had its member number when that was looked up, or empty.
    """

    row: Row
    identified: Identified
    membership: Membership
    holder_id: str
    branch: Branch
    notes: tuple[str, ...]

    @property
    def person_id(self) -> str:
        """The person whom the row means."""
        return self.identified.person.id


R = TypeVar("R", bound=IdentifiedRow)


class WritePeople:
    """Repeatable from the start at any point: what was done is found done."""

    def __init__(self, people: People, now: Now, audit: Audit) -> None:
        self.people, self.now, self.audit = people, now, audit

    def __call__(
        self, rows: Sequence[R], source: str, by: str = ""
    ) -> tuple[list[R], list[R]]:
        """The rows whose people are written, and those whose member number somebody
        else has by now.

        `source` is the chunk or request that asks, `by` the account, or empty for the
        branch of each row.
        """
        new = [row.membership for row in rows if not row.holder_id]
        created = self.people.create_memberships(new)
        good: list[R] = []
        taken: list[R] = []
        for row in rows:
            holder_id = row.holder_id or created[row.membership.id].person_id
            (good if holder_id == row.person_id else taken).append(row)
        unknown = {
            row.person_id: (row.identified.person, row.branch.id)
            for row in good
            if row.identified.is_new
        }
        self.people.create_people(unknown.values())
        joined = [r.person_id for r in good if not (r.identified.is_new or r.holder_id)]
        if joined:
            self.people.mark_due(joined)
        for row in good:
            self._change_person(row, source, by or row.branch.id)
        self._bring_back(good, source, by)
        return good, taken

    def _bring_back(self, rows: Sequence[IdentifiedRow], source: str, by: str) -> None:
        """A branch that names somebody who left it holds them again from today on; an
        audit line comes first."""
        known = [row.membership.id for row in rows if row.holder_id]
        if not known:
            return
        today = college_day(self.now())
        for membership in self.people.find_memberships(known).values():
            if membership.has_ended(today):
                person_id, branch_id = membership.person_id, membership.branch_id
                self.audit.add(
                    by or branch_id,
                    "membership-moved",
                    person_id,
                    key=f"return-{person_id}-{branch_id}-{source}",
                    day=today,
                    joins=branch_id,
                )
                self.people.put_membership(membership.begin_again(today))

    def _change_person(self, row: IdentifiedRow, source: str, by: str) -> None:
        """Write what a row changes of a known person, with its audit line."""
        fields = row.identified.changed
        if not fields:
            return
        at = self.now().isoformat(timespec="seconds")
        line = f"{source}#{row.row.number}"
        change = PersonChange(row.person_id, by, line, fields, at)
        person = row.identified.person
        self.people.change(change, {field: getattr(person, field) for field in fields})
