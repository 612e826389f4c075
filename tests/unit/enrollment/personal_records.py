"""The records of a world in memory that say who a person is."""

from collections.abc import Callable, Collection

from enrollment.domain.join_request import JoinRequest
from enrollment.domain.people import Person
from enrollment.domain.roster import Chunk

from tests.unit.enrollment.world import World


class Died(Exception):
    """The process ended here."""


class WorldRecords:
    """The records of a world in memory; dies once before a step, if told."""

    def __init__(self, world: World, dies_before: int = 0) -> None:
        self.world, self.dies_before, self.steps = world, dies_before, 0

    def _step(self) -> None:
        self.steps += 1
        if self.steps == self.dies_before:
            raise Died

    def is_deleted(self, person_id: str) -> bool:
        found = self.world.people.rows.get(person_id)
        return found is not None and found[0].is_deleted

    def blank_chunks(self, blank: Callable[[Chunk], Chunk | None]) -> int:
        self._step()
        rows = self.world.chunks.rows
        changed = {id_: new for id_, c in rows.items() if (new := blank(c))}
        rows.update(changed)
        return len(changed)

    def delete_dry_runs(self, person: Person, membership_ids: Collection[str]) -> None:
        self._step()

    def delete_person(self, person_id: str) -> None:
        self._step()
        _, branch = self.world.people.rows[person_id]
        bare = Person(person_id, "", "", deleted_on="2026-12-01")
        self.world.people.rows[person_id] = (bare, branch)

    def delete_memberships(self, person_id: str) -> None:
        self._step()
        held = self.world.people.memberships
        for id_ in [i for i, m in held.items() if m.person_id == person_id]:
            del held[id_]

    def delete_watched(self, person_id: str) -> None:
        self._step()

    def find_requests(self, person_id: str) -> list[JoinRequest]:
        return []

    def delete_requests(self, person_id: str) -> None:
        self._step()
