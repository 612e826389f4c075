"""Presence: which processes of a service there are, of which role and release.

Every process raises a counter of its own in one row, and the same write brings those of
all. Whoever has seen a counter stand still for a term, by its own monotonic clock,
calls that process unseen; so no two clocks need to agree.
"""

import importlib.metadata
import os
import socket
import threading
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from pymongo import ReturnDocument
from pymongo.errors import PyMongoError

from chassis.clock import Clock, utc_now
from chassis.ids import new_id
from chassis.storage.collections import HandledMark, Rows
from chassis.telemetry.logs import logger
from chassis.telemetry.reasons import reason_of

BEAT_SECONDS = 20.0  # a small write; an operator needs it no sooner
TERM_SECONDS = 60.0  # three beats fit, so a slow one costs nobody his name
FORGOTTEN_SECONDS = 1800.0
"""Who is called at night and comes after a quarter of an hour still sees what died."""
ROW = {"_id": "processes"}


class RoomStatus(msgspec.Struct, frozen=True):
    """What is free of a disk that a process writes to, in bytes."""

    place: str
    free: int
    total: int


class ProcessStatus(msgspec.Struct, frozen=True, kw_only=True):
    """A process as the others see it.

    `began` and `handled` are moments, by its own clock: when it was started, and when
    it last handled an event, or empty. `unseen` are the seconds since it last showed
    itself, as far as whoever tells this has seen; `is_unseen` once that is too long.
    """

    id: str
    role: str
    release: str
    host: str
    pid: int
    began: str
    handled: str = ""
    rooms: list[RoomStatus] = []
    unseen: float = 0.0
    is_unseen: bool = False


FindRooms = Callable[[], Sequence[RoomStatus]]


def find_release(service: str) -> str:
    """The release of the code that runs here; empty where it was not installed."""
    try:
        return importlib.metadata.version(f"biyong-{service}")
    except importlib.metadata.PackageNotFoundError:
        return ""


class Presence:
    """One process of a service, and what it sees of the others.

    `role` is set by whoever runs the process; `find_rooms` tells of its disks.
    """

    def __init__(
        self, service: str, rows: Rows, clock: Clock, handled: HandledMark
    ) -> None:
        self.rows, self.clock, self.handled = rows, clock, handled
        self.id, self.release = new_id(), find_release(service)
        self.role, self.began = "", utc_now().isoformat(timespec="seconds")
        self.started = clock.monotonic()
        self.find_rooms: list[FindRooms] = []
        self.lock = threading.Lock()
        self.seen: dict[str, tuple[int, float]] = {}
        self.abouts: dict[str, dict[str, Any]] = {}
        self.looked: float | None = None

    def show_until(self, role: str, stop: threading.Event) -> None:
        """Show this process as one of a role, and see the others, until it stops."""
        self.role = role
        while not stop.is_set():
            try:
                self.show_alive()
            except PyMongoError as error:
                logger().warning("presence_not_shown", reason=reason_of(error))
            stop.wait(BEAT_SECONDS)
        try:
            self._remove(self.id, {})
        except PyMongoError as error:
            logger().warning("presence_not_removed", reason=reason_of(error))

    def show_alive(self) -> None:
        """Raise the own counter, and see those of all. Raises PyMongoError."""
        change = {
            "$inc": {f"counters.{self.id}": 1},
            "$set": {f"abouts.{self.id}": self._tell_about()},
        }
        row = self.rows.find_one_and_update(
            ROW, change, upsert=True, return_document=ReturnDocument.AFTER
        )
        now = self.clock.monotonic()
        counters: dict[str, int] = row["counters"] if row else {}
        seen = {}
        for id_, counter in counters.items():
            before, since = self.seen.get(id_, (None, now))
            seen[id_] = (counter, since if counter == before else now)
            if now - seen[id_][1] > FORGOTTEN_SECONDS:
                self._remove(id_, {f"counters.{id_}": counter})
        with self.lock:
            self.seen, self.looked = seen, now
            self.abouts = row["abouts"] if row else {}

    def find_processes(self) -> list[ProcessStatus]:
        """All processes as they were at the last look, by role and place."""
        with self.lock:
            looked, seen, abouts = self.looked or 0.0, self.seen, self.abouts
        found = [
            msgspec.convert(
                {
                    **abouts[id_],
                    "id": id_,
                    "unseen": round(looked - since, 1),
                    "is_unseen": looked - since >= TERM_SECONDS,
                },
                ProcessStatus,
            )
            for id_, (_, since) in seen.items()
            if id_ in abouts
        ]
        return sorted(found, key=lambda one: (one.role, one.host, one.pid))

    def find_age(self) -> float:
        """The seconds since the last look; -1 before the first."""
        with self.lock:
            looked = self.looked
        return -1.0 if looked is None else self.clock.monotonic() - looked

    def find_up_seconds(self) -> float:
        """For how long this process has been there."""
        return self.clock.monotonic() - self.started

    def _tell_about(self) -> dict[str, Any]:
        rooms = [room for find in self.find_rooms for room in find()]
        about: dict[str, Any] = {
            "role": self.role,
            "release": self.release,
            "host": socket.gethostname(),
            "pid": os.getpid(),
            "began": self.began,
            "handled": self.handled.moment,
            "rooms": [msgspec.to_builtins(room) for room in rooms],
        }
        return about

    def _remove(self, id_: str, where: dict[str, object]) -> None:
        gone = {"$unset": {f"counters.{id_}": "", f"abouts.{id_}": ""}}
        self.rows.update_one({**ROW, **where}, gone)
