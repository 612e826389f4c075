"""Messages of a day, counted by phone and in all, before they are taken; and those for
which there was no room, and that failed."""

import datetime
import hashlib
import hmac
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from pymongo import ReturnDocument, UpdateOne
from pymongo.database import Database
from pymongo.errors import PyMongoError

from notify.domain.message_day import (
    day_of,
    end_of_day,
    room_at_phone,
    room_for,
)
from notify.domain.notice import Mail

ALL = "all"
LIMITED, FAILED = "limited", "failed"


class MessageCounts:
    """Counts in the store, shared by all processes, until their day is over.

    A phone is counted under a pseudonym: without the key nobody finds it. A count is
    raised before it is looked at: of any number at once no more than the limit pass.
    """

    def __init__(
        self,
        database: Database[dict[str, Any]],
        key: bytes,
        per_person: int,
        per_day: int,
        now: Callable[[], datetime.datetime],
    ) -> None:
        self.rows = database["message_counts"]
        self.key = hashlib.sha256(b"notify message counts\0" + key).digest()
        self.per_person, self.per_day, self.now = per_person, per_day, now

    def declare_indexes(self) -> None:
        """Make the index."""
        self.rows.create_index("until", expireAfterSeconds=0)

    def count_messages(self, messages: Sequence[Mail]) -> set[str]:
        """Count these; the ids of those that there is no room for."""
        if not messages:
            return set()
        by_phone: dict[str, list[Mail]] = {}
        for message in messages:
            by_phone.setdefault(self._hide_phone(message.address), []).append(message)
        before = self._count_phones({who: len(of) for who, of in by_phone.items()})
        fitting = {
            message.id
            for who, of in by_phone.items()
            for place, message in enumerate(of)
            if before[who] + place < room_at_phone(message, self.per_person)
        }
        wanted = [message for message in messages if message.id in fitting]
        limited = self._count_all(wanted)
        surplus = {
            who: sum(m.id in limited or m.id not in fitting for m in of)
            for who, of in by_phone.items()
        }
        self._add_counts({who: -count for who, count in surplus.items() if count})
        without_room = limited | {message.id for message in messages} - fitting
        self._add_counts({LIMITED: len(without_room)} if without_room else {})
        return without_room

    def note_failed(self, channel: str) -> None:
        """A mail or message of today ended without being delivered. Nothing is noted if
        the store cannot now."""
        with suppress(PyMongoError):
            self._add_counts({f"{FAILED}.{channel}": 1})

    def find_limited(self) -> int:
        """For how many messages there was no room today."""
        return self._find_count(LIMITED)

    def find_failed(self, channel: str) -> int:
        """How many of a channel ended today without being delivered."""
        return self._find_count(f"{FAILED}.{channel}")

    def _find_count(self, who: str) -> int:
        row = self.rows.find_one({"_id": self._row_id(who)})
        return max(0, int(row["count"])) if row else 0

    def _count_phones(self, counts: Mapping[str, int]) -> dict[str, int]:
        """Count so many for each phone; how many there were before."""
        self._add_counts(counts)
        ids = {self._row_id(who): who for who in counts}
        rows = self.rows.find({"_id": {"$in": list(ids)}})
        now = {ids[row["_id"]]: int(row["count"]) for row in rows}
        return {who: now.get(who, count) - count for who, count in counts.items()}

    def _count_all(self, messages: Sequence[Mail]) -> set[str]:
        """Count these among all, the urgent ones first; those without room."""
        in_order = sorted(messages, key=lambda message: not message.until)
        if not in_order:
            return set()
        row: Any = self.rows.find_one_and_update(
            {"_id": self._row_id(ALL)},
            self._raise_by(len(in_order)),
            upsert=True,
            return_document=ReturnDocument.AFTER,
        )
        before = int(row["count"]) - len(in_order)
        limited = set()
        for place, message in enumerate(in_order):
            if before + place >= room_for(message, self.per_day):
                limited.add(message.id)
        self._add_counts({ALL: -len(limited)} if limited else {})
        return limited

    def _add_counts(self, counts: Mapping[str, int]) -> None:
        writes = [
            UpdateOne({"_id": self._row_id(who)}, self._raise_by(count), upsert=True)
            for who, count in counts.items()
        ]
        if writes:
            self.rows.bulk_write(writes, ordered=False)

    def _raise_by(self, count: int) -> dict[str, Any]:
        until = end_of_day(self.now())
        return {"$inc": {"count": count}, "$setOnInsert": {"until": until}}

    def _row_id(self, who: str) -> str:
        return f"{day_of(self.now())}.{who}"

    def _hide_phone(self, phone: str) -> str:
        return hmac.new(self.key, phone.encode(), hashlib.sha256).hexdigest()[:32]
