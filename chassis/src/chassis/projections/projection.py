"""Read models: rows that repeat events of other services, and can be made anew."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Generic, TypeVar

import msgspec
from pymongo import UpdateOne
from pymongo.collection import Collection

from chassis.storage.aggregates import FieldMapping, collection_of, write_all
from chassis.storage.documents import ProjectionDocument

T = TypeVar("T")
Row = dict[str, Any]
ProjectedRow = tuple[str, int, T]
"""A row's id, the version of the event that it repeats, and the value."""
BOOKKEEPING = ("source_version", "awaits_rebuild", "rebuilt_in")
"""The chassis' own fields of a row."""
SUM_OF = 2**256


class Projection(Generic[T]):
    """The rows of one read model. None is ever set back by something older."""

    def __init__(
        self, document: type[ProjectionDocument], mapping: FieldMapping[T]
    ) -> None:
        self.document, self.mapping = document, mapping

    @property
    def collection(self) -> Collection[Row]:
        """The collection, for reads."""
        return collection_of(self.document)

    def get(self, id_: str) -> T | None:
        """One, or None."""
        found = self.collection.find_one({"_id": id_})
        return None if found is None else self.mapping.from_fields(id_, found)

    def find(self, filter_: Mapping[str, Any], **options: Any) -> list[T]:
        """Those that match; `sort`, `skip` and `limit` as PyMongo has them."""
        cursor = self.collection.find(filter_, **options)
        return [self.mapping.from_fields(found["_id"], found) for found in cursor]

    def put_rows(self, rows: Iterable[ProjectedRow[T]], rebuild: str = "") -> None:
        """Keep these rows, unless the same or something newer is kept.

        What a rebuild tells also mends rows that the rebuild finds stale.
        """
        newest: dict[str, ProjectedRow[T]] = {}
        for row in sorted(rows, key=lambda row: row[1]):
            newest[row[0]] = row
        self._write_rows([self._to_write(row, rebuild) for row in newest.values()])

    def _to_write(self, row: ProjectedRow[T], rebuild: str) -> tuple[Row, Row]:
        id_, version, value = row
        fields = self.mapping.to_fields(value)
        self.document(id=id_, source_version=version, **fields).validate()
        guard: Row = {"source_version": {"$not": {"$gte": version}}}
        if rebuild:
            guard = {"$or": [guard, {"awaits_rebuild": rebuild}]}
        kept = {**fields, "source_version": version, "awaits_rebuild": None}
        if rebuild:
            kept["rebuilt_in"] = rebuild
        return {"_id": id_, **guard}, {"$set": kept}

    def _write_rows(self, writes: Sequence[tuple[Row, Row]]) -> None:
        """A row that is there and newer refuses to be made a second time.

        So does one that somebody else made just now: those get a second try.
        """
        upserts = [UpdateOne(*write, upsert=True) for write in writes]
        there = write_all(self.collection, upserts)
        write_all(self.collection, [UpdateOne(*writes[place]) for place in there])

    # for a rebuild

    def find_page(self, after: str, limit: int) -> list[Row]:
        """Rows as they are stored, by id."""
        later = {"_id": {"$gt": after}}
        return list(self.collection.find(later, sort=[("_id", 1)], limit=limit))

    def mark_rows(self, ids: Iterable[str], rebuild: str) -> None:
        """Until they are filled again, these rows are what may be wrong.

        One that comes late leaves alone what was filled again meanwhile.
        """
        mark, unmet = {"awaits_rebuild": rebuild}, {"rebuilt_in": {"$ne": rebuild}}
        marks = [UpdateOne({"_id": id_, **unmet}, {"$set": mark}) for id_ in ids]
        write_all(self.collection, marks)

    def remove_unmet(self, rows: Iterable[Row], rebuild: str) -> int:
        """Remove those of these rows that nobody filled again; how many."""
        unmet = [row["_id"] for row in rows if row.get("awaits_rebuild") == rebuild]
        like = {"_id": {"$in": unmet}, "awaits_rebuild": rebuild}
        return self.collection.delete_many(like).deleted_count


def sum_of(rows: Iterable[Row]) -> int:
    """A checksum of rows; sums of parts add up to the whole's."""
    total = 0
    for row in rows:
        values = {name: row[name] for name in sorted(row) if name not in BOOKKEEPING}
        digest = hashlib.sha256(msgspec.json.encode(values, order="deterministic"))
        total += int.from_bytes(digest.digest(), "big")
    return total % SUM_OF
