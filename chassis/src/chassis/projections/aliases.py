"""Aliases: which person's records count for whom, as a read model.

Where two records of one human were merged, the alias of one leads to the other, the
survivor, and may go on from there. Nothing that is stored changes: who asks for a
person asks for the group.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from chassis.projections.projection import ProjectedRow, Projection
from chassis.storage.aggregates import mapping_of
from chassis.storage.documents import ProjectionDocument

LONGEST_CHAIN = 8
"""Merges in a row; more are a circle that events out of order make for a moment."""


@dataclass(frozen=True)
class Alias:
    """A person whose records count for `survivor_id`; nobody's once that was undone."""

    id: str
    survivor_id: str


class AliasRows(Protocol):
    """Where aliases are looked up, each as person and survivor."""

    def find_leads(self, person_ids: Collection[str]) -> Mapping[str, str]:
        """The survivors of those of these persons that are aliases."""

    def find_behind(self, survivor_ids: Collection[str]) -> Mapping[str, str]:
        """The persons that are aliases of these, each with its survivor."""


class PersonGroups:
    """The records of one human: all that count for one survivor."""

    def __init__(self, aliases: AliasRows) -> None:
        self.aliases = aliases

    def get_survivor(self, person_id: str) -> str:
        """For whom the records of a person count."""
        return self.find_survivors([person_id])[person_id]

    def find_survivors(self, person_ids: Sequence[str]) -> dict[str, str]:
        """For whom the records of these count, by person."""
        leads: dict[str, str] = {}
        frontier = {id_ for id_ in person_ids if id_}
        for _ in range(LONGEST_CHAIN):
            if not frontier:
                break
            steps = self.aliases.find_leads(frontier)
            leads |= steps
            frontier = {id_ for id_ in steps.values() if id_ not in leads}
        return {id_: _follow_leads(leads, id_) for id_ in person_ids}

    def find_group(self, person_id: str) -> tuple[str, ...]:
        """The group of one, the survivor first."""
        return self.find_groups([person_id])[person_id]

    def find_groups(self, person_ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """The groups of these by person, in each the survivor first."""
        survivors = self.find_survivors(person_ids)
        behind: dict[str, str] = {}
        frontier = {id_ for id_ in survivors.values() if id_}
        for _ in range(LONGEST_CHAIN):
            if not frontier:
                break
            found = self.aliases.find_behind(frontier)
            steps = {id_: to for id_, to in found.items() if id_ not in behind}
            behind |= steps
            frontier = set(steps)
        members: dict[str, list[str]] = {id_: [id_] for id_ in survivors.values()}
        for id_ in sorted(behind):
            survivor = _follow_leads(behind, id_)
            if survivor in members and id_ not in members:
                members[survivor].append(id_)
        return {id_: tuple(members[to]) for id_, to in survivors.items()}


class Aliases(PersonGroups):
    """The groups by what enrollment's events tell."""

    def __init__(self, document: type[ProjectionDocument]) -> None:
        super().__init__(self)
        self.rows = Projection(document, mapping_of(Alias))

    def put(self, rows: Iterable[ProjectedRow[Alias]]) -> None:
        """Put rows of aliases, each with its version; newer ones stay."""
        self.rows.put_rows(rows)

    def find_leads(self, person_ids: Collection[str]) -> Mapping[str, str]:
        """The survivors of those of these persons that are aliases."""
        found = self.rows.find({"_id": {"$in": sorted(person_ids)}})
        return {row.id: row.survivor_id for row in found if row.survivor_id}

    def find_behind(self, survivor_ids: Collection[str]) -> Mapping[str, str]:
        """The persons that are aliases of these, each with its survivor."""
        found = self.rows.find({"survivor_id": {"$in": sorted(survivor_ids)}})
        return {row.id: row.survivor_id for row in found}


def _follow_leads(leads: Mapping[str, str], person_id: str) -> str:
    """Where a chain of aliases ends; a circle ends where it is met again."""
    seen = {person_id}
    while (further := leads.get(person_id, "")) and further not in seen:
        seen.add(further)
        person_id = further
    return person_id
