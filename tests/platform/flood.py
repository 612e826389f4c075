"""One branch that sends all it can, and another that sends a row now and then."""

import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from typing import Any

import pika
from biyong.amqp import EXCHANGE, OverAmqp
from biyong.door import Away

from tests.platform import rosters
from tests.platform.running import until

LARGE = b"x" * (16 * 1024 * 1024)
"""As much as RabbitMQ 4 takes unless it is told otherwise."""
FULL = 200


@dataclass
class Flood:
    """A branch's full chunks, one after the other as fast as the broker confirms, and
    between them messages of 16 MiB."""

    url: str
    branch: str
    password: str
    class_id: str
    chunks: int
    large: int
    keys: list[str] = field(default_factory=list)

    def send(self) -> None:
        """Send all of it."""
        with closing(OverAmqp(self.url, self.branch, self.password)) as carrier:
            self._send_over(carrier)

    def _send_over(self, carrier: OverAmqp) -> None:
        rows = rosters.rows(self.chunks * FULL, self.class_id)
        every = max(1, self.chunks // self.large) if self.large else 0
        for place in range(self.chunks):
            chunk = rows[place * FULL : (place + 1) * FULL]
            key = f"flood.{rows[0]['member_no']}.{place}"
            carrier.send(key, {"roster_id": "flood", "dry_run": False, "rows": chunk})
            self.keys.append(key)
            if every and place % every == 0:
                self._send_large(carrier.user)

    def _send_large(self, user: str) -> None:
        properties = pika.BasicProperties(user_id=user, delivery_mode=2)
        key = f"branch.{self.branch}.roster"
        with pika.BlockingConnection(pika.URLParameters(self.url)) as connection:
            channel = connection.channel()
            channel.confirm_delivery()
            channel.basic_publish(EXCHANGE, key, LARGE, properties)


def waits(
    url: str, branch: str, password: str, class_id: str
) -> Generator[float, None, None]:
    """Seconds from sending one row to its receipt, again and again."""
    with closing(OverAmqp(url, branch, password)) as carrier:
        for row in _single_rows(class_id):
            key = f"one.{row['member_no']}"
            began = time.monotonic()
            carrier.send(key, {"roster_id": "one", "dry_run": False, "rows": [row]})
            waiting = {key}
            until(lambda waiting=waiting: _has_come(carrier, waiting), 120)
            yield time.monotonic() - began


def _has_come(carrier: OverAmqp, waiting: set[str]) -> bool:
    """The branch's queue comes with its first chunk."""
    with suppress(Away):
        for answer in carrier.receipts(waiting):
            waiting.discard(answer.key)
    return not waiting


def _single_rows(class_id: str) -> Iterator[dict[str, Any]]:
    while True:
        yield from rosters.rows(50, class_id)


def flooded(
    flood: Flood, others: Generator[float, None, None], enough: Callable[[int], bool]
) -> list[float]:
    """The others' seconds while the flood comes and is decided, until `enough` say."""
    sending = threading.Thread(target=flood.send)
    sending.start()
    taken: list[float] = []
    try:
        while not enough(len(taken)):
            taken.append(next(others))
    finally:
        sending.join()
        others.close()
    return taken


def percentile(taken: list[float], share: float) -> float:
    """The value below which this share of them lies."""
    ordered = sorted(taken)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
