"""The least a correct consumer does: kombu on the same queues, prefetch 200."""

import time
from collections.abc import Callable, Sequence
from typing import Any

import kombu
import msgspec
from chassis.broker import topology

PREFETCH, PATIENCE_SECONDS = 200, 30.0

Work = Callable[[Sequence[dict[str, Any]]], None]


def one_by_one(url: str, service: str, count: int, work: Work) -> float:
    """Events a second: each decoded, worked on and acknowledged as it comes."""
    done = 0

    def take(message: kombu.Message) -> None:
        nonlocal done
        work([msgspec.json.decode(message.body)])
        message.ack()
        done += 1

    return _rate(url, service, count, take, lambda: done)


def by_batch(url: str, service: str, count: int, work: Work) -> float:
    """Events a second: decoded, worked on by 200, acknowledged at once."""
    waiting: list[kombu.Message] = []
    done = 0

    def take(message: kombu.Message) -> None:
        nonlocal done
        waiting.append(message)
        if len(waiting) == PREFETCH or done + len(waiting) == count:
            work([msgspec.json.decode(one.body) for one in waiting])
            waiting[-1].ack(multiple=True)
            done += len(waiting)
            waiting.clear()

    return _rate(url, service, count, take, lambda: done)


def _rate(
    url: str,
    service: str,
    count: int,
    take: Callable[[kombu.Message], None],
    done: Callable[[], int],
) -> float:
    queues = [kombu.Queue(q, no_declare=True) for q in topology.queues_of(service)]
    begun = time.perf_counter()
    with (
        kombu.Connection(url) as connection,
        kombu.Consumer(
            connection.channel(), queues, on_message=take, prefetch_count=PREFETCH
        ),
    ):
        while done() < count:
            connection.drain_events(timeout=PATIENCE_SECONDS)
        return count / (time.perf_counter() - begun)
