"""Segments that sessions got, written in batches beside their watch records."""

import threading
from collections.abc import Callable, Collection, Mapping
from typing import Any

from chassis.telemetry.logs import logger
from chassis.telemetry.reasons import reason_of
from pymongo import UpdateOne
from pymongo.collection import Collection as MongoCollection
from pymongo.errors import PyMongoError

FLUSH_SECONDS = 0.5
"""One write for all that was handed out meanwhile; a report waits a second for it."""

Got = dict[tuple[str, str], set[int]]


class ServedSegments:
    """Notes what is handed out, and writes it soon after from a thread of its own.

    The thread lives only while something is noted, and ends after it is written; a
    polite stop waits for it. What a killed process had noted in its last half second
    is asked for again by the players.
    """

    def __init__(
        self, collection: Callable[[], MongoCollection[dict[str, Any]]]
    ) -> None:
        self.collection = collection
        self.noted: Got = {}
        self.lock = threading.Lock()
        self.is_armed = False

    def note_segment(self, record_id: str, session: str, segment: int) -> None:
        """Remember a segment that a session got."""
        with self.lock:
            self.noted.setdefault((record_id, session), set()).add(segment)
            self._arm_timer()

    def flush_segments(self) -> None:
        """Write the noted segments; they stay where the store does not take them."""
        with self.lock:
            taken, self.noted = self.noted, {}
        if not taken:
            return
        try:
            self.write_segments(taken)
        except PyMongoError:
            self._note_again(taken)
            raise

    def write_segments(self, got: Mapping[tuple[str, str], Collection[int]]) -> None:
        """Write segments at once. What of them is there already changes nothing."""
        updates = [
            UpdateOne({"_id": id_}, _added_segments(session, segments))
            for (id_, session), segments in got.items()
        ]
        if updates:
            self.collection().bulk_write(updates, ordered=False)

    def make_room(
        self,
        record_id: str,
        served: Mapping[str, Collection[int]],
        session: str,
        most: int,
    ) -> None:
        """Forget what the oldest sessions got, so that this one's have room."""
        others = [name for name in served if name != session]
        dropped = others[: max(0, len(others) - most + 1)]
        if dropped:
            gone = {f"served.{name}": "" for name in dropped}
            self.collection().update_one({"_id": record_id}, {"$unset": gone})

    def _arm_timer(self, keeps_process: bool = True) -> None:
        """Have it written soon; the lock is held."""
        if self.is_armed:
            return
        timer = threading.Timer(FLUSH_SECONDS, self._flush_later)
        timer.daemon = not keeps_process
        timer.start()
        self.is_armed = True

    def _flush_later(self) -> None:
        with self.lock:
            self.is_armed = False
        try:
            self.flush_segments()
        except PyMongoError as error:
            logger().warning("served_waits", reason=reason_of(error))
            with self.lock:
                self._arm_timer(
                    keeps_process=False
                )  # nobody waits for a store that is away

    def _note_again(self, taken: Got) -> None:
        with self.lock:
            for key, segments in taken.items():
                self.noted.setdefault(key, set()).update(segments)


def _added_segments(session: str, segments: Collection[int]) -> dict[str, Any]:
    return {"$addToSet": {f"served.{session}": {"$each": sorted(segments)}}}
