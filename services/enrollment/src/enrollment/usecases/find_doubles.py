"""Find records that look like one human, side by side."""

from dataclasses import dataclass

from enrollment.domain.doubles import explain_likeness
from enrollment.domain.people import Membership, Person
from enrollment.usecases.people_ports import Doubles, Merges
from enrollment.usecases.ports import People


@dataclass(frozen=True)
class Likeness:
    """Two records that look alike, and why."""

    id: str
    why: str
    people: tuple[tuple[Person, list[Membership]], ...]


class FindDoubles:
    """Finds what staff have still to decide."""

    def __init__(self, people: People, merges: Merges, doubles: Doubles) -> None:
        self.people, self.merges, self.doubles = people, merges, doubles

    def __call__(self, after: str, limit: int) -> tuple[list[Likeness], str]:
        """Pairs that still look alike and are not merged, and where it goes on."""
        found = self.doubles.find_open(after, limit)
        ids = sorted({person_id for double in found for person_id in double.people})
        persons = self.people.find_by_ids(ids)
        survivors = self.merges.find_survivors(ids)
        memberships = self.people.find_memberships_of(ids)
        shown: list[Likeness] = []
        for double in found:
            one, other = (persons.get(id_) for id_ in double.people)
            if one is None or other is None:
                continue
            why = explain_likeness(one, other)
            if why and survivors[one.id] != survivors[other.id]:
                both = tuple(
                    (person, [m for m in memberships if m.person_id == person.id])
                    for person in (one, other)
                )
                shown.append(Likeness(double.id, why, both))
        return shown, found[-1].id if len(found) == limit else ""
