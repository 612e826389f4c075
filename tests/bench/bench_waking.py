"""From a commit to the hearer's queue, with the relay in another process.

Run as `python -m tests.bench.bench_waking`. The relay is woken over the bus, to one
that only looks four times a second. Both say one event after the other, each at some
moment of its own; compared are the middle ones of their times, in milliseconds.
"""

import random
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from chassis.clock import SystemClock, WakeSignal
from chassis.outbox.relay import Relay
from chassis.outbox.wakeup import RelayWakeUps
from chassis.storage.collections import MessagingCollections
from chassis.storage.leases import Lease

from tests.bench.bench_relay import document
from tests.bench.quorum import SERVICE, TYPE, Parts, running_parts
from tests.bench.ratios import Ratio, alternated
from tests.bench.relaying import SAYER

EVENTS, BAR = 60, 0.5


@contextmanager
def relaying(parts: Parts, *how: str) -> Iterator[None]:
    """A process with the relay."""
    command = [sys.executable, "-m", "tests.bench.relaying", parts.broker.url]
    process = subprocess.Popen(
        [*command, str(parts.store.port), *how],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    try:
        yield
    finally:
        process.communicate()


@contextmanager
def saying_wakes(parts: Parts) -> Iterator[WakeSignal]:
    """What a process without a relay has: commits set the event."""
    wake, stop = WakeSignal(), threading.Event()
    tables = MessagingCollections(parts.client[SERVICE])
    lease = Lease(tables.leases, "relay", "nobody", SystemClock())
    idle = Relay([], tables, parts.transport, lease, wake)
    waking = RelayWakeUps(SAYER, parts.transport, idle)
    thread = threading.Thread(target=waking.exchange_wake_ups, args=(stop,))
    thread.start()
    try:
        yield wake
    finally:
        stop.set()
        thread.join()


def milliseconds(parts: Parts, *how: str) -> float:
    """From commit to arrival, of the middle one."""
    rows = parts.database()["things"]
    rows.create_index("out_due")
    parts.purge()
    hearer = parts.transport.open_subscriber(SERVICE, [TYPE])
    took = []
    with relaying(parts, *how), saying_wakes(parts) as wake:
        for number in range(EVENTS):
            time.sleep(random.uniform(0.1, 0.4))
            begun = time.perf_counter()
            rows.insert_one(document(number, is_due=True))
            wake.set()
            while (batch := hearer.receive(5)) is None:
                pass
            took.append(1000 * (time.perf_counter() - begun))
            batch.acknowledge()
    hearer.close()
    return statistics.median(took)


def main() -> int:
    """Measure in turn; 1 when the bar is missed."""
    with running_parts() as parts:
        parts.transport.open_subscriber(SAYER, []).close()
        ratios = alternated(
            lambda: milliseconds(parts, "woken"),
            lambda: milliseconds(parts),
            unit="ms",
        )
    return Ratio("waking", ratios, BAR, at_most=True).tell()


if __name__ == "__main__":
    sys.exit(main())
