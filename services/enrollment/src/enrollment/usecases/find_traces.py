"""Find people and rosters by what an operator was told, with ids that are traced."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from enrollment.domain.enrolment import Enrolment
from enrollment.domain.people import Membership, Person
from enrollment.domain.sent_roster import Roster
from enrollment.usecases.people_ports import Merges
from enrollment.usecases.ports import Audit, Branches, Enrolments, Scope
from enrollment.usecases.roster_ports import ChunkPlace
from enrollment.usecases.search_people import PeopleSearch, SearchPeople

MOST_FOUND = 10
"""People, and rosters: who finds more of one name asks for the phone."""
MOST_ENROLMENTS = 20
MOST_CHUNKS = 50
"""A roster of 10,000 rows; each leads to a trace, and one is as good as another."""
LOOKED_UP = "person-looked-up"


class NamedRosters(Protocol):
    """Rosters by their names."""

    def find_named(self, name: str, limit: int) -> list[Roster]:
        """Rosters of this name or id, of whichever branch, the newest first."""


class Chunks(Protocol):
    """Chunks by their rosters."""

    def find_places(self, branch_id: str, roster_id: str) -> list[ChunkPlace]:
        """The chunks of a roster as they came."""


@dataclass(frozen=True)
class TracedPerson:
    """A person, the names of the branches, and the newest enrolments."""

    person: Person
    branches: Sequence[str]
    enrolments: Sequence[Enrolment]


@dataclass(frozen=True)
class TracedRoster:
    """A roster, the name of its branch, and the ids of its first chunks."""

    roster: Roster
    branch: str
    chunk_ids: Sequence[str]


@dataclass(frozen=True)
class Traced:
    """What was found, and whether there is more."""

    people: Sequence[TracedPerson]
    rosters: Sequence[TracedRoster]
    has_more: bool


class FindTraces:
    """Looks for both; that somebody was found is written down before it is told."""

    def __init__(
        self,
        branches: Branches,
        search: SearchPeople,
        enrolments: Enrolments,
        merges: Merges,
        rosters: NamedRosters,
        chunks: Chunks,
        audit: Audit,
    ) -> None:
        self.branches, self.search, self.enrolments = branches, search, enrolments
        self.merges, self.rosters, self.chunks = merges, rosters, chunks
        self.audit = audit

    def __call__(self, by: str, scope: Scope, words: str) -> Traced:
        """What fits these words, for this account that sees so much."""
        asked = PeopleSearch(words, "", "", MOST_FOUND)
        found, following = self.search(scope, asked)
        for person, _ in found:
            self.audit.add(by, LOOKED_UP, person.id)
        rosters = self.rosters.find_named(words, MOST_FOUND + 1)
        return Traced(
            [self._trace_person(*one) for one in found],
            [self._trace_roster(one) for one in rosters[:MOST_FOUND]],
            bool(following) or len(rosters) > MOST_FOUND,
        )

    def _trace_person(
        self, person: Person, memberships: Sequence[Membership]
    ) -> TracedPerson:
        group = self.merges.find_group(person.id)
        theirs = [one for id_ in group for one in self.enrolments.find_by_person(id_)]
        ids = list(dict.fromkeys(one.branch_id for one in memberships))
        named = self.branches.find_by_ids(ids)
        names = [named[id_].name for id_ in ids if id_ in named]
        return TracedPerson(person, names, theirs[-MOST_ENROLMENTS:][::-1])

    def _trace_roster(self, roster: Roster) -> TracedRoster:
        named = self.branches.find_by_ids([roster.branch_id])
        branch = named.get(roster.branch_id)
        places = self.chunks.find_places(roster.branch_id, roster.roster_id)
        ids = [place.id for place in places[:MOST_CHUNKS]]
        return TracedRoster(roster, branch.name if branch else "", ids)
