"""The merges port over MongoEngine, and who counts for whom by it."""

from collections.abc import Callable, Collection, Mapping, Sequence

from chassis.projections.aliases import PersonGroups
from chassis.storage.aggregates import Aggregates, AlreadyExists, NotFound

from enrollment.domain.merging import Merge, merge_id


class StoredMerges(PersonGroups):
    """Merges, one for each record that is or was an alias."""

    def __init__(self, rows: Aggregates[Merge]) -> None:
        super().__init__(self)
        self.rows = rows

    def get(self, person_id: str) -> Merge | None:
        """The merge by which a record is, or was last, an alias; or None."""
        try:
            return self.rows.get(merge_id(person_id))
        except NotFound:
            return None

    def create(self, merge: Merge) -> bool:
        """Put a first merge of a record; False if there is one."""
        try:
            self.rows.add(merge.id, merge, merge.creation_events())
        except AlreadyExists:
            return False
        return True

    def change(self, person_id: str, decide: Callable[[Merge], Merge | None]) -> Merge:
        """Read, decide, write under the version that was read; others are told of what
        begins and ends by it."""

        def with_events(merge: Merge) -> tuple[Merge, list[object]] | None:
            decided = decide(merge)
            if decided is None:
                return None
            is_news = (decided.round, decided.is_undone) != (
                merge.round,
                merge.is_undone,
            )
            return decided, decided.creation_events() if is_news else []

        return self.rows.change(merge_id(person_id), with_events)

    def find_unsettled(self, until: float, limit: int) -> list[Merge]:
        """Merges whose doubled seats are to be looked for by now."""
        due = {"settle_due": {"$gt": 0, "$lte": until}}
        return self.rows.find(due, sort=[("settle_due", 1)], limit=limit)

    def find_by_people(self, person_ids: Sequence[str]) -> list[Merge]:
        """All merges, also undone ones, in which these are or were aliases or
        survivors."""
        either = [
            {"_id": {"$in": [merge_id(id_) for id_ in person_ids]}},
            {"survivor_id": {"$in": list(person_ids)}},
        ]
        found = self.rows.find({"$or": either})
        return sorted(found, key=lambda merge: (merge.at, merge.id))

    def find_leads(self, person_ids: Collection[str]) -> Mapping[str, str]:
        """The survivors of those of these persons that are aliases."""
        ids = sorted(merge_id(id_) for id_ in person_ids)
        found = self.rows.find({"_id": {"$in": ids}})
        return {m.person_id: m.survivor_id for m in found if not m.is_undone}

    def find_behind(self, survivor_ids: Collection[str]) -> Mapping[str, str]:
        """The persons that are aliases of these, each with its survivor."""
        found = self.rows.find({"survivor_id": {"$in": sorted(survivor_ids)}})
        return {m.person_id: m.survivor_id for m in found if not m.is_undone}
