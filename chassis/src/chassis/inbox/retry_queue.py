"""The retry queue: events that failed, and those that wait behind them per key.

While a key has a sequence, every later event of the key joins it. The retry worker
tries the first event again with growing pauses; after the last try the sequence is
parked, where a person can see, mend and replay it.
"""

import datetime
import hashlib
import time
from collections.abc import Collection, Iterable, Sequence
from typing import Any

import msgspec
from pymongo import UpdateOne
from pymongo.errors import DuplicateKeyError

from chassis.clock import utc_now
from chassis.events.envelope import (
    Envelope,
    Refused,
    from_bytes,
    from_document,
    group_by_key,
    to_document,
)
from chassis.ids import new_id
from chassis.inbox.retry_policy import PAUSES_SECONDS, USUAL, RetryPolicy
from chassis.inbox.retry_row import (
    MOST_WHY,
    PARKED,
    WAITING,
    Claim,
    RetryRow,
    Row,
    SequenceFull,
    dump_row,
    to_parked_row,
)
from chassis.storage.aggregates import NOT_STORABLE
from chassis.storage.collections import MessagingCollections

ANY = "retry-queue"
"""The id of a row among those of the inbox while there may be a sequence: so the one
look for repeats also tells whether keys have to be looked for here, and a batch costs
no command more."""
CLAIM_SECONDS = 30.0  # a turn of the worker ends well within
MOST_CLAIMS = 4
"""After so many processes that ended without a word the first event is the one that
ends them; fewer could be chance, such as a deployment."""
MOST_KEYS = 50  # a crash makes each of them go on alone for a while
LONGEST = 1000  # a sequence is one document, whose size is limited
MOST_OF_SENDER = 200
"""So much of one sender outside is kept at a time: who sends more has seen none of it,
and every refusal stands in the log."""


class RetryQueue:
    """The retry queue of one service."""

    def __init__(self, collections: MessagingCollections) -> None:
        self.rows, self.inbox = collections.retry_queue, collections.inbox
        self.next_due = collections.next_retry

    def keys_among(self, keys: Collection[str]) -> set[str]:
        """Which of these keys have a sequence."""
        rows = self.rows.find({"_id": {"$in": list(keys)}}, {"_id": 1})
        return {row["_id"] for row in rows}

    def note_any(self) -> None:
        """There is going to be a sequence."""
        self.inbox.update_one({"_id": ANY}, {"$inc": {"times": 1}}, upsert=True)

    def note_whether_any(self) -> None:
        """Take the note away when no event waits, unless one came meanwhile."""
        noted = self.inbox.find_one({"_id": ANY})
        if self._is_any():
            if noted is None:
                self.note_any()
        elif noted is not None:
            self.inbox.delete_one({"_id": ANY, "times": noted["times"]})
            if self._is_any():
                self.note_any()

    def _is_any(self) -> bool:
        return self.rows.find_one({"events.id": {"$gt": ""}}, {"_id": 1}) is not None

    def ids_among(self, ids: Sequence[str]) -> set[str]:
        """Which of these events lie in a sequence."""
        rows = self.rows.find({"events.id": {"$in": list(ids)}}, {"events.id": 1})
        return {event["id"] for row in rows for event in row["events"]}

    def add_event(self, event: Envelope, why: str, *, untried: bool = False) -> None:
        """Put the event at the end of its key's sequence; a repeat is left out.

        Raises SequenceFull.
        """
        if not self.line_up([event], why, 0.0 if untried else None):
            raise SequenceFull(event.partitionkey)

    def line_up_all(
        self, events: Iterable[Envelope], why: str, untried_seconds: float | None = None
    ) -> list[str]:
        """Each key's events at the end of its sequence, as `line_up` does it; the keys
        without room for all of theirs."""
        groups = group_by_key(events).items()
        return [
            key
            for key, group in groups
            if len(self.line_up(group, why, untried_seconds)) < len(group)
        ]

    def line_up(
        self, events: Sequence[Envelope], why: str, untried_seconds: float | None = None
    ) -> list[Envelope]:
        """Put events of one key at the end of its sequence; repeats are left out.

        Where it begins with them, they are tried again after a pause; untried ones
        after the seconds given. Those that are in it now: the first ones where there
        is no room for all.
        """
        key = events[0].partitionkey
        tries, pause = 1, PAUSES_SECONDS[0]
        if untried_seconds is not None:
            tries, pause = 0, untried_seconds
        while True:
            row = self.rows.find_one({"_id": key}, {"events.id": 1})
            if row is None:
                first = list(events[:LONGEST])
                if self._create_sequence(first, why, tries, pause):
                    return first
                continue
            there = {event["id"] for event in row["events"]}
            new = [event for event in events if event.id not in there]
            fitting = new[: max(0, LONGEST - len(there))]
            if not fitting or self._append_events(key, fitting):
                left_out = {event.id for event in new[len(fitting) :]}
                return [event for event in events if event.id not in left_out]

    def _create_sequence(
        self, events: Sequence[Envelope], why: str, tries: int, pause: float
    ) -> bool:
        now = utc_now()
        sequence = RetryRow(
            key=events[0].partitionkey,
            state=WAITING,
            why=why[:MOST_WHY],
            tries=tries,
            due=time.time() + pause,
            since=now,
            began=now,
            events=[to_document(event) for event in events],
        )
        self.note_any()
        try:
            self.rows.insert_one(dump_row(sequence))
        except DuplicateKeyError:
            return False
        self.note_any()  # the first one may have been taken away before the insert
        self.next_due.note_due(sequence.due)
        return True

    def _append_events(self, key: str, events: Sequence[Envelope]) -> bool:
        """Put events behind their key's sequence, if there still is one."""
        push = {"events": {"$each": [to_document(event) for event in events]}}
        return self.rows.update_one({"_id": key}, {"$push": push}).matched_count == 1

    def add_set_aside(self, body: bytes, why: str) -> None:
        """Take what the bus parked, since consumers died with it in their hands.

        Which of the events it was that killed is found by trying: see `claim`. What was
        handled meanwhile is let go, what cannot be read or kept is parked.
        """
        try:
            event = from_bytes(body)
            if self.inbox.find_one({"_id": event.id}, {"_id": 1}) is None:
                self.add_event(event, why, untried=True)
        except (Refused, SequenceFull, *NOT_STORABLE):
            self.park_raw(body, why)

    def park_raw(self, body: bytes, why: str) -> None:
        """Park bytes that are no event as they came; the head of what is too large.

        What was dropped stays dropped when it comes again.
        """
        digest = hashlib.sha256(body).hexdigest()
        self._park_row(to_parked_row(f"unreadable.{digest[:24]}", body, why))

    def park_from_outside(
        self, body: bytes, why: str, sender: str, key: str, clear_at: datetime.datetime
    ) -> bool:
        """Park that a sender outside sent these bytes, under the sender's own key for
        them, until `clear_at`; none of them, since they may name people.

        The same under the same key, refused for the same reason, is parked once.
        False if so much of this sender lies there that nothing is added.
        """
        same = hashlib.sha256("\n".join((sender, key, why)).encode()).hexdigest()
        id_ = f"refused.{sender}.{same[:12]}"
        others = {"sender": sender, "_id": {"$ne": id_}}
        if self.rows.count_documents(others, limit=MOST_OF_SENDER) == MOST_OF_SENDER:
            return False
        about = {"sender": sender, "sent_key": key, "clear_at": clear_at}
        self._park_row(to_parked_row(id_, body, why, **about))
        return True

    def _park_row(self, row: RetryRow) -> None:
        new = {"$setOnInsert": dump_row(row)}
        self.rows.update_one({"_id": row.key}, new, upsert=True)

    def claim_due(self, most: int) -> Claim | None:
        """Claim sequences that are due, about `most` events of them; None if none is.

        All of which nothing was tried yet go together. A sequence that failed goes
        alone, and so does the first event of one whose claimer ended without a word:
        any of those that were claimed together may have killed the process.
        """
        if not (due := self._find_due()):
            return None
        first, fresh = due[0], [row.key for row in due if not row.is_suspect]
        keys = [first.key] if first.is_suspect else fresh
        id_, now = new_id(), time.time()
        is_due = {"state": WAITING, "due": {"$lte": now}}
        taken = {"$set": {"due": now + CLAIM_SECONDS, "claim": id_}}
        self.rows.update_many(
            {"_id": {"$in": keys}, **is_due}, {**taken, "$inc": {"claims": 1}}
        )
        rows = self._find_sequences({"_id": {"$in": keys}, "claim": id_})
        is_cautious = any(row.claims > 1 for row in rows)
        each = 1 if is_cautious else max(1, most // len(keys))
        sequences = {
            row.key: [from_document(event) for event in row.events[:each]]
            for row in rows
            if self._accept_or_park(row)
        }
        return Claim(id_, sequences, is_cautious)

    def _find_due(self) -> list[RetryRow]:
        """Sequences that are due; the same look tells when the next one is."""
        self.next_due.forget_all()
        how = {"sort": [("state", 1), ("due", 1)], "limit": MOST_KEYS}
        rows = self._find_sequences({"state": WAITING}, {"events": 0}, **how)
        for row in rows:
            self.next_due.note_due(row.due)
        return [row for row in rows if row.due <= time.time()]

    def _accept_or_park(self, row: RetryRow) -> bool:
        """Whether a claimed sequence is to be tried; else it is put away."""
        if not row.events:  # its last claimer ended before it was deleted
            self.rows.delete_one({"_id": row.key, "events": {"$size": 0}})
            return False
        if row.claims > MOST_CLAIMS:
            change = {"state": PARKED, "why": "whoever tried it ended without a word"}
            self.rows.update_one({"_id": row.key}, {"$set": change})
            return False
        return True

    def note_handled(
        self, claim: Claim, handled: Collection[str], failed: Collection[str] = ()
    ) -> None:
        """Release a claim: events with the ids `handled` leave their sequences.

        What remains is due again, as untried as before, but for the keys of which the
        next event `failed`. A sequence that was claimed anew since is left alone.
        """
        fresh = {"tries": 0, "claims": int(claim.is_cautious), "began": utc_now()}
        writes = []
        for key, events in claim.sequences.items():
            ids = [event.id for event in events if event.id in handled]
            due = {} if key in failed else {"due": time.time()}
            if ids or due:
                change: Row = {"$pull": {"events": {"id": {"$in": ids}}}}
                change["$set"] = {**fresh, **due}
                writes.append(UpdateOne({"_id": key, "claim": claim.id}, change))
        if writes:
            self.rows.bulk_write(writes, ordered=False)
            self.next_due.note_due(time.time())
            empty = {"_id": {"$in": list(claim.sequences)}, "events": {"$size": 0}}
            self.rows.delete_many({**empty, "claim": claim.id})

    def note_failed(
        self, key: str, why: str, retry: RetryPolicy = USUAL, comes_again: bool = False
    ) -> str:
        """The first event failed again: try later, or park. The state it is in."""
        tries, seconds = 1, 0.0
        for row in self._find_sequences({"_id": key}, {"events": 0}):
            tries, seconds = row.tries + 1, row.tried_seconds
        pause = retry.pause_seconds(tries, seconds, comes_again)
        state = PARKED if pause is None else WAITING
        change = {"state": state, "tries": tries, "claims": 0, "why": why[:MOST_WHY]}
        change["due"] = due = time.time() + (pause or 0.0)
        self.rows.update_one({"_id": key}, {"$set": change})
        self.next_due.note_due(due)
        return state

    def _find_sequences(
        self, like: Row, *fields: Row, **options: Any
    ) -> list[RetryRow]:
        rows = self.rows.find(like, *fields, **options)
        return [msgspec.convert(row, RetryRow) for row in rows]
