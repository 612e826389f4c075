"""How soon everybody whom a branch enrols can get in, without an address.

Run as `python -m tests.bench.bench_reach [PEOPLE]`. On a platform with its demo so many
people with a phone alone are enrolled in chunks of 200. For each, the time from the
chunk's receipt until the account is there that a code or a sheet opens. The bar is a
minute at p95.
"""

import statistics
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from biyong.door import Door

from tests.platform import rosters
from tests.platform.running import Platform, running, until

PEOPLE, CHUNK = 10_000, 200
MOST_SECONDS = 60.0
BRANCH = "dongcheng"


class Reached:
    """When each person's account was first seen, by phone."""

    def __init__(self, platform: Platform, phones: set[str]) -> None:
        self.platform, self.missing = platform, set(phones)
        self.seen: dict[str, float] = {}

    def watch(self) -> None:
        """Look until all are there."""
        with self.platform.store() as store:
            accounts = store["gateway"]["accounts"]
            while self.missing:
                wanted = sorted(self.missing)[:500]
                found = accounts.find({"login": {"$in": wanted}}, {"login": 1})
                there = {row["login"] for row in found}
                now = time.perf_counter()
                self.seen |= dict.fromkeys(there, now)
                self.missing -= there
                if not there:
                    time.sleep(0.2)


def send_chunk(officer: Door, number: int, rows: list[dict[str, Any]]) -> float:
    """When the receipt of a chunk was there."""
    key = f"reach.{number}"
    rosters.put(officer, key, rows, BRANCH)
    until(lambda: rosters.receipt(officer, key, BRANCH), 300)
    return time.perf_counter()


def measure(platform: Platform, people: int) -> int:
    """Print the seconds; 1 when the bar is missed."""
    staff, officer = platform.door("jiaowu"), platform.door(BRANCH)
    class_id = rosters.open_class(
        staff, platform.demo["course_id"], people, "都进得来班"
    )
    rows = rosters.rows(people, class_id, BRANCH)
    chunks = [rows[at : at + CHUNK] for at in range(0, people, CHUNK)]
    reached = Reached(platform, {row["phone"] for row in rows})
    watching = threading.Thread(target=reached.watch)
    watching.start()
    with ThreadPoolExecutor(2) as sending:
        receipts = list(
            sending.map(lambda each: send_chunk(officer, *each), enumerate(chunks))
        )
    watching.join(600)
    took = sorted(
        max(0.0, reached.seen.get(row["phone"], float("inf")) - at)
        for at, chunk in zip(receipts, chunks, strict=True)
        for row in chunk
    )
    p95 = took[int(0.95 * len(took))]
    print(f"{people} people, {sum(t < float('inf') for t in took)} reached")
    print(f"median {statistics.median(took):.1f} s, p95 {p95:.1f}, last {took[-1]:.1f}")
    return int(p95 > MOST_SECONDS)


def main(people: int = PEOPLE) -> None:
    """Run it once, on a platform of its own."""
    with running(Path(tempfile.mkdtemp()) / "home") as platform:
        sys.exit(measure(platform, people))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
