"""The least a correct consumer does: kombu on the same queues, prefetch 200."""

import json
import time
from collections.abc import Callable, Sequence
from typing import Any

import kombu
from chassis.messaging import topology

PREFETCH, PATIENCE_SECONDS = 200, 30.0

Work = Callable[[Sequence[dict[str, Any]]], None]


def by_batch(url: str, service: str, count: int, work: Work) -> float:
    """Events a second: decoded, worked on by up to 200, acknowledged at once."""
    waiting: list[kombu.Message] = []

    def finish() -> None:
        batch = waiting[:PREFETCH]
        del waiting[:PREFETCH]
        work([json.loads(message.body) for message in batch])
        batch[-1].ack(multiple=True)

    return _heard(url, service, count, waiting, finish)


def one_by_one(url: str, service: str, count: int, work: Work) -> float:
    """Events a second: each decoded, worked on and acknowledged alone."""
    waiting: list[kombu.Message] = []

    def finish() -> None:
        message = waiting.pop(0)
        work([json.loads(message.body)])
        message.ack()

    return _heard(url, service, count, waiting, finish)


def _heard(
    url: str,
    service: str,
    count: int,
    waiting: list[kombu.Message],
    finish: Callable[[], None],
) -> float:
    arrived = 0

    def take(message: kombu.Message) -> None:
        nonlocal arrived
        arrived += 1
        waiting.append(message)

    with kombu.Connection(url) as connection:
        queues = [kombu.Queue(q, no_declare=True) for q in topology.queues_of(service)]
        with kombu.Consumer(
            connection.channel(), queues, on_message=take, prefetch_count=PREFETCH
        ):
            begun = time.perf_counter()
            done = 0
            while done < count:
                while len(waiting) < PREFETCH and arrived < count:
                    connection.drain_events(timeout=PATIENCE_SECONDS)
                before = len(waiting)
                finish()
                done += before - len(waiting)
            return count / (time.perf_counter() - begun)
