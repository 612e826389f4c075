"""Clients that ask for events at a steady rate, and keep the ledger."""

import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import urllib3

from tests.chaos.ledger import Ledger, Write
from tests.platform.running import until

CLIENTS = 8
MOST_PIECES = 4
PATIENCE_SECONDS = 45.0
AFTER_REFUSAL_SECONDS = 0.1
READS = 0.25
FLOOD = "flood"
"""What follows the prefix in the keys of a branch that asks for too much."""


@dataclass(frozen=True)
class Demand:
    """How much is asked for: events a second, spread over so many keys."""

    prefix: str
    rate: float
    keys: int


class Load:
    """Running clients of one demand."""

    def __init__(self, url: str, demand: Demand, ledger: Ledger) -> None:
        self.url, self.demand, self.ledger = url, demand, ledger
        self.stop = threading.Event()
        self.lock = threading.Lock()
        self.next_at, self.sent = time.monotonic(), 0
        self.reads, self.unanswered = 0, 0
        self.http = urllib3.PoolManager(
            maxsize=CLIENTS, retries=False, timeout=PATIENCE_SECONDS
        )
        self.threads = [threading.Thread(target=self._ask) for _ in range(CLIENTS)]

    def await_events(self, count: int, seconds: float) -> None:
        """Until so many more events have been acknowledged."""
        wanted = self.ledger.events + count
        until(lambda: self.ledger.events >= wanted, seconds, every=0.02)

    def _ask(self) -> None:
        while not self.stop.wait(self._pause()):
            write = self._next()
            if not self._send(write):
                self.stop.wait(AFTER_REFUSAL_SECONDS)
            elif random.random() < READS:
                self._read(write.key)

    def _pause(self) -> float:
        """Seconds until this client's turn; late turns are not made up for."""
        with self.lock:
            mean = (1 + MOST_PIECES) / 2 / self.demand.rate
            self.next_at = max(self.next_at, time.monotonic() - 1) + mean
            return max(0.0, self.next_at - time.monotonic())

    def _next(self) -> Write:
        with self.lock:
            self.sent += 1
            number = self.sent
        key = f"{self.demand.prefix}.{random.randrange(self.demand.keys)}"
        token = f"{self.demand.prefix}.t{number}"
        return Write(token, key, random.randint(1, MOST_PIECES))

    def _send(self, write: Write) -> bool:
        """Whether it was acknowledged. What was not is never asked for again."""
        self.ledger.asked(write)
        began = time.monotonic()
        try:
            said = self.http.request(
                "POST",
                f"{self.url}/watchings/{write.key}",
                json={"token": write.token, "pieces": write.pieces},
            )
        except urllib3.exceptions.HTTPError:
            return False
        if said.status != 201:
            return False
        self.ledger.acknowledged(write, time.monotonic() - began)
        return True

    def _read(self, key: str) -> None:
        self.reads += 1
        try:
            said = self.http.request("GET", f"{self.url}/watchings/{key}")
        except urllib3.exceptions.HTTPError:
            self.unanswered += 1
        else:
            self.unanswered += said.status != 200


@contextmanager
def running_load(url: str, demand: Demand, ledger: Ledger) -> Iterator[Load]:
    """Clients at work; at the end all have had their last answer."""
    load = Load(url, demand, ledger)
    for thread in load.threads:
        thread.start()
    try:
        yield load
    finally:
        load.stop.set()
        for thread in load.threads:
            thread.join()
        load.http.clear()
