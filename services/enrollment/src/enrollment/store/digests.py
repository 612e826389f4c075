"""The digests port over PyMongo: one small document for each chunk."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

import msgspec
from chassis.storage.aggregates import write_all
from pymongo import UpdateOne
from pymongo.database import Database

from enrollment.domain.chunk_digest import ChunkDigest, ChunkTally, DigestRow
from enrollment.usecases.roster_ports import ChangedChunk, StoredDigest

TALLY = ("is_decided", "round", "needing", "counts", "notes")
Row = dict[str, Any]


class StoredDigests:
    """Digests of chunks.

    Rows lie in one text: the store hands it on without looking into it, which is what
    makes a page of a large roster cheap.
    """

    def __init__(self, database: Database[Row]) -> None:
        self.rows = database["chunk_digests"]

    def declare_indexes(self) -> None:
        """Make the indexes."""
        self.rows.create_index([("roster", 1), ("place", 1)])
        self.rows.create_index([("roster", 1), ("stamp", 1)])

    def write_many(
        self, roster: str, digests: Iterable[ChunkDigest], stamp: int
    ) -> None:
        """Put these digests; one of a newer chunk stays.

        Each bears the stamp of this writing. One that is there and newer refuses to be
        made a second time; so does one that somebody made just now: it gets a second
        try.
        """
        writes = [_to_write(roster, digest, stamp) for digest in digests]
        there = write_all(self.rows, [UpdateOne(*w, upsert=True) for w in writes])
        write_all(self.rows, [UpdateOne(*writes[place]) for place in there])

    def find_tallies(self, roster: str) -> list[ChunkTally]:
        """The counts of every chunk of a roster."""
        found = self.rows.find(
            {"roster": roster}, dict.fromkeys((*TALLY, "count"), 1) | {"_id": 0}
        )
        return [_to_tally(row) for row in found]

    def find_page(
        self, roster: str, since_place: str, limit: int, key: str = ""
    ) -> list[StoredDigest]:
        """The next digests of a roster, or of one chunk, from a place on."""
        wanted: Row = {"roster": roster, "place": {"$gte": since_place}}
        if key:
            wanted["key"] = key
        found = self.rows.find(wanted, sort=[("place", 1)], limit=limit)
        return [
            StoredDigest(
                row["place"],
                row["key"],
                _to_tally(row),
                row["words"],
                partial(load_rows, row["text"]),
            )
            for row in found
        ]

    def find_changed(self, roster: str, since: int) -> list[ChangedChunk]:
        """The chunks whose digests were written after a stamp."""
        found = self.rows.find(
            {"roster": roster, "stamp": {"$gt": since}},
            dict.fromkeys(("key", "is_decided", "count"), 1),
            sort=[("stamp", 1)],
        )
        return [
            ChangedChunk(row["key"], row["is_decided"], row["count"]) for row in found
        ]

    def find_holders(
        self, roster: str, numbers: Sequence[int]
    ) -> list[tuple[str, list[int]]]:
        """The chunks that hold rows of these numbers, and which, as they came."""
        found = self.rows.find(
            {
                "roster": roster,
                "lowest": {"$lte": max(numbers)},
                "highest": {"$gte": min(numbers)},
            },
            sort=[("place", 1)],
        )
        holders = []
        for row in found:
            there = {digest_row.number for digest_row in load_rows(row["text"])}
            if held := [number for number in numbers if number in there]:
                holders.append((row["_id"], held))
        return holders


def load_rows(text: str) -> list[DigestRow]:
    """The rows of a digest."""
    return msgspec.json.decode(text, type=list[DigestRow])


def _to_tally(row: Mapping[str, Any]) -> ChunkTally:
    return ChunkTally(row["count"], **{name: row[name] for name in TALLY})


def _to_write(roster: str, digest: ChunkDigest, stamp: int) -> tuple[Row, Row]:
    tally, numbers = digest.tally, [row.number for row in digest.rows]
    guard = {"_id": digest.chunk_id, "version": {"$not": {"$gt": digest.version}}}
    fields = {
        "roster": roster,
        "place": digest.place,
        "key": digest.key,
        "version": digest.version,
        "stamp": stamp,
        "count": tally.rows,
        **{name: getattr(tally, name) for name in TALLY},
        "lowest": min(numbers, default=0),
        "highest": max(numbers, default=0),
        "words": digest.words,
        "text": msgspec.json.encode(digest.rows).decode(),
    }
    return guard, {"$set": fields}
