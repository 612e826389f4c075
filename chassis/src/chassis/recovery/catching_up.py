"""What waits since queues were lost, until what lay in them has come again.

When a service finds queues of its own gone, every producer is `untold` until it has
told the ids of all that it said; what it says meanwhile for the partitions that were
lost lines up in `early`, unhandled. Told ids that are not known here stand there too,
as gaps. Once a producer has told all, a key waits only while it has something there:
when its last gap is filled, all of it joins the held sequences in its versions' order.
"""

import datetime
import time
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from pymongo import UpdateOne

import contracts
from chassis.broker.topology import partition
from chassis.events.envelope import Envelope, from_document, to_document
from chassis.inbox.retry_policy import DAY_SECONDS
from chassis.inbox.retry_queue import Held
from chassis.storage.collections import Tables
from chassis.telemetry import metrics
from chassis.telemetry.logs import logger

UNTOLD = "untold"
AGAIN_SECONDS, SOON_SECONDS = 300.0, 1.0
CALM_SECONDS = 5.0
"""How long a replica still looks after it saw nothing: another may be writing."""
PATIENCE = datetime.timedelta(seconds=DAY_SECONDS)
"""After so long it is no longer waited for what does not come, only logged."""
AT_ONCE, MOST_IDS = 200, 500
IN_ORDER = [("key", 1), ("version", 1), ("place", 1)]
WHY = "waited for what was lost before it"
Row = dict[str, Any]


class CatchingUp:
    """One replica's view of what its service waits for; `is_on` while it does."""

    def __init__(self, tables: Tables) -> None:
        self.marks, self.early, self.inbox = tables.marks, tables.early, tables.inbox
        self.held = Held(tables)
        self.untold: dict[str, frozenset[int]] = {}
        self.full: set[str] = set()
        self.is_on, self.calm_at = False, float("-inf")

    def begin(self, partitions: Iterable[int], producers: Iterable[str]) -> None:
        """What these producers said for these partitions may be lost."""
        lost = sorted(partitions)
        for producer in producers:
            untold = {"kind": UNTOLD, "producer": producer, "question": "", "due": 0.0}
            self.marks.update_one(
                {"_id": f"{UNTOLD}.{producer}"},
                {"$set": untold, "$addToSet": {"partitions": {"$each": lost}}},
                upsert=True,
            )

    def look(self) -> None:
        """See what the replicas know together."""
        rows = self.marks.find({"kind": UNTOLD})
        self.untold = {row["producer"]: frozenset(row["partitions"]) for row in rows}
        now = time.monotonic()
        if self.untold or self._is_any_early():
            self.calm_at = now + CALM_SECONDS
        was_on, self.is_on = self.is_on, now < self.calm_at
        if was_on and not self.is_on:
            self.full.clear()
            logger().info("caught_up")

    def _is_any_early(self) -> bool:
        return self.early.find_one({}, {"_id": 1}) is not None

    def let_through(self, events: list[Envelope]) -> list[Envelope]:
        """Those that may be handled now; the others line up."""
        if not self.is_on or not events:
            return events
        self.look()
        facts = [e for e in events if not e.type.startswith(f"{contracts.CHASSIS}.")]
        keys = self._keys_among({e.partitionkey for e in facts})
        early = [e for e in facts if e.partitionkey in keys or self._is_untold(e)]
        self._line_up(early)
        waiting = {event.id for event in early}
        return [event for event in events if event.id not in waiting]

    def _keys_among(self, keys: set[str]) -> set[str]:
        """Which of these keys have something here, or no room in their sequence."""
        if not keys:
            return set()
        found = self.early.find({"key": {"$in": sorted(keys)}}, {"key": 1})
        return {row["key"] for row in found} | (self.full & keys)

    def _is_untold(self, event: Envelope) -> bool:
        lost = self.untold.get(_producer(event), frozenset())
        return partition(event.partitionkey) in lost

    def _line_up(self, events: Sequence[Envelope]) -> None:
        """Put events here, each once, in the place of its gap if it has one."""
        writes = []
        for event in events:
            metrics.heard.labels(event.type, "held").inc()
            new = _gap(event.id, event.partitionkey, _producer(event))
            writes += [
                UpdateOne({"_id": event.id}, {"$setOnInsert": new}, upsert=True),
                UpdateOne(
                    {"_id": event.id, "there": False},
                    {
                        "$set": {
                            "there": True,
                            "version": event.version,
                            "place": event.id.rpartition(".")[2].zfill(6),
                            "event": to_document(event),
                        }
                    },
                ),
            ]
        if writes:
            self.early.bulk_write(writes, ordered=True)

    def line_up_too(self, key: str) -> bool:
        """A key whose sequence is full waits here: what it needs may be yet to come.

        False when it does already, and it is something else that fills it.
        """
        is_new = key not in self.full
        self.full.add(key)
        return is_new

    def to_ask(self) -> list[Row]:
        """The producers to be asked now. Who speaks and does not answer is given up."""
        rows = list(self.marks.find({"kind": UNTOLD, "due": {"$lte": time.time()}}))
        return [row for row in rows if not self._is_given_up(row)]

    def _is_given_up(self, producer: Row) -> bool:
        name, now = producer["producer"], datetime.datetime.now(datetime.UTC)
        waits = {"partition": {"$in": producer["partitions"]}, "there": True}
        too_long = {"producer": name, "at": {"$lt": now - PATIENCE}}
        if self.early.find_one({**waits, **too_long}, {"_id": 1}) is None:
            return False
        logger().error("nothing_told", producer=name)
        self.marks.delete_one({"_id": producer["_id"], "due": producer["due"]})
        return True

    def take(self, producer: Row, question: str) -> bool:
        """Whether this replica is the one to ask; its question counts from now on."""
        asked = {"question": question, "due": time.time() + AGAIN_SECONDS}
        mine = self.marks.update_one(
            {"_id": producer["_id"], "due": producer["due"]}, {"$set": asked}
        )
        return mine.matched_count == 1

    def ask_soon(self, question: str) -> None:
        """The question could not be put; it is put again soon."""
        soon = {"question": "", "due": time.time() + SOON_SECONDS}
        asked = {"kind": UNTOLD, "question": question}
        self.marks.update_one(asked, {"$set": soon})

    def answered(self, page: Mapping[str, Any]) -> Row | None:
        """Who is answering with this page, or None when nobody waits for it.

        A producer of an older release does not name the question.
        """
        row = self.marks.find_one({"_id": f"{UNTOLD}.{page['service']}"})
        if row is None or not row["question"]:
            return None
        return row if page.get("asked", row["question"]) == row["question"] else None

    def note_gaps(self, producer: Row, ids: Iterable[str]) -> None:
        """These were said for some partition and are not known here."""
        lost = frozenset(producer["partitions"])
        gaps = [
            UpdateOne({"_id": id_}, {"$setOnInsert": gap}, upsert=True)
            for id_ in ids
            for gap in [_gap(id_, _key(id_), producer["producer"])]
            if gap["partition"] in lost
        ]
        if gaps:
            self.early.bulk_write(gaps, ordered=False)

    def note_told(self, producer: Row, is_last: bool) -> None:
        """A page is told and its gaps are noted; after the last, nothing is unknown."""
        told = {"_id": producer["_id"], "question": producer["question"]}
        if is_last:
            self.marks.delete_one(told)
            return
        lives = {"due": time.time() + AGAIN_SECONDS}
        self.marks.update_one(told, {"$set": lives})

    def there_among(self, ids: Sequence[str]) -> set[str]:
        """Which of these events lie here."""
        found = self.early.find({"_id": {"$in": list(ids)}, "there": True}, {"_id": 1})
        return {row["_id"] for row in found}

    def overdue(self, partitions: Iterable[int]) -> dict[str, list[str]]:
        """The ids to be asked for again, by producer. What never came is given up."""
        now = time.time()
        wanted = {"partition": {"$in": sorted(partitions)}, "there": False}
        rows = self.early.find({**wanted, "due": {"$lte": now}}, limit=MOST_IDS)
        found: dict[str, list[str]] = {}
        never: list[str] = []
        for row in rows:
            ids = never if _is_old(row) else found.setdefault(row["producer"], [])
            ids.append(row["_id"])
        if never:
            logger().error("never_came", events=len(never), first=never[0])
            self.early.delete_many({"_id": {"$in": never}, "there": False})
        again = {"$set": {"due": now + AGAIN_SECONDS}}
        for ids in found.values():
            self.early.update_many({"_id": {"$in": ids}}, again)
        return found

    def go_on(self, partitions: Iterable[int]) -> None:
        """Let the keys that lack nothing any more go on, as held sequences.

        Not all at once: whoever hears must not stop hearing for long.
        """
        moved = 0
        for number in sorted(partitions):
            lacking = self._gaps_left(number)
            unsure = [name for name, lost in self.untold.items() if number in lost]
            moved += self._go_on_in(number, lacking, unsure)
            if moved >= AT_ONCE:
                return

    def _gaps_left(self, number: int) -> set[str]:
        """The keys that lack something, after what came another way was noted."""
        gaps = list(self.early.find({"partition": number, "there": False}))
        closed: set[str] = set()
        for start in range(0, len(gaps), MOST_IDS):
            closed |= self._known([g["_id"] for g in gaps[start : start + MOST_IDS]])
        if closed:
            here = {"_id": {"$in": sorted(closed)}, "there": False}
            self.early.delete_many(here)
        return {gap["key"] for gap in gaps if gap["_id"] not in closed}

    def _known(self, ids: list[str]) -> set[str]:
        rows = self.inbox.find({"_id": {"$in": ids}}, {"_id": 1})
        return {row["_id"] for row in rows} | self.held.ids_among(ids)

    def _go_on_in(self, number: int, lacking: set[str], unsure: list[str]) -> int:
        """How many events went on."""
        blocked, moved = set(lacking), 0
        while moved < AT_ONCE and (rows := self._next(number, blocked, unsure)):
            for key, ones in groupby(rows, itemgetter("key")):
                events = [from_document(row["event"]) for row in ones]
                taken = self.held.line_up(events, WHY, untried=True)
                self.early.delete_many({"_id": {"$in": [e.id for e in taken]}})
                moved += len(taken)
                if len(taken) < len(events):
                    blocked.add(key)
                else:
                    self.full.discard(key)
        return moved

    def _next(self, number: int, blocked: set[str], unsure: list[str]) -> list[Row]:
        lined_up = {"partition": number, "there": True}
        free = {"key": {"$nin": sorted(blocked)}, "producer": {"$nin": unsure}}
        found = self.early.find({**lined_up, **free}, sort=IN_ORDER, limit=AT_ONCE)
        return list(found)


def _gap(id_: str, key: str, producer: str) -> Row:
    return {
        "key": key,
        "partition": partition(key),
        "producer": producer,
        "there": False,
        "at": datetime.datetime.now(datetime.UTC),
        "due": time.time() + AGAIN_SECONDS,
    }


def _is_old(gap: Row) -> bool:
    noted: datetime.datetime = gap["at"]
    return noted.replace(tzinfo=datetime.UTC) + PATIENCE < datetime.datetime.now(
        datetime.UTC
    )


def _producer(event: Envelope) -> str:
    return event.source.rpartition("/")[2]


def _key(id_: str) -> str:
    """An event's id is its key, its version and its place, as `seal` makes it."""
    return id_.rsplit(".", 2)[0]
