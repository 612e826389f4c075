"""Rows of a branch over RabbitMQ: what each costs the store, and how many a second.

Run as `python -m tests.bench.bench_rows [CHUNKS]`. The baseline of the same run has no
logic: it consumes the same messages, writes into a store of the same kind the very
documents that the platform wrote, in bulks of as many, and publishes and consumes the
same events, by bare pika and pymongo, one after the other. Both are timed until all is
written. A platform works in seven processes: on two cores that is worth a second one.
"""

import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pika
from biyong.amqp import OverAmqp
from pymongo import MongoClient

from tests.bench.bench_quiet import any_waiting, count_commands
from tests.bench.measuring import print_row
from tests.embedded.conftest import start_store
from tests.parts.rabbitmq import Broker, running_broker
from tests.platform import rosters
from tests.platform.running import Platform, running, until

CHUNKS, FULL = 25, 200
REST_SECONDS, SECONDS = 15.0, 900.0
MOST_COMMANDS, LEAST_RATIO, LEAST_RATE = 0.3, 0.5, 872.0
"""Of commands a row; of the baseline; of rows a second: four times commit 847aa93."""
NOT_WRITTEN_FOR_ROWS = {"leases", "replicas", "presence", "comparisons"}
BRANCH, PASSWORD, QUEUE = "beijing", "branch-password", "baseline"
Store = MongoClient[dict[str, Any]]
Documents = dict[tuple[str, str], list[dict[str, Any]]]


@dataclass(frozen=True)
class Pushed:
    """What came of pushing rows: seconds, commands of the store, what was written."""

    to_receipts: float
    to_end: float
    commands: Counter[str]
    written: Documents


def push_rows(
    platform: Platform, store: Store, broker: Broker, class_id: str, chunks: int
) -> Pushed:
    """Push full chunks as fast as the broker takes them; wait for the end of all."""
    idle = measure_idle(store)
    before, known = count_commands(store), read_ids(store)
    began = time.monotonic()
    url = broker.add_branch(BRANCH, PASSWORD)
    with closing(OverAmqp(url, BRANCH, PASSWORD)) as carrier:
        waiting = set()
        for place in range(chunks):
            key, rows = f"rows.{place}", rosters.rows(FULL, class_id)
            carrier.send(key, {"roster_id": "rows", "dry_run": False, "rows": rows})
            waiting.add(key)

        def has_come() -> bool:
            for answer in carrier.receipts(waiting):
                waiting.discard(answer.key)
            return not waiting

        until(has_come, SECONDS)
    receipts = time.monotonic() - began
    until(lambda: not any_waiting(store), SECONDS, every=0.2)
    took = time.monotonic() - began
    commands = Counter(
        {
            name: round(count - before.get(name, 0) - took * idle.get(name, 0.0))
            for name, count in count_commands(store).items()
        }
    )
    assert platform.process.poll() is None
    return Pushed(receipts, took, commands, read_new(store, known))


def measure_idle(store: Store) -> dict[str, float]:
    """Commands a second of a platform at rest, by name."""
    until(lambda: not any_waiting(store), 120, every=1.0)
    before = count_commands(store)
    time.sleep(REST_SECONDS)
    after = count_commands(store)
    return {n: (c - before.get(n, 0)) / REST_SECONDS for n, c in after.items()}


def read_ids(store: Store) -> dict[tuple[str, str], set[Any]]:
    """The ids of all documents, by database and collection."""
    return {
        (name, rows): set(store[name][rows].distinct("_id"))
        for name in store.list_database_names()
        for rows in store[name].list_collection_names()
    }


def read_new(store: Store, known: Mapping[tuple[str, str], set[Any]]) -> Documents:
    """The documents that came since, as they are now."""
    found: Documents = {}
    for place in read_ids(store):
        database, rows = place
        if rows in NOT_WRITTEN_FOR_ROWS:
            continue
        seen = known.get(place, set())
        new = [one for one in store[database][rows].find() if one["_id"] not in seen]
        if new:
            found[place] = new
    return found


def measure_baseline(folder: Path, broker: Broker, pushed: Pushed) -> float:
    """Seconds for the same messages, documents and events without any logic."""
    events = [
        (one["event"]["type"], str(one).encode())
        for (_, rows), all_ in pushed.written.items()
        if rows == "event_archive"
        for one in all_
    ]
    heard = sum(len(a) for (_, rows), a in pushed.written.items() if rows == "inbox")
    [chunks] = [a for (_, rows), a in pushed.written.items() if rows == "chunks"]
    store = start_store(folder / "baseline.db")
    connection = pika.BlockingConnection(pika.URLParameters(broker.url))
    try:
        channel = connection.channel()
        channel.queue_declare(QUEUE, durable=True, arguments={"x-queue-type": "quorum"})
        with store.client() as client:
            began = time.monotonic()
            _carry(channel, [("", str(one).encode()) for one in chunks])
            for (database, rows), documents in pushed.written.items():
                for start in range(0, len(documents), FULL):
                    bulk = documents[start : start + FULL]
                    client[database][rows].insert_many(bulk, ordered=False)
            _carry(channel, events)
            _carry(channel, events * max(0, round(heard / max(1, len(events))) - 1))
            return time.monotonic() - began
    finally:
        connection.close()
        store.stop()


def _carry(channel: Any, messages: Sequence[tuple[str, bytes]]) -> None:
    """Publish messages and consume them again, acknowledged by two hundred."""
    if not messages:
        return
    for _, body in messages:
        properties = pika.BasicProperties(delivery_mode=2)
        channel.basic_publish("", QUEUE, body, properties)
    channel.basic_qos(prefetch_count=FULL)
    for place, (method, _, _) in enumerate(channel.consume(QUEUE), 1):
        if place % FULL == 0 or place == len(messages):
            channel.basic_ack(method.delivery_tag, multiple=True)
        if place == len(messages):
            break
    channel.cancel()


def main() -> None:
    """Measure and print."""
    chunks = int(sys.argv[1]) if len(sys.argv) > 1 and sys.argv[1].isdigit() else CHUNKS
    count = chunks * FULL
    with (
        tempfile.TemporaryDirectory() as scratch,
        running_broker(Path(scratch) / "broker") as broker,
        running(Path(scratch) / "home", {"AMQP_URL": broker.url}) as platform,
        platform.store() as store,
    ):
        course = platform.demo["course_id"]
        class_id = rosters.open_class(platform.door("jiaowu"), course, 100_000, "大班")
        pushed = push_rows(platform, store, broker, class_id, chunks)
        bare = measure_baseline(Path(scratch), broker, pushed)
    per_row = pushed.commands.total() / count
    documents = sum(map(len, pushed.written.values()))
    print_row(
        "rows a second to the last receipt", f"{count / pushed.to_receipts:.0f}", ""
    )
    print_row(
        "  to the end of all", f"{count / pushed.to_end:.0f}", f"bar {LEAST_RATE}"
    )
    print_row("  baseline", f"{count / bare:.0f}", "")
    print_row("  over it", f"{bare / pushed.to_end:.2f}", f"bar {LEAST_RATIO}")
    print_row("documents a row", f"{documents / count:.1f}", "")
    print_row("commands of the store a row", f"{per_row:.2f}", f"bar {MOST_COMMANDS}")
    for name, number in pushed.commands.most_common(12):
        print_row(f"    {name}", f"{number / count:.3f}", "")
    held = per_row <= MOST_COMMANDS and bare / pushed.to_end >= LEAST_RATIO
    sys.exit(0 if held else 1)


if __name__ == "__main__":
    main()
