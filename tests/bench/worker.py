"""A process that hears: `python -m tests.bench.worker BUS STORE_PORT`.

Says `ready`, begins at a line on its input, ends with its input, and then says how
many partitions it had events of.
"""

import sys
import threading
from collections.abc import Sequence
from typing import Any

from chassis.broker import topology
from chassis.broker.rabbitmq.transport import RabbitTransport
from chassis.events.envelope import Envelope
from chassis.inbox.consumer import Consumer
from chassis.storage.collections import MessagingCollections
from pymongo import MongoClient

from tests.bench.bench_hearing import put
from tests.bench.quorum import SERVICE, TYPE


def main(bus: str, port: int) -> None:
    """Hear until the input ends."""
    client = MongoClient[dict[str, Any]]("127.0.0.1", port, directConnection=True)
    database, partitions = client[SERVICE], set[int]()

    def handle(events: Sequence[Envelope]) -> None:
        put(database["effects"], [event.partitionkey for event in events])
        partitions.update(topology.partition_of(event.partitionkey) for event in events)

    consumer = Consumer(
        SERVICE, {TYPE: handle}, MessagingCollections(database), RabbitTransport(bus)
    )
    print("ready", flush=True)
    sys.stdin.readline()
    stop = threading.Event()
    hearing = threading.Thread(target=consumer.run, args=(stop,))
    hearing.start()
    sys.stdin.read()
    stop.set()
    hearing.join()
    print(len(partitions), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
