"""What the relay costs beside many documents that have nothing to say.

Run as `python -m tests.bench.bench_rest`. Processor time of relay and store for each
event: with 100,000 documents at rest to with none, in turn.
"""

import sys
from typing import Any

from pymongo.database import Database

from tests.bench.bench_growth import processor_seconds
from tests.bench.bench_relay import fill, relay_of, relayed
from tests.bench.quorum import Parts, cpu_of, running_parts
from tests.bench.ratios import ROUNDS, Ratio, alternated

EVENTS, AT_REST, BAR = 1_000, 100_000, 1.2


def cost(parts: Parts, database: Database[dict[str, Any]], first: int) -> float:
    """Microseconds for each of these new events."""
    fill(database["things"], range(first, first + EVENTS))
    relay, store = relay_of(parts, database), parts.store.process.pid
    before = cpu_of(store)
    saying = processor_seconds(lambda: relayed(relay))
    used = cpu_of(store) - before
    relay._close_publisher()
    parts.purge()
    return 1e6 * (saying + used) / EVENTS


def main() -> int:
    """Measure in turn; 1 when the bar is missed."""
    with running_parts() as parts:
        few, many = parts.database("few"), parts.database("many")
        fill(many["things"], range(AT_REST), is_due=False)
        starts = iter(range(AT_REST, AT_REST + 3 * ROUNDS * EVENTS, EVENTS))
        cost(parts, few, next(starts))  # warms up
        ratios = alternated(
            lambda: cost(parts, many, next(starts)),
            lambda: cost(parts, few, next(starts)),
            unit="us",
        )
    return Ratio("rest", ratios, BAR, at_most=True).tell()


if __name__ == "__main__":
    sys.exit(main())
