"""the name index and due people ports over MongoEngine."""

import time
from collections.abc import Iterable

from chassis.storage.aggregates import Aggregates, write_all
from pymongo import UpdateOne

from enrollment.domain.name_index import NameEntry
from enrollment.domain.people import Person


class StoredNameIndex:
    """Who is found by which part of a name; written anew from people and branches."""

    def __init__(self, rows: Aggregates[NameEntry]) -> None:
        self.rows = rows

    def find(self, term: str, after: str, limit: int) -> list[NameEntry]:
        """The entries under a term behind a membership, by membership."""
        wanted = {"terms": term, "_id": {"$gt": after}}
        return self.rows.find(wanted, sort=[("_id", 1)], limit=limit)

    def put(self, entries: Iterable[NameEntry]) -> None:
        """Put entries; those that are there become as these are."""
        by_id = {entry.id: entry for entry in entries}
        there = self.rows.add_many((id_, entry, ()) for id_, entry in by_id.items())
        for id_ in sorted(there):
            self._renew(by_id[id_])

    def _renew(self, entry: NameEntry) -> None:
        self.rows.change(
            entry.id, lambda known: None if known == entry else (entry, ())
        )


class DuePeople:
    """People who were put or changed, until somebody has looked at them."""

    def __init__(self, rows: Aggregates[Person]) -> None:
        self.rows = rows

    def find_due(self, limit: int) -> list[tuple[Person, int]]:
        """Some people who are due, with their versions, those longest due first."""
        found = self.rows.collection.find(
            {"look_due": {"$gt": 0}}, sort=[("look_due", 1)], limit=limit
        )
        mapping = self.rows.mapping
        return [
            (mapping.from_fields(row["_id"], row), int(row["version"])) for row in found
        ]

    def clear_due(self, people: Iterable[tuple[Person, int]]) -> None:
        """They were looked at; one that changed meanwhile stays due."""
        cleared = {"$set": {"look_due": 0.0}}
        writes = [
            UpdateOne({"_id": person.id, "version": version}, cleared)
            for person, version in people
        ]
        write_all(self.rows.collection, writes)

    def add(self, person_ids: Iterable[str]) -> None:
        """They are to be looked at, for what changed beside them."""
        due = {"$set": {"look_due": time.time()}, "$inc": {"version": 1}}
        writes = [UpdateOne({"_id": id_}, due) for id_ in sorted(set(person_ids))]
        write_all(self.rows.collection, writes)

    def mark_old(self) -> None:
        """Those who were put by an earlier release are looked at once."""
        self.rows.collection.update_many(
            {"look_due": None}, {"$set": {"look_due": time.time()}}
        )
