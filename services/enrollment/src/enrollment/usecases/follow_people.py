"""People who came or changed get into the name index; who looks like them is noted."""

from enrollment.domain.doubles import find_doubles
from enrollment.domain.name_index import NameEntry, list_terms
from enrollment.domain.people import Person
from enrollment.usecases.people_ports import Doubles, DuePeople, NameIndex
from enrollment.usecases.ports import Branches, People

AT_ONCE = 200


class FollowPeople:
    """Follows who is due, some at a time."""

    def __init__(
        self,
        due: DuePeople,
        people: People,
        branches: Branches,
        names: NameIndex,
        doubles: Doubles,
    ) -> None:
        self.due, self.people, self.doubles = due, people, doubles
        self.branches, self.names = branches, names

    def __call__(self) -> bool:
        """Look at some; False if nobody is due."""
        due = self.due.find_due(AT_ONCE)
        if not due:
            return False
        self._note_doubles([person for person, _ in due])
        names = {person.id: person.name for person, _ in due}
        memberships = self.people.find_memberships_of(sorted(names))
        branches = self.branches.find_by_ids(sorted({m.branch_id for m in memberships}))
        self.names.put(
            NameEntry(
                m.id,
                m.person_id,
                list_terms(branches[m.branch_id].line, names[m.person_id]),
            )
            for m in memberships
            if m.branch_id in branches
        )
        self.due.clear_due(due)
        return True

    def _note_doubles(self, persons: list[Person]) -> None:
        phones = sorted({person.phone for person in persons if person.phone})
        numbers = sorted({person.id_number for person in persons if person.id_number})
        alike, _ = self.people.find_known(phones, numbers, [])
        self.doubles.create(find_doubles(persons, alike))
