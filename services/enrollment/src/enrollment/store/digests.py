"""The digests port over PyMongo: one small document for each chunk."""

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, get_type_hints

import msgspec
from chassis.storage.aggregates import write_all
from pymongo import UpdateOne
from pymongo.database import Database

from enrollment.domain.chunk_digest import (
    ChunkDigest,
    ChunkTally,
    DigestRow,
    RowFilter,
)
from enrollment.usecases.roster_ports import ChangedChunk, PlacedRow

AT_ONCE = 3
"""Digests read at once: 600 rows, of which a page mostly takes the first hundred."""
GROWTH, MOST_AT_ONCE = 5, 100
"""Where rows of some outcomes are wanted, more at once each time: they mostly come
soon. What a search looks for comes late or never, and much is read at once."""
LOADED_AT_ONCE = 5
"""Digests whose rows are loaded at once of those that a search finds something in."""
BETWEEN = "\x00"
"""Stands between the search texts of two rows: no plain text has it."""
TALLY = ("is_decided", "round", "needing", "counts", "notes")
Row = dict[str, Any]
hints = get_type_hints(DigestRow)
Line = msgspec.defstruct(
    "Line",
    [(field.name, hints[field.name]) for field in dataclasses.fields(DigestRow)],
    array_like=True,
)
"""A row of a digest as it is stored: its fields in their order, without their names."""
LINES: Any = list[Line]  # type: ignore[valid-type] # mypy takes no class made here


class StoredDigests:
    """Digests of chunks.

    The rows of one group lie in one text, and their search texts in another. The store
    hands them on without looking into them, and only those that are asked for: that is
    what makes a page of a large roster cheap.
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
        return [
            ChunkTally(row["count"], **{name: row[name] for name in TALLY})
            for row in found
        ]

    def find_rows(
        self, roster: str, since_place: str, wanted: RowFilter, key: str = ""
    ) -> Iterator[PlacedRow]:
        """The rows of a roster that are wanted, from a chunk's place on, read as used.

        `key` narrows to one chunk.
        """
        at_once = MOST_AT_ONCE if wanted.search else AT_ONCE
        growth = GROWTH if wanted.passes_over else 1
        part = "words" if wanted.search else "lines"
        place, named = since_place, {"key": key} if key else {}
        while True:
            found = list(
                self.rows.find(
                    {"roster": roster, "place": {"$gte": place}, **named},
                    {"place": 1, "key": 1} | _parts(part, wanted),
                    sort=[("place", 1)],
                    limit=at_once,
                )
            )
            yield from self._search(found, wanted) if wanted.search else _load(found)
            if len(found) < at_once:
                return
            place = f"{found[-1]['place']} "  # no key has a blank: right behind it
            at_once = min(MOST_AT_ONCE, at_once * growth)

    def _search(self, found: Sequence[Row], wanted: RowFilter) -> Iterator[PlacedRow]:
        hits = [
            row for row in found if any(map(wanted.is_found_in, _texts(row, "words")))
        ]
        for begin in range(0, len(hits), LOADED_AT_ONCE):
            some = hits[begin : begin + LOADED_AT_ONCE]
            ids = [row["_id"] for row in some]
            loaded = self.rows.find({"_id": {"$in": ids}}, _parts("lines", wanted))
            lines = {row["_id"]: row.get("lines", {}) for row in loaded}
            for row in some:
                there = lines.get(row["_id"], {})
                yield from _load([_only_found(row, there, wanted)])

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
            {"numbers": 1},
            sort=[("place", 1)],
        )
        holders = []
        for row in found:
            there = set(row["numbers"].split(" "))
            if named := [number for number in numbers if str(number) in there]:
                holders.append((row["_id"], named))
        return holders


def _parts(part: str, wanted: RowFilter) -> Row:
    """The projection to a part of the groups that are wanted, or of all."""
    return {f"{part}.{group}": 1 for group in wanted.groups} or {part: 1}


def _texts(row: Row, part: str) -> Iterable[str]:
    texts: Iterable[str] = row.get(part, {}).values()
    return texts


def _load(found: Iterable[Row]) -> Iterator[PlacedRow]:
    """The rows of digests, in the order of their numbers."""
    for row in found:
        lines = [line for text in _texts(row, "lines") for line in _load_lines(text)]
        for line in sorted(lines, key=lambda line: line.number):
            yield PlacedRow(row["place"], row["key"], line)


def _load_lines(text: str) -> list[DigestRow]:
    lines: list[Any] = msgspec.json.decode(text, type=LINES)
    return [DigestRow(*msgspec.structs.astuple(line)) for line in lines]


def _only_found(row: Row, lines: Mapping[str, str], wanted: RowFilter) -> Row:
    """A digest with those of its lines alone whose search texts are found."""
    found = {
        group: _only_found_lines(text, row["words"].get(group, ""), wanted)
        for group, text in lines.items()
    }
    return {"place": row["place"], "key": row["key"], "lines": found}


def _only_found_lines(text: str, words: str, wanted: RowFilter) -> str:
    raw = msgspec.json.decode(text, type=list[msgspec.Raw])
    pairs = zip(raw, words.split(BETWEEN), strict=False)
    return msgspec.json.encode(
        [line for line, word in pairs if wanted.is_found_in(word)]
    ).decode()


def _dump_lines(rows: Iterable[DigestRow]) -> str:
    names = [field.name for field in dataclasses.fields(DigestRow)]
    lines = [[getattr(row, name) for name in names] for row in rows]
    return msgspec.json.encode(lines).decode()


def _to_write(roster: str, digest: ChunkDigest, stamp: int) -> tuple[Row, Row]:
    tally, numbers = digest.tally, [row.number for row in digest.rows]
    groups: dict[str, list[DigestRow]] = {}
    for row in digest.rows:
        groups.setdefault(row.group, []).append(row)
    guard = {"_id": digest.chunk_id, "version": {"$not": {"$gt": digest.version}}}
    fields = {
        "roster": roster,
        "place": digest.place,
        "key": digest.key,
        "version": digest.version,
        "stamp": stamp,
        "count": tally.rows,
        **{name: getattr(tally, name) for name in TALLY},
        "numbers": " ".join(map(str, numbers)),
        "lowest": min(numbers, default=0),
        "highest": max(numbers, default=0),
        "words": {
            group: BETWEEN.join(row.search_text for row in rows)
            for group, rows in groups.items()
        },
        "lines": {group: _dump_lines(rows) for group, rows in groups.items()},
    }
    return guard, {"$set": fields}
