"""Parked sequences as a person sees and mends them; every step leaves an audit line."""

import datetime
import hashlib
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from pymongo import ReturnDocument

from chassis.events.envelope import Envelope, check, from_bytes, from_document
from chassis.inbox.retry_queue import Held
from chassis.inbox.retry_row import DROPPED, PARKED, WAITING
from chassis.operations.audit import DROP, Audit
from chassis.storage.collections import Tables
from chassis.telemetry.masking import NotMendable as NotMendable
from chassis.telemetry.masking import (
    masked,
    masked_text,
    mended_text,
    shown_text,
    unmasked,
)

Row = dict[str, Any]
VARYING = re.compile(r"'[^']*'|\"[^\"]*\"|[0-9a-z]*[0-9][0-9a-z.-]*")
SHOWN_KEYS = 50
DROPPING_SECONDS = 5.0
SHOWN_IN_GROUPS = {"why": 1, "since": 1, "events.type": 1}
UNREADABLE = "unreadable"
DROPPED_KEPT = datetime.timedelta(days=30)
NOT_KEPT = "That line names nothing that can be taken back."


class NotParked(LookupError):
    """Nothing is parked under this key any more."""


class NotDropped(LookupError):
    """Nothing was given up there, it is kept no more, or it is taken back already."""


@dataclass(frozen=True)
class Which:
    """What a person picked: one key, all of one cause, or all there is."""

    key: str = ""
    cause: str = ""
    all: bool = False

    def filter(self) -> Row:
        """The rows, as far as the store can tell."""
        return {"state": PARKED, "_id": self.key} if self.key else {"state": PARKED}


@dataclass
class Group:
    """Sequences that were parked for one cause."""

    cause: str
    type: str
    why: str
    sequences: int
    events: int
    oldest: datetime.datetime
    keys: list[str]


class Parked:
    """What waits for a person in one service."""

    def __init__(self, tables: Tables, held: Held) -> None:
        self.tables, self.held = tables, held
        self.rows, self.audit = tables.held, Audit(tables)

    def groups(self) -> list[Group]:
        """All that is parked, by cause; the largest group first."""
        found: dict[str, Group] = {}
        for row in self._rows({"state": PARKED}, SHOWN_IN_GROUPS):
            cause, type_ = _cause(row), _type(row)
            group = found.setdefault(
                cause, Group(cause, type_, _plain(row["why"]), 0, 0, row["since"], [])
            )
            group.sequences += 1
            group.events += max(1, len(row["events"]))
            group.oldest = min(group.oldest, row["since"])
            if len(group.keys) < SHOWN_KEYS:
                group.keys.append(row["_id"])
        return sorted(found.values(), key=lambda group: -group.sequences)

    def show(self, key: str) -> Row:
        """One sequence, personal data masked. Raises NotParked."""
        row = self._row(key)
        return {
            "key": key,
            "why": masked_text(row["why"]),
            "cause": _cause(row),
            "type": _type(row),
            "since": row["since"],
            "tries": row["tries"],
            "events": [masked(event) for event in row["events"]],
            "text": shown_text(row["raw"]) if "raw" in row else "",
            "sender": row.get("sender", ""),
            "sent_key": row.get("sent_key", ""),
            "size": row.get("size", 0),
            "sha256": row.get("sha256", ""),
            "audit": self.audit.lines(key),
        }

    def edit(self, key: str, event_id: str, data: Row, who: str) -> None:
        """Put other data into one event of a sequence.

        What was masked when it was shown may come back masked. Raises NotParked, and
        Refused when the data do not fit the contract.
        """
        kept = next((e for e in self._row(key)["events"] if e["id"] == event_id), None)
        if kept is None:
            raise NotParked(f"{event_id} of {key}")
        new = unmasked(data, kept["data"])
        check(msgspec.structs.replace(from_document(kept), data=new))
        changed = self.rows.update_one(
            {"_id": key, "state": PARKED, "events.id": event_id},
            {"$set": {"events.$.data": new}},
        )
        if not changed.matched_count:
            raise NotParked(key)
        self.audit.note(who, "edit", key, [event_id], before=kept["data"])

    def rewrite(self, key: str, text: str, who: str) -> str:
        """Put a readable event in the place of an unreadable one.

        The key it lines up under. Raises NotParked, NotMendable, and Refused when the
        text is no event either.
        """
        row = self._row(key)
        if "raw" not in row:
            raise NotMendable("This one is readable: edit its events.")
        if row.get("sender") is not None:
            raise NotMendable("A branch sends its roster again: only drop this one.")
        event = from_bytes(mended_text(text, row["raw"]).encode())
        self.held.hold(event, f"mended by {who}")
        self.rows.delete_one({"_id": key, "state": PARKED})
        self.audit.note(who, "rewrite", key, [event.id])
        return event.partitionkey

    def replay(self, which: Which, who: str) -> int:
        """Let sequences try again at once; how many."""
        return sum(self._replay_one(row, who) for row in self._picked(which))

    def _replay_one(self, row: Row, who: str) -> int:
        if "raw" in row:
            return 0
        changed = self.rows.update_one(
            {"_id": row["_id"], "state": PARKED}, {"$set": _due_in(0.0)}
        )
        if changed.matched_count:
            self.audit.note(who, "replay", row["_id"], [e["id"] for e in row["events"]])
        return changed.matched_count

    def drop(self, which: Which, who: str, why: str) -> int:
        """Give up the first event of sequences; those behind it go on. How many.

        What was dropped stays dropped when it is said again, and is kept with the
        audit line, from which it can be taken back.
        """
        return sum(self._drop_one(row, who, why) for row in self._picked(which))

    def _drop_one(self, row: Row, who: str, why: str) -> int:
        key = row["_id"]
        if "raw" in row:
            return self._drop_raw(row, who, why)
        first = row["events"][0]
        left = self.rows.find_one_and_update(
            {"_id": key, "state": PARKED, "events.id": first["id"]},
            {
                "$pull": {"events": {"id": first["id"]}},
                "$set": _due_in(DROPPING_SECONDS),
            },
            return_document=ReturnDocument.AFTER,
        )
        if left is None:
            return 0
        self._remember(from_document(first))
        self.audit.note(who, DROP, key, [first["id"]], why=why, dropped=first)
        self.rows.update_one({"_id": key, "state": WAITING}, {"$set": _due_in(0.0)})
        self.rows.delete_one({"_id": key, "events": {"$size": 0}})
        return 1

    def _drop_raw(self, row: Row, who: str, why: str) -> int:
        """Out of sight, and cleared in a while: nobody knows what is in it."""
        now = datetime.datetime.now(datetime.UTC)
        clear_at = row.get("clear_at") or now + DROPPED_KEPT
        dropped = self.rows.update_one(
            {"_id": row["_id"], "state": PARKED},
            {"$set": {"state": DROPPED, "clear_at": clear_at,
                      "is_of_branch": bool(row.get("clear_at"))}},
        )  # fmt: skip
        if dropped.matched_count:
            self.audit.note(who, DROP, row["_id"], why=why, kept_until=clear_at)
        return dropped.matched_count

    def _remember(self, event: Envelope) -> None:
        """In the inbox, as if it had been handled."""
        now = datetime.datetime.now(datetime.UTC)
        self.tables.inbox.update_one(
            {"_id": event.id},
            {"$setOnInsert": {"type": event.type, "at": now, "dropped": True}},
            upsert=True,
        )

    def take_back(self, line: str, who: str) -> str:
        """Let a dropped event be tried after all; its key.

        It comes after those that went on meanwhile; what nobody could read is parked
        again. Raises NotDropped.
        """
        found = self.audit.dropped(line)
        if found is None:
            raise NotDropped(NOT_KEPT)
        if "dropped" not in found:
            return self._take_back_raw(found["key"], line, who)
        event = from_document(found["dropped"])
        self.tables.inbox.delete_one({"_id": event.id, "dropped": True})
        if not self.held.line_up([event], f"taken back by {who}", untried=True):
            self._remember(event)
            raise NotDropped(f"{event.partitionkey} has too much waiting: try later.")
        if self.audit.is_taken_back(line):
            self.audit.note(who, "take back", event.partitionkey, [event.id])
        return event.partitionkey

    def _take_back_raw(self, key: str, line: str, who: str) -> str:
        row = self.rows.find_one({"_id": key, "state": DROPPED})
        if row is None:
            raise NotDropped(NOT_KEPT)
        clear_at = row["clear_at"] if row["is_of_branch"] else None
        back = {"$set": {"state": PARKED, "clear_at": clear_at}}
        self.rows.update_one({"_id": key, "state": DROPPED}, back)
        if self.audit.is_taken_back(line):
            self.audit.note(who, "take back", key)
        return str(key)

    def _rows(self, filter_: Row, fields: Row | None = None) -> list[Row]:
        """Oldest first."""
        return sorted(self.rows.find(filter_, fields), key=lambda row: row["since"])

    def _row(self, key: str) -> Row:
        row = self.rows.find_one({"_id": key, "state": PARKED})
        if row is None:
            raise NotParked(key)
        return row

    def _picked(self, which: Which) -> Iterator[Row]:
        if not (which.key or which.cause or which.all):
            return
        for row in self._rows(which.filter()):
            if not which.cause or _cause(row) == which.cause:
                yield row


def _due_in(seconds: float) -> Row:
    """To be tried again, as if for the first time."""
    now = datetime.datetime.now(datetime.UTC)
    due = time.time() + seconds
    return {"state": WAITING, "tries": 0, "claims": 0, "due": due, "began": now}


def _type(row: Mapping[str, Any]) -> str:
    return str(row["events"][0]["type"]) if row["events"] else UNREADABLE


def _plain(why: str) -> str:
    """A reason without what differs from one event to the next."""
    return masked_text(VARYING.sub("…", why))[:300]


def _cause(row: Mapping[str, Any]) -> str:
    said = f"{_type(row)} {_plain(row['why'])}"
    return hashlib.sha256(said.encode()).hexdigest()[:12]
