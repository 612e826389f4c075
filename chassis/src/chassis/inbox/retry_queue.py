"""Events that failed, and those that wait behind them: one sequence per key.

While a key has a sequence, every later event of the key joins it. The sequence's
holder tries the first event again with growing pauses; after the last try the
sequence is parked, where a person can see, mend and replay it.
"""

import datetime
import hashlib
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pymongo import ReturnDocument, UpdateOne
from pymongo.errors import DuplicateKeyError

from chassis.events.envelope import (
    LARGEST,
    Envelope,
    Refused,
    from_bytes,
    from_document,
    to_document,
)
from chassis.ids import new_id
from chassis.inbox.retry_policy import PAUSES_SECONDS, USUAL, Retry
from chassis.storage.aggregates import NOT_TO_BE_KEPT
from chassis.storage.collections import Tables

WAITING, PARKED, DROPPED = "waiting", "parked", "dropped"
ANY = "held"
"""Stands among the ids of the inbox while there may be a sequence: so one look tells
both what is a repeat and whether keys have to be looked for here."""
CLAIM_SECONDS = 30.0
MOST_CLAIMS = 4
SEVERAL = 2
LONGEST, AT_ONCE = 1000, 50
HEAD = 8 * 1024
"""So many bytes are kept of what is no event, or of a sender outside."""
MOST_OF_ONE = 200
"""So much of one sender outside is kept at a time: who sends more has seen none of it,
and every refusal stands in the log."""


class SequenceFull(Exception):
    """A key has so many events waiting that its consumer must stop taking more."""


@dataclass(frozen=True)
class Claimed:
    """Sequences that were taken together: each key's first events."""

    claim: str
    sequences: Mapping[str, list[Envelope]]


class Held:
    """The held sequences of one service."""

    def __init__(self, tables: Tables) -> None:
        self.rows, self.inbox = tables.held, tables.inbox

    def keys_among(self, keys: list[str]) -> set[str]:
        """Which of these keys have a sequence."""
        found = self.rows.find({"_id": {"$in": keys}}, {"_id": 1})
        return {row["_id"] for row in found}

    def note_any(self) -> None:
        """There is going to be a sequence."""
        self.inbox.update_one({"_id": ANY}, {"$inc": {"times": 1}}, upsert=True)

    def note_whether_any(self) -> None:
        """Take the note away when nothing is held, unless something came meanwhile."""
        lives: dict[str, Any] = {"state": {"$in": [WAITING, PARKED]}}
        noted = self.inbox.find_one({"_id": ANY})
        there = self.rows.find_one(lives, {"_id": 1})
        if there is not None and noted is None:
            self.note_any()
        if there is None and noted is not None:
            self.inbox.delete_one({"_id": ANY, "times": noted["times"]})
            if self.rows.find_one(lives, {"_id": 1}) is not None:
                self.note_any()

    def ids_among(self, ids: Sequence[str]) -> set[str]:
        """Which of these events lie in a sequence."""
        rows = self.rows.find({"events.id": {"$in": list(ids)}}, {"events.id": 1})
        return {event["id"] for row in rows for event in row["events"]}

    def hold(self, event: Envelope, why: str, *, untried: bool = False) -> None:
        """Put the event at the end of its key's sequence; a repeat is left out.

        Raises SequenceFull.
        """
        if not self.line_up([event], why, untried=untried):
            raise SequenceFull(event.partitionkey)

    def line_up(
        self,
        events: Sequence[Envelope],
        why: str,
        *,
        untried: bool = False,
        pause_seconds: float = 0.0,
    ) -> list[Envelope]:
        """Put events of one key at the end of its sequence; repeats are left out.

        Where it begins with them, they are tried again after a pause, or `untried`
        after the one that is given. Those that are in it now: where there is no room
        for all, the first ones.
        """
        key = events[0].partitionkey
        while True:
            row = self.rows.find_one({"_id": key})
            if row is None:
                if self._begin(key, events[:LONGEST], why, untried, pause_seconds):
                    return list(events[:LONGEST])
                continue
            there = {held["id"] for held in row["events"]}
            new = [event for event in events if event.id not in there]
            fitting = new[: max(0, LONGEST - len(there))]
            if not fitting or self._join(key, fitting):
                left_out = {event.id for event in new[len(fitting) :]}
                return [event for event in events if event.id not in left_out]

    def _begin(
        self,
        key: str,
        events: Sequence[Envelope],
        why: str,
        untried: bool,
        pause_seconds: float,
    ) -> bool:
        self.note_any()
        try:
            self.rows.insert_one(
                {
                    "_id": key,
                    "state": WAITING,
                    "tries": 0 if untried else 1,
                    "claims": 0,
                    "due": time.time()
                    + (pause_seconds if untried else PAUSES_SECONDS[0]),
                    "why": why[:1000],
                    "since": datetime.datetime.now(datetime.UTC),
                    "began": datetime.datetime.now(datetime.UTC),
                    "events": [to_document(event) for event in events],
                }
            )
        except DuplicateKeyError:
            return False
        self.note_any()  # once more: what was noted before may be taken away meanwhile
        return True

    def hold_aside(self, body: bytes, why: str) -> None:
        """Take what the bus put aside, since consumers died with it in their hands.

        Which of them it was that killed is found by trying: see `claim`. What was
        handled meanwhile is let go, what cannot be read is parked.
        """
        try:
            event = from_bytes(body)
            if self.inbox.find_one({"_id": event.id}, {"_id": 1}) is None:
                self.hold(event, why, untried=True)
        except (Refused, SequenceFull, *NOT_TO_BE_KEPT):
            self.park_raw(body, why)

    def park_bytes(self, body: bytes, why: str) -> None:
        """Park what came in and cannot be handled, readable or not.

        What was handled meanwhile is let go.
        """
        try:
            event = from_bytes(body)
            if self.inbox.find_one({"_id": event.id}, {"_id": 1}) is not None:
                return
            self.hold(event, why)
        except (Refused, SequenceFull, *NOT_TO_BE_KEPT):
            self.park_raw(body, why)
            return
        self._park(event.partitionkey, why)

    def park_raw(self, body: bytes, why: str) -> None:
        """Park bytes that are no event as they came; the head of what is too large.

        What was dropped stays dropped when it comes again.
        """
        kept = body if len(body) <= LARGEST else body[:HEAD]
        digest = hashlib.sha256(body).hexdigest()
        self._park_row(f"unreadable.{digest[:24]}", _raw(kept, body, digest, why))

    def park_from_outside(
        self, body: bytes, why: str, sender: str, key: str, clear_at: datetime.datetime
    ) -> bool:
        """Park the head of what a sender outside sent, under the sender's own key for
        it, until `clear_at`: it may name people.

        The same under the same key, refused for the same reason, is parked once.
        False if so much of this sender lies there that nothing is added.
        """
        same = hashlib.sha256("\n".join((sender, key, why)).encode()).hexdigest()
        id_ = f"refused.{sender}.{same[:12]}"
        others = {"sender": sender, "_id": {"$ne": id_}}
        if self.rows.count_documents(others, limit=MOST_OF_ONE) == MOST_OF_ONE:
            return False
        digest = hashlib.sha256(body).hexdigest()
        about = {"sender": sender, "sent_key": key, "clear_at": clear_at}
        self._park_row(id_, _raw(body[:HEAD], body, digest, why) | about)
        return True

    def _park_row(self, id_: str, fields: dict[str, Any]) -> None:
        now = datetime.datetime.now(datetime.UTC)
        state = {"state": PARKED, "tries": 1, "claims": 0, "due": time.time()}
        new = {**state, "since": now, "events": [], **fields}
        self.rows.update_one({"_id": id_}, {"$setOnInsert": new}, upsert=True)

    def _join(self, key: str, events: Sequence[Envelope]) -> bool:
        """Line them up behind their key's sequence, if there still is one."""
        documents = [to_document(event) for event in events]
        joined = self.rows.update_one(
            {"_id": key}, {"$push": {"events": {"$each": documents}}}
        )
        return joined.matched_count == 1

    def claim(self) -> tuple[str, list[Envelope]] | None:
        """Take a sequence that is due; its key and first events.

        Only the first one where somebody took it before and did not say what became
        of it: one of these may have killed its process.
        """
        now = time.time()
        row = self.rows.find_one_and_update(
            {"state": WAITING, "due": {"$lte": now}},
            {"$set": {"due": now + CLAIM_SECONDS, "claim": ""}, "$inc": {"claims": 1}},
            sort=[("state", 1), ("due", 1)],
            return_document=ReturnDocument.AFTER,
        )
        if row is None:
            return None
        if not row["events"]:
            self.rows.delete_one({"_id": row["_id"], "events": {"$size": 0}})
            return self.claim()
        if row["claims"] > MOST_CLAIMS:
            self._park(row["_id"], "whoever tried it ended without a word")
            return self.claim()
        return row["_id"], _first(row, AT_ONCE if row["claims"] == 1 else 1)

    def claim_untried(self, most: int) -> Claimed:
        """Take sequences that are due and of which nothing was tried yet.

        Each with its first events, about `most` in all; none if there are not several.
        Where their process ends without a word, each goes on alone (see `claim`).
        """
        now = time.time()
        untried = {"state": WAITING, "due": {"$lte": now}, "tries": 0, "claims": 0}
        order = [("state", 1), ("due", 1)]
        due = self.rows.find(untried, {"_id": 1}, sort=order, limit=AT_ONCE)
        ids = [row["_id"] for row in due]
        if len(ids) < SEVERAL:
            return Claimed("", {})
        claim = new_id()
        self.rows.update_many(
            {"_id": {"$in": ids}, **untried},
            {"$set": {"due": now + CLAIM_SECONDS, "claim": claim, "claims": 1}},
        )
        rows = self.rows.find({"_id": {"$in": ids}, "claim": claim})
        each = max(1, most // len(ids))
        return Claimed(claim, {row["_id"]: _first(row, each) for row in rows})

    def done_together(
        self, claim: str, keys: Collection[str], events: Sequence[Envelope]
    ) -> None:
        """These first events of claimed sequences are handled.

        Those of the keys that have more are due again, as untried as before. A
        sequence that somebody else has claimed since is left to them.
        """
        handled: dict[str, list[str]] = {key: [] for key in keys}
        for event in events:
            handled.get(event.partitionkey, []).append(event.id)
        fresh = {
            "tries": 0,
            "claims": 0,
            "due": time.time(),
            "began": datetime.datetime.now(datetime.UTC),
        }
        writes = [
            UpdateOne(
                {"_id": key, "claim": claim},
                {"$pull": {"events": {"id": {"$in": ids}}}, "$set": fresh},
            )
            for key, ids in handled.items()
        ]
        if writes:
            self.rows.bulk_write(writes, ordered=False)
            empty = {"_id": {"$in": sorted(handled)}, "events": {"$size": 0}}
            self.rows.delete_many({**empty, "claim": claim})

    def done(self, key: str, events: Sequence[Envelope], most: int) -> list[Envelope]:
        """The first events are handled: the next ones, or none and the key is free."""
        row = self.rows.find_one_and_update(
            {"_id": key},
            {
                "$pull": {"events": {"id": {"$in": [event.id for event in events]}}},
                "$set": {
                    "tries": 0,
                    "claims": 1,
                    "due": time.time() + CLAIM_SECONDS,
                    "began": datetime.datetime.now(datetime.UTC),
                },
            },
            return_document=ReturnDocument.AFTER,
        )
        if row is None:
            return []
        if row["events"]:
            return _first(row, most)
        gone = self.rows.delete_one({"_id": key, "events": {"$size": 0}})
        if gone.deleted_count:
            return []
        again = self.rows.find_one({"_id": key})
        return _first(again, most) if again else []

    def failed(
        self, key: str, why: str, retry: Retry = USUAL, comes_again: bool = False
    ) -> str:
        """The first event failed again: try later, or park. The state it is in."""
        row = self.rows.find_one({"_id": key}, {"tries": 1, "since": 1, "began": 1})
        tries, waited = (row["tries"] + 1, _since(row)) if row else (1, 0.0)
        pause = retry.pause(tries, waited, comes_again)
        state = PARKED if pause is None else WAITING
        change = {"state": state, "tries": tries, "claims": 0, "why": why[:1000]}
        self.rows.update_one(
            {"_id": key}, {"$set": {**change, "due": time.time() + (pause or 0.0)}}
        )
        return state

    def _park(self, key: str, why: str) -> None:
        self.rows.update_one({"_id": key}, {"$set": {"state": PARKED, "why": why}})


def _raw(kept: bytes, body: bytes, digest: str, why: str) -> dict[str, Any]:
    """Bytes as a row has them, and what they were when they came."""
    sizes = {"size": len(body), "sha256": digest}
    return {"raw": kept, **sizes, "why": why[:1000], "clear_at": None}


def _first(row: Mapping[str, Any], count: int) -> list[Envelope]:
    return [from_document(event) for event in row["events"][:count]]


def _since(row: Mapping[str, Any]) -> float:
    """Seconds since its first event was tried for the first time."""
    said: datetime.datetime = row.get("began", row["since"])
    began = said.replace(tzinfo=datetime.UTC)
    return (datetime.datetime.now(datetime.UTC) - began).total_seconds()
