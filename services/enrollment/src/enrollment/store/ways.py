"""The ways port over MongoEngine: ids and nothing else are read."""

from collections.abc import Sequence
from typing import Any

from chassis.storage.aggregates import Aggregates

from enrollment.domain.people import Membership, Person, college_day

AT_ONCE = 500
"""Ids in one question: of 1,000 the embedded store would use no index."""


class StoredWays:
    """By which way people can be written to."""

    def __init__(
        self, people: Aggregates[Person], memberships: Aggregates[Membership]
    ) -> None:
        self.people, self.memberships = people, memberships

    def find_members(
        self, branch_ids: Sequence[str], after: str, limit: int
    ) -> list[tuple[str, str]]:
        """Memberships of these branches that hold their person today, each with the
        person, by branch and id; those of the first behind a membership."""
        found: list[tuple[str, str]] = []
        if branch_ids and after:
            first, *branch_ids = branch_ids
            found = self._find_page({"branch_id": first, "_id": {"$gt": after}}, limit)
        if branch_ids and len(found) < limit:
            wanted = {"branch_id": {"$in": list(branch_ids)}}
            found += self._find_page(wanted, limit - len(found))
        return found

    def find_contacts(self, person_ids: Sequence[str]) -> dict[str, tuple[bool, bool]]:
        """Whether each of these persons has a mail address, and a phone."""
        found: dict[str, tuple[bool, bool]] = {}
        for start in range(0, len(person_ids), AT_ONCE):
            ids = list(person_ids[start : start + AT_ONCE])
            rows = self.people.collection.find(
                {"_id": {"$in": ids}, "deleted_on": {"$in": ["", None]}},
                {"email": 1, "phone": 1},
            )
            for row in rows:
                found[row["_id"]] = bool(row.get("email")), bool(row.get("phone"))
        return found

    def _find_page(self, wanted: dict[str, Any], limit: int) -> list[tuple[str, str]]:
        today = college_day()
        standing = [{"until": {"$in": ["", None]}}, {"until": {"$gt": today}}]
        rows = self.memberships.collection.find(
            {**wanted, "$or": standing},
            {"person_id": 1},
            sort=[("branch_id", 1), ("_id", 1)],
            limit=limit,
        )
        return [(row["_id"], row["person_id"]) for row in rows]
