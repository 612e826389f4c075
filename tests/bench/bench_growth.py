"""Processor time for each event, among the first thousand and after many more.

Run as `python -m tests.bench.bench_growth [EVENTS]`; the bar names 1,000,000. One pass
through relay, queues and consumer, archive and inbox growing all the while. Counted
are the processes that are ours: relay and consumer (this process), and the store.
"""

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from chassis.events.envelope import Envelope
from chassis.storage.collections import MessagingCollections
from pymongo.database import Database

from tests.bench.bench_hearing import consumed, put
from tests.bench.bench_relay import fill, relay_of, relayed
from tests.bench.measuring import print_row
from tests.bench.quorum import Parts, cpu_of, running_parts
from tests.bench.ratios import Ratio

FEW, MANY, AT_ONCE, BAR = 1_000, 40_000, 5_000, 1.2


@dataclass(frozen=True)
class Cost:
    """Microseconds of processor time for each event."""

    saying: float
    hearing: float
    store: float

    @property
    def whole(self) -> float:
        return self.saying + self.hearing + self.store


def passed(parts: Parts, database: Database[dict[str, Any]], numbers: range) -> Cost:
    """Say and hear one event of each of these new documents; what that cost."""
    fill(database["things"], numbers)
    relay, store = relay_of(parts, database), parts.store.process.pid
    effects = database["effects"]

    def handle(events: Sequence[Envelope]) -> None:
        put(effects, [event.partitionkey for event in events])

    before = cpu_of(store)
    saying = processor_seconds(lambda: relayed(relay))
    hearing = processor_seconds(
        lambda: consumed(parts, MessagingCollections(database), handle, len(numbers))
    )
    used = cpu_of(store) - before
    relay._close_publisher()
    return Cost(*(1e6 * s / len(numbers) for s in (saying, hearing, used)))


def processor_seconds(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


def main(many: int = MANY) -> int:
    """Measure in one pass; 1 when the bar is missed."""
    with running_parts() as parts:
        database = parts.database()
        passed(parts, database, range(FEW))  # warms up
        costs = {FEW: passed(parts, database, range(FEW, 2 * FEW))}
        for first in range(2 * FEW, many, AT_ONCE):
            numbers = range(first, min(first + AT_ONCE, many))
            costs[numbers.stop] = passed(parts, database, numbers)
    for count, cost in costs.items():
        line = f"{cost.saying:.0f} + {cost.hearing:.0f} + {cost.store:.0f}"
        print_row(f"at {count:,}: relay + consumer + store, us/event", line, "")
    *way, last = [cost.whole / costs[FEW].whole for cost in list(costs.values())[1:]]
    if way:
        line = f"{min(way):.2f} to {max(way):.2f}"
        print_row("cost on the way to that of the first thousand", line, "")
    return Ratio("growth", [last], BAR, at_most=True).tell()


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
