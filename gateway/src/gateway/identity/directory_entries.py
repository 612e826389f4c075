"""Which persons are from the directory, and by which value their entries are found."""

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from pymongo import UpdateOne
from pymongo.database import Database
from pymongo.errors import BulkWriteError

TAKEN = 11000
"""Mongo's code for a unique value that another document has."""


class DirectoryEntries:
    """One value for each person, and one person for each value."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self.rows = database["directory_entries"]

    def create_indexes(self) -> None:
        """Make the index."""
        self.rows.create_index("entry", unique=True)

    def get_entry(self, person_id: str) -> str:
        """The value of a person's entry, or empty."""
        row = self.rows.find_one({"_id": person_id})
        return str(row["entry"]) if row else ""

    def find_entries(self, person_ids: Iterable[str]) -> dict[str, str]:
        """The values of these persons who are from the directory."""
        rows = self.rows.find({"_id": {"$in": sorted(person_ids)}})
        return {str(row["_id"]): str(row["entry"]) for row in rows}

    def put_entries(self, entries: Mapping[str, str]) -> set[str]:
        """Each person's value is noted; the persons whose value is another's."""
        ids = list(entries)
        now = datetime.datetime.now(datetime.UTC)
        puts = [
            UpdateOne(
                {"_id": id_},
                {"$set": {"entry": entries[id_], "since": now}},
                upsert=True,
            )
            for id_ in ids
        ]
        if not puts:
            return set()
        try:
            self.rows.bulk_write(puts, ordered=False)
        except BulkWriteError as error:
            faults = (error.details or {})["writeErrors"]
            if any(fault["code"] != TAKEN for fault in faults):
                raise
            return {ids[fault["index"]] for fault in faults}
        return set()

    def delete_entry(self, person_id: str) -> bool:
        """The person is from the directory no more; False if they were not."""
        return self.rows.delete_one({"_id": person_id}).deleted_count > 0
