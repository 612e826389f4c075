"""An open-loop generator: requests begin when they are due, whatever became of others.

Time counts from the moment that a request was due, so that whoever waited for a thread
or behind slow answers is not left out.
"""

import http.client
import statistics
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urlsplit

THREADS = 64
"""More than three seconds of requests: none waits here while answers take less."""


@dataclass(frozen=True)
class Answered:
    """A request by the name of its page, and the seconds until it was answered."""

    name: str
    status: int
    seconds: float


class Asker:
    """Asks one address, on a connection kept by each thread."""

    def __init__(self, url: str, headers: Mapping[str, str]) -> None:
        address = urlsplit(url)
        self.place = (address.hostname or "", address.port)
        self.headers, self.kept = headers, threading.local()

    def ask(self, path: str) -> tuple[int, bytes]:
        """Status and body."""
        connection = getattr(self.kept, "connection", None)
        if connection is None:
            connection = http.client.HTTPConnection(*self.place, timeout=60)
            self.kept.connection = connection
        try:
            connection.request("GET", path, headers=dict(self.headers))
            answer = connection.getresponse()
            return answer.status, answer.read()
        except (http.client.HTTPException, ConnectionError):
            connection.close()
            self.kept.connection = None
            return 0, b""


def run_open_loop(
    asker: Asker, pages: Sequence[tuple[str, str]], rate: float, seconds: float
) -> list[Answered]:
    """The pages in turn, so many a second for so long; what became of each request."""
    begun = time.perf_counter() + 0.1
    count = int(rate * seconds)

    def ask(number: int) -> Answered:
        name, path = pages[number % len(pages)]
        status, _ = asker.ask(path)
        took = time.perf_counter() - (begun + number / rate)
        return Answered(name, status, took)

    with ThreadPoolExecutor(THREADS) as threads:
        asked = []
        for number in range(count):
            time.sleep(max(0.0, begun + number / rate - time.perf_counter()))
            asked.append(threads.submit(ask, number))
        return [one.result() for one in asked]


def percentiles(answers: Sequence[Answered]) -> tuple[float, float, float]:
    """p50, p95 and p99 in milliseconds."""
    times = [1000 * one.seconds for one in answers]
    cuts = statistics.quantiles(times, n=100, method="inclusive")
    return cuts[49], cuts[94], cuts[98]
