"""Database commands for each batch of hearing, counted, and what they read.

Run as `python -m tests.bench.bench_commands`. The ratio is what was sent to what may
be sent: 3 for each batch and 1 for every 100 events. The store cannot say how many
documents it examined; it counts reads without an index, of which there may be none,
and its processor time for each event must not grow with the inbox.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from chassis.events.envelope import Envelope
from chassis.storage.collections import MessagingCollections
from pymongo import MongoClient
from pymongo.database import Database
from pymongo.monitoring import (
    CommandFailedEvent,
    CommandListener,
    CommandStartedEvent,
    CommandSucceededEvent,
)

from tests.bench.bench_hearing import consumed, put
from tests.bench.measuring import print_row
from tests.bench.quorum import SERVICE, Parts, cpu_of, running_parts
from tests.bench.ratios import ROUNDS, Ratio

EVENTS, BAR, FLAT = 4_000, 1.0, 1.2


@dataclass
class Count(CommandListener):
    """Counts what a client sends."""

    sent: list[str] = field(default_factory=list)

    def started(self, event: CommandStartedEvent) -> None:
        self.sent.append(event.command_name)

    def succeeded(self, event: CommandSucceededEvent) -> None:
        """Of no interest."""

    def failed(self, event: CommandFailedEvent) -> None:
        """Of no interest."""


@dataclass(frozen=True)
class Sent:
    """What hearing so many events cost the store."""

    commands: int
    batches: int
    store_seconds: float

    @property
    def share(self) -> float:
        return self.commands / (3 * self.batches + EVENTS / 100)


def heard(parts: Parts, database: Database[dict[str, Any]], run: str) -> Sent:
    """Hear new events into this database, counting."""
    parts.fill(EVENTS, run)
    batches, count = 0, Count()
    store = parts.store.process.pid
    with MongoClient[dict[str, Any]](
        *parts.client.address or (), event_listeners=[count]
    ) as client:
        own = client[SERVICE]

        def handle(events: Sequence[Envelope]) -> None:
            nonlocal batches
            batches += 1
            put(own["effects"], [event.partitionkey for event in events])

        before = cpu_of(store)
        consumed(parts, MessagingCollections(own), handle, EVENTS)
        used = cpu_of(store) - before
    assert database["effects"].count_documents({}) % EVENTS == 0
    sent = [name for name in count.sent if name not in {"hello", "endSessions"}]
    return Sent(len(sent), batches, used)


def main() -> int:
    """Count round after round on one growing database; 1 when a bar is missed."""
    with running_parts() as parts:
        database = parts.database()
        rounds = [heard(parts, database, f"r{n}k") for n in range(ROUNDS)]
        scans = parts.client.admin.command("serverStatus")["scans"]
    unindexed = sum(scans.values())
    for sent in rounds:
        line = f"{sent.commands} for {sent.batches} batches"
        each = sent.store_seconds / EVENTS * 1e6
        print_row("commands of the consumer", line, f"store {each:.0f} us an event")
    print_row("reads without an index", str(unindexed), "bar 0")
    used = [sent.store_seconds for sent in rounds]
    grown = min(used[ROUNDS // 2 :]) / min(used[: ROUNDS // 2])
    print_row("store's CPU, later rounds to earlier", f"{grown:.2f}", f"bar {FLAT}")
    told = Ratio("commands", [s.share for s in rounds], BAR, at_most=True).tell()
    return told or int(unindexed > 0 or grown > FLAT)


if __name__ == "__main__":
    sys.exit(main())
