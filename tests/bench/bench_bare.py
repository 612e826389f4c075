"""Hearing without any database, against kombu, FastStream and Celery.

Run as `python -m tests.bench.bench_bare`. Our consumer decodes, checks each event
against its contract and hands batches to a handler that does nothing; its tables keep
nothing. A plain kombu consumer decodes and acknowledges each. FastStream and Celery
acknowledge the same event, each in a process of its own, from one quorum queue.
"""

import statistics
import sys
from collections.abc import Sequence
from functools import partial
from typing import cast

import kombu
import msgspec
from chassis.events.envelope import Envelope
from chassis.storage.collections import MessagingCollections

from tests.bench import bare_consumer
from tests.bench.bare_publisher import BarePublisher
from tests.bench.bench_hearing import consumed
from tests.bench.measuring import print_row
from tests.bench.peers.running import heard_by
from tests.bench.quorum import BATCH, SERVICE, Parts, event, running_parts
from tests.bench.ratios import Ratio, alternated

EVENTS, PEER_EVENTS, BAR = 20_000, 4_000, 1.0
PEERS = ("faststream", "celery")


class Nothing:
    """A collection that keeps nothing."""

    def find(self, *_: object) -> tuple[()]:
        return ()

    def bulk_write(self, *_: object, **__: object) -> None:
        return None

    def find_one(self, *_: object, **__: object) -> None:
        return None

    def update_one(self, *_: object, **__: object) -> None:
        return None

    def delete_one(self, *_: object, **__: object) -> None:
        return None

    def find_one_and_update(self, *_: object, **__: object) -> None:
        return None


class NoTables:
    """The tables of a service that has no database."""

    def __init__(self) -> None:
        self.inbox = self.held = self.replicas = Nothing()


def ignore(_: Sequence[Envelope]) -> None:
    """Does nothing with a batch."""


def ours(parts: Parts) -> float:
    """Events a second through the chassis."""
    parts.fill(EVENTS)
    return EVENTS / consumed(
        parts, cast(MessagingCollections, NoTables()), ignore, EVENTS
    )


def bare(parts: Parts) -> float:
    """Events a second through a plain kombu consumer."""
    parts.fill(EVENTS)
    return bare_consumer.one_by_one(parts.broker.url, SERVICE, EVENTS, lambda _: None)


def peer(parts: Parts, name: str) -> float:
    """Events a second through another framework."""
    url, queue = parts.broker.url, f"peer.{name}"
    body = msgspec.json.encode(event(0))
    with kombu.Connection(url) as connection:
        channel = connection.default_channel
        quorum = {"x-queue-type": "quorum"}
        kombu.Queue(queue, queue_arguments=quorum)(channel).declare()
        channel.queue_purge(queue)
    if name == "faststream":
        publisher = BarePublisher(url, exchange="", content_type="application/json")
        for _ in range(PEER_EVENTS // BATCH):
            publisher.publish([(queue, body)] * BATCH)
        publisher.close()
    return heard_by(name, url, queue, PEER_EVENTS, body)


def main() -> int:
    """Measure in turn; 1 when a bar is missed."""
    missed = 0
    with running_parts() as parts:
        over: dict[str, list[float]] = {}
        for name in PEERS:
            print(f"  over {name}")
            over[name] = alternated(partial(ours, parts), partial(peer, parts, name))
        print("  over kombu")
        ratios = alternated(partial(ours, parts), partial(bare, parts))
    for name, found in over.items():
        middle = statistics.median(found)
        missed += middle < BAR
        print_row(
            f"hearing without a database, over {name}", f"{middle:.2f}", "bar 1.0"
        )
    return Ratio("bare", ratios, BAR).tell() or min(missed, 1)


if __name__ == "__main__":
    sys.exit(main())
