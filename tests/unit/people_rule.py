"""What must be true of people, written apart from the code: in sets and moments."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field

Moment = datetime.datetime
QUARTERS = 4
"""Of a lecture of half an hour."""


@dataclass
class Merged:
    """One merge that stands, and what was given up for it, by class."""

    person: str
    survivor: str
    given_up: set[tuple[str, str]] = field(default_factory=set)


@dataclass
class PeopleRule:
    """What people did, and what follows from it.

    `stands` are the pairs of record and class in which an enrolment stands; `watched`
    is when a record first watched a lecture to its end.
    """

    lectures: dict[str, tuple[str, ...]]
    merges: dict[str, Merged] = field(default_factory=dict)
    stands: set[tuple[str, str]] = field(default_factory=set)
    watched: dict[tuple[str, str], Moment] = field(default_factory=dict)
    branches: dict[str, set[str]] = field(default_factory=dict)
    deleted: set[str] = field(default_factory=set)

    def find_root(self, person: str) -> str:
        while person in self.merges:
            person = self.merges[person].survivor
        return person

    def find_group(self, person: str) -> set[str]:
        root = self.find_root(person)
        return {one for one in self.branches if self.find_root(one) == root}

    def enrol(self, person: str, class_id: str) -> None:
        """Somebody named the record for a class: one enrolment stands in it."""
        if not self.who_stands(self.find_group(person), class_id):
            self.stands.add((person, class_id))

    def who_stands(self, group: Iterable[str], class_id: str) -> set[str]:
        return {one for one in group if (one, class_id) in self.stands}

    def merge(
        self, person: str, survivor: str, best: dict[str, str], classes: Iterable[str]
    ) -> None:
        """`best` names by class whose enrolment comes first of those that stand."""
        merged = Merged(person, survivor)
        self.merges[person] = merged
        group = self.find_group(survivor)
        for class_id in classes:
            standing = self.who_stands(group, class_id)
            for one in standing - {best.get(class_id, "")}:
                self.stands.discard((one, class_id))
                merged.given_up.add((one, class_id))

    def unmerge(self, person: str) -> None:
        given_up = self.merges.pop(person).given_up
        self.stands |= {pair for pair in given_up if pair[0] not in self.deleted}

    def delete(self, person: str, finished: Iterable[str]) -> None:
        """Of who is deleted the finished classes stand; nothing else begins again."""
        self.deleted.add(person)
        self.branches[person] = set()
        self.stands -= {(person, one) for one in self.lectures.keys() - set(finished)}

    def count_quarters(self, group: set[str]) -> int:
        lectures = {lecture for person, lecture in self.watched if person in group}
        return QUARTERS * len(lectures)

    def completed_at(self, group: set[str], class_id: str) -> Moment | None:
        """When the last lecture that lacked was watched by any record of the human."""
        first: list[Moment] = []
        for lecture in self.lectures[class_id]:
            moments = [
                self.watched[(one, lecture)]
                for one in group
                if (one, lecture) in self.watched
            ]
            if not moments:
                return None
            first.append(min(moments))
        return max(first)
