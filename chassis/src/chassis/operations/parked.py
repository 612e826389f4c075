"""Parked sequences as a person sees and mends them; every step leaves an audit line."""

import datetime
import hashlib
import re
import time
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
from pymongo import ReturnDocument

from chassis.clock import utc_now
from chassis.events.envelope import (
    Envelope,
    Refused,
    check_contract,
    from_bytes,
    from_document,
)
from chassis.inbox.retry_queue import RetryQueue
from chassis.inbox.retry_row import DROPPED, PARKED, WAITING, RetryRow
from chassis.operations.audit import DROP, Audit
from chassis.operations.shapes import Edit, ParkedGroup, ParkedSequence, Which
from chassis.storage.collections import MessagingCollections
from chassis.telemetry import masking
from chassis.telemetry.masking import NotMendable as NotMendable

Row = dict[str, Any]
VARYING = re.compile(r"'[^']*'|\"[^\"]*\"|[0-9a-z]*[0-9][0-9a-z.-]*")
SHOWN_KEYS = 50
"""So many links fill a screen; the rest of a group shows when these are mended."""
DROPPING_SECONDS = 5.0
"""What is behind a dropped event waits until the drop is noted, and goes on by itself
where whoever dropped it ended in between."""
SHOWN_IN_GROUPS = {"state": 1, "tries": 1, "why": 1, "since": 1, "events.type": 1}
UNREADABLE = "unreadable"
DROPPED_KEPT = datetime.timedelta(days=30)
"""As long as rosters are kept, which may be what nobody could read."""
NOT_KEPT = "That line names nothing that can be taken back."


class NotParked(LookupError):
    """Nothing is parked under this key any more."""

    def __init__(self, key: str) -> None:
        super().__init__(f"{key} is not parked any more: somebody else mended it.")


class NothingPicked(ValueError):
    """Neither a key nor a cause nor all is named."""


class NotDropped(LookupError):
    """Nothing was dropped there, it is kept no more, or it is taken back already."""


class Parked:
    """The parked sequences of one service."""

    def __init__(self, collections: MessagingCollections) -> None:
        self.collections, self.retry_queue = collections, RetryQueue(collections)
        self.rows, self.audit = collections.retry_queue, Audit(collections)

    def find_groups(self) -> list[ParkedGroup]:
        """All that is parked, by cause; the largest group first."""
        by_cause: dict[str, list[RetryRow]] = {}
        for row in self._find_rows({}, SHOWN_IN_GROUPS):
            by_cause.setdefault(_cause_of(row), []).append(row)
        groups = [_create_group(cause, rows) for cause, rows in by_cause.items()]
        return sorted(groups, key=lambda group: -group.sequences)

    def get(self, key: str) -> ParkedSequence:
        """One sequence, personal data masked. Raises NotParked."""
        row = self._get_row(key)
        return ParkedSequence(
            key=key,
            why=masking.masked_text(row.why),
            cause=_cause_of(row),
            type=_type_of(row),
            since=row.since,
            tries=row.tries,
            events=[masking.mask_value(event) for event in row.events],
            text="" if row.raw is None else masking.shown_text(row.raw),
            sender=row.sender or "",
            sent_key=row.sent_key,
            size=row.size,
            sha256=row.sha256,
            audit=self.audit.find_lines(key),
        )

    def edit(self, edit: Edit, who: str) -> str:
        """Put other data into one event of a sequence, or a readable event in the place
        of one that nobody could read; the key under which it lies then.

        What was masked when it was shown may come back masked. Raises NotParked,
        NotMendable, and Refused when the text does not fit the contract.
        """
        row = self._get_row(edit.key)
        if row.raw is not None:
            return self._rewrite_row(row, row.raw, edit, who)
        return self._edit_row(row, edit, who)

    def _edit_row(self, row: RetryRow, edit: Edit, who: str) -> str:
        events = {event["id"]: event for event in row.events}
        if edit.event not in events:
            raise NotParked(f"{edit.event} of {edit.key}")
        before = events[edit.event]
        data = masking.unmask_value(_read_data(edit.text), before["data"])
        check_contract(msgspec.structs.replace(from_document(before), data=data))
        changed = self.rows.update_one(
            {"_id": edit.key, "state": PARKED, "events.id": edit.event},
            {"$set": {"events.$.data": data}},
        )
        if not changed.matched_count:
            raise NotParked(edit.key)
        self.audit.note(who, "edit", edit.key, [edit.event], before=before["data"])
        return edit.key

    def _rewrite_row(self, row: RetryRow, raw: bytes, edit: Edit, who: str) -> str:
        if row.sender is not None:
            raise NotMendable("A branch sends its roster again: only drop this one.")
        event = from_bytes(masking.mended_text(edit.text, raw).encode())
        self.retry_queue.add_event(event, f"mended by {who}")
        self.rows.delete_one({"_id": edit.key, "state": PARKED})
        self.audit.note(who, "rewrite", edit.key, [event.id])
        return event.partitionkey

    def replay(self, which: Which, who: str) -> int:
        """Let sequences try again at once; how many. Raises NothingPicked."""
        readable = (row for row in self._find_picked(which) if row.raw is None)
        return sum(self._replay_row(row, who) for row in readable)

    def _replay_row(self, row: RetryRow, who: str) -> int:
        changed = self.rows.update_one(
            {"_id": row.key, "state": PARKED}, {"$set": _due_in(0.0)}
        )
        if changed.matched_count:
            self.retry_queue.next_due.note_due(0.0)
            self.audit.note(who, "replay", row.key, [e["id"] for e in row.events])
        return changed.matched_count

    def drop(self, which: Which, who: str) -> int:
        """Give up the first event of sequences; those behind it go on. How many.

        What was dropped stays dropped when it is published again, and is kept with the
        audit line, from which it can be taken back. Raises NothingPicked.
        """
        return sum(
            (self._drop_first if row.raw is None else self._drop_raw)(
                row, who, which.why
            )
            for row in self._find_picked(which)
        )

    def _drop_first(self, row: RetryRow, who: str, why: str) -> int:
        key, first = row.key, row.events[0]
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
        self._note_dropped(from_document(first))
        self.audit.note(who, DROP, key, [first["id"]], why=why, dropped=first)
        self.rows.update_one({"_id": key, "state": WAITING}, {"$set": _due_in(0.0)})
        self.retry_queue.next_due.note_due(0.0)
        self.rows.delete_one({"_id": key, "events": {"$size": 0}})
        return 1

    def _drop_raw(self, row: RetryRow, who: str, why: str) -> int:
        """Out of sight, and cleared in a while: nobody knows what is in it."""
        clear_at = row.clear_at or utc_now() + DROPPED_KEPT
        dropped = self.rows.update_one(
            {"_id": row.key, "state": PARKED},
            {"$set": {"state": DROPPED, "clear_at": clear_at}},
        )
        if dropped.matched_count:
            self.audit.note(who, DROP, row.key, why=why, kept_until=clear_at)
        return dropped.matched_count

    def _note_dropped(self, event: Envelope) -> None:
        """In the inbox, as if it had been handled."""
        row = {"type": event.type, "at": utc_now(), "dropped": True}
        self.collections.inbox.update_one(
            {"_id": event.id}, {"$setOnInsert": row}, upsert=True
        )

    def take_back(self, line_id: str, who: str) -> str:
        """Let a dropped event be tried after all; its key.

        It comes after those that went on meanwhile; what nobody could read is parked
        again. Raises NotDropped.
        """
        line = self.audit.get_drop(line_id)
        if line is None:
            raise NotDropped(NOT_KEPT)
        if line.dropped is None:
            self._park_again(line.key)
        else:
            self._line_up_again(from_document(line.dropped), who)
        if self.audit.is_taken_back(line_id):
            self.audit.note(who, "take back", line.key, line.events)
        return line.key

    def _line_up_again(self, event: Envelope, who: str) -> None:
        self.collections.inbox.delete_one({"_id": event.id, "dropped": True})
        if not self.retry_queue.line_up([event], f"taken back by {who}", 0.0):
            self._note_dropped(event)
            raise NotDropped(f"{event.partitionkey} has too much waiting: try later.")

    def _park_again(self, key: str) -> None:
        row = self.rows.find_one({"_id": key, "state": DROPPED})
        if row is None:
            raise NotDropped(NOT_KEPT)
        clear_at = row["clear_at"] if row.get("sender") is not None else None
        again = {"$set": {"state": PARKED, "clear_at": clear_at}}
        self.rows.update_one({"_id": key, "state": DROPPED}, again)

    def _find_rows(self, filter_: Row, fields: Row | None = None) -> list[RetryRow]:
        """Parked ones, oldest first."""
        rows = self.rows.find({**filter_, "state": PARKED}, fields)
        parked = [msgspec.convert(row, RetryRow) for row in rows]
        return sorted(parked, key=lambda row: row.since)

    def _get_row(self, key: str) -> RetryRow:
        for row in self._find_rows({"_id": key}):
            return row
        raise NotParked(key)

    def _find_picked(self, which: Which) -> Iterator[RetryRow]:
        if not (which.key or which.cause or which.all):
            raise NothingPicked("Say which: key, cause, or all.")
        for row in self._find_rows({"_id": which.key} if which.key else {}):
            if which.cause in ("", _cause_of(row)):
                yield row


def _read_data(text: str) -> Row:
    """The data of an event as a person wrote them. Raises Refused."""
    try:
        return msgspec.json.decode(text, type=Row)
    except msgspec.DecodeError as error:
        raise Refused(f"these are no data in JSON: {error}") from error


def _due_in(seconds: float) -> Row:
    """To be tried again, as if for the first time."""
    due = time.time() + seconds
    return {"state": WAITING, "tries": 0, "claims": 0, "due": due, "began": utc_now()}


def _create_group(cause: str, rows: Sequence[RetryRow]) -> ParkedGroup:
    """Of rows from the oldest on."""
    events = sum(max(1, len(row.events)) for row in rows)
    keys = [row.key for row in rows[:SHOWN_KEYS]]
    type_, why, oldest = _type_of(rows[0]), _plain_text(rows[0].why), rows[0].since
    return ParkedGroup(cause, type_, why, len(rows), events, oldest, keys)


def _type_of(row: RetryRow) -> str:
    return str(row.events[0]["type"]) if row.events else UNREADABLE


def _plain_text(why: str) -> str:
    """A reason without what differs from one event to the next."""
    return masking.masked_text(VARYING.sub("…", why))[:300]


def _cause_of(row: RetryRow) -> str:
    about = f"{_type_of(row)} {_plain_text(row.why)}"
    return hashlib.sha256(about.encode()).hexdigest()[:12]
