"""People whose data a service has deleted: their opaque ids, and nothing else."""

from collections.abc import Collection
from typing import Any

from pymongo.database import Database


class ForgottenPeople:
    """Ids of people who were deleted, so that nothing new is stored about them.

    A row is there from before the first deletion on: whoever stores a name, and looks
    here afterwards, was either in time for what deletes it or finds the row.
    """

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self.rows = database["forgotten_people"]

    def begin_person(self, person_id: str) -> None:
        """The person is about to be forgotten here; of who is that stays true."""
        begun = {"$setOnInsert": {"is_under_way": True}}
        self.rows.update_one({"_id": person_id}, begun, upsert=True)

    def note_person(self, person_id: str) -> None:
        """The person is forgotten here; noting it again changes nothing."""
        done = {"$set": {"_id": person_id}, "$unset": {"is_under_way": ""}}
        self.rows.update_one({"_id": person_id}, done, upsert=True)

    def has_begun(self, person_id: str) -> bool:
        """Whether this person's data are deleted here, or are being deleted."""
        return self.rows.find_one({"_id": person_id}) is not None

    def find_begun(self, person_ids: Collection[str]) -> set[str]:
        """Those of these people whose data are deleted here, or are being deleted."""
        if not person_ids:
            return set()
        found = self.rows.find({"_id": {"$in": sorted(person_ids)}}, {"_id": 1})
        return {row["_id"] for row in found}

    def is_forgotten(self, person_id: str) -> bool:
        """Whether this person's data were deleted here, to the last."""
        row = self.rows.find_one({"_id": person_id})
        return row is not None and not row.get("is_under_way")
