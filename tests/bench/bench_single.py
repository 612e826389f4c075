"""Handlers of single events against a bare consumer that writes one by one.

Run as `python -m tests.bench.bench_single`. The chassis reads, notes and acknowledges
by batch around them, and its handler writes each event's effect alone. The bare one
keeps no inbox: it decodes, writes the effect and acknowledges, event by event.
"""

import sys
from collections.abc import Sequence
from typing import Any

from chassis.events.envelope import Envelope
from chassis.storage.collections import MessagingCollections

from tests.bench import bare_consumer
from tests.bench.bench_hearing import consumed, effect
from tests.bench.quorum import SERVICE, Parts, running_parts
from tests.bench.ratios import Ratio, alternated

EVENTS, BAR = 3_000, 0.8


def ours(parts: Parts) -> float:
    """Events a second through the chassis."""
    database = parts.database()
    parts.fill(EVENTS)
    rows = database["effects"]

    def handle(events: Sequence[Envelope]) -> None:
        for event in events:
            rows.insert_one(effect(event.partitionkey))

    took = consumed(parts, MessagingCollections(database), handle, EVENTS)
    assert rows.count_documents({}) == EVENTS
    return EVENTS / took


def bare(parts: Parts) -> float:
    """Events a second with no logic around it."""
    rows = parts.database()["effects"]
    parts.fill(EVENTS)

    def work(events: Sequence[dict[str, Any]]) -> None:
        rows.insert_one(effect(events[0]["partitionkey"]))

    return bare_consumer.one_by_one(parts.broker.url, SERVICE, EVENTS, work)


def main() -> int:
    """Measure in turn; 1 when the bar is missed."""
    with running_parts() as parts:
        ratios = alternated(lambda: ours(parts), lambda: bare(parts))
    return Ratio("single", ratios, BAR).tell()


if __name__ == "__main__":
    sys.exit(main())
