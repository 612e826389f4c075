"""Whether time tells who has an account: codes asked for by known and unknown logins.

Run as `python -m tests.bench.bench_codes [TRIES]`. On a platform with its demo: so many
codes are asked for by phones that have an account and by such that have none, in turn,
each from a loopback network of its own. The bar is 5 ms between the medians.
"""

import http.client
import itertools
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

from tests.platform import rosters
from tests.platform.running import Platform, running, until

TRIES, PEOPLE = 1_000, 200
MOST_MILLISECONDS = 5.0
JSON = {"Content-Type": "application/json"}


def enrol_people(platform: Platform) -> list[str]:
    """The phones of people who have accounts by now."""
    rows = rosters.rows(PEOPLE, platform.demo["classes"]["open"], "dongcheng")
    officer = platform.door("dongcheng")
    rosters.put(officer, "codes.1", rows, "dongcheng")
    until(lambda: rosters.receipt(officer, "codes.1", "dongcheng"), 120)
    with platform.store() as store:
        accounts = store["gateway"]["accounts"]
        phones = [row["phone"] for row in rows]
        wanted = {"login": {"$in": phones}}
        until(lambda: accounts.count_documents(wanted) == PEOPLE, 120)
    return phones


def milliseconds_of(platform: Platform, login: str, number: int) -> float:
    """How long the answer to one request for a code takes."""
    source = f"127.{1 + (number >> 8)}.{number & 255}.1"
    address = urlsplit(platform.url)
    connection = http.client.HTTPConnection(
        address.hostname or "", address.port, source_address=(source, 0)
    )
    connection.connect()
    begun = time.perf_counter()
    body = json.dumps({"login": login})
    connection.request("POST", "/api/sign-in-codes", body, JSON)
    answer = connection.getresponse()
    answer.read()
    took = 1000 * (time.perf_counter() - begun)
    connection.close()
    assert answer.status == 202, answer.status
    return took


def measure(platform: Platform, tries: int) -> int:
    """Print both medians; 1 when the bar is missed."""
    known, numbers = enrol_people(platform), itertools.count(1)
    took: dict[str, list[float]] = {"known": [], "unknown": []}
    for turn in range(tries):
        pair = {"known": known[turn % PEOPLE], "unknown": f"139{turn:08d}"}
        for kind, login in pair.items():
            took[kind].append(milliseconds_of(platform, login, next(numbers)))
    medians = {kind: statistics.median(each) for kind, each in took.items()}
    apart = abs(medians["known"] - medians["unknown"])
    print(f"known {medians['known']:.1f} ms, unknown {medians['unknown']:.1f} ms")
    print(f"apart {apart:.2f} ms (bar {MOST_MILLISECONDS})")
    return int(apart > MOST_MILLISECONDS)


def main(tries: int = TRIES) -> None:
    """Run it once, on a platform of its own."""
    with running(Path(tempfile.mkdtemp()) / "home") as platform:
        sys.exit(measure(platform, tries))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
