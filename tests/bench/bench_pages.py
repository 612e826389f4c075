"""What a visitor's catalogue page costs, and a read through the gateway.

Run as `python -m tests.bench.bench_pages`. On a platform with its demo: processor time
of gateway, catalog and store together for each answer, for some visitors who ask side
by side; of an API read beside the same read asked of the catalogue itself.
"""

import http.client
import json
import os
import statistics
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

from biyong.home import home_of
from chassis.http.auth import Signer

from tests.bench.ratios import ROUNDS, Ratio, alternated
from tests.platform.running import Platform, running

ANSWERS, VISITORS = 200, 4
PAGE, READ = "/courses", "/courses?limit=20"
MOST_MILLISECONDS = 19 / 3
"""A third of what it cost while every visitor's page asked for everything."""
MOST_PROXIED = 1.5
PARTS = ("gateway", "catalog", "store")
TICKS = os.sysconf("SC_CLK_TCK")
Headers = dict[str, str]


def processor_seconds(platform: Platform) -> float:
    """What the parts that a page needs have used until now."""
    ticks = 0
    for name in PARTS:
        stat = Path(f"/proc/{platform.pid(name)}/stat").read_text()
        fields = stat.rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / TICKS


def ask_often(url: str, path: str, headers: Headers, answers: int) -> None:
    """One visitor, on one connection."""
    address = urlsplit(url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port)
    for _ in range(answers):
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200, answer.status
    connection.close()


def ask_together(url: str, path: str, headers: Headers, answers: int) -> None:
    """So many answers to some visitors side by side."""
    each = answers // VISITORS
    with ThreadPoolExecutor(VISITORS) as visitors:
        asked = [
            visitors.submit(ask_often, url, path, headers, each)
            for _ in range(VISITORS)
        ]
        for visitor in asked:
            visitor.result()


def cost_of(platform: Platform, url: str, path: str, headers: Headers) -> float:
    """Milliseconds of processor for each answer."""
    before = processor_seconds(platform)
    ask_together(url, path, headers, ANSWERS)
    return 1000 * (processor_seconds(platform) - before) / ANSWERS


def measure_page(platform: Platform) -> int:
    """The catalogue page as visitors get it; 1 when the bar is missed."""
    costs = [cost_of(platform, platform.url, PAGE, {}) for _ in range(ROUNDS + 1)][1:]
    middle = statistics.median(costs)
    said = {"name": "page ms", "figure": round(middle, 2), "bar": MOST_MILLISECONDS}
    print(json.dumps(said), flush=True)
    return int(middle > MOST_MILLISECONDS)


def measure_read(platform: Platform) -> int:
    """A read through the gateway to the same read without it."""
    catalog = platform.health("catalog").removesuffix("/readyz")
    key = home_of({"BIYONG_HOME": str(platform.home)}).key_file("gateway")
    token = Signer("gateway", key).sign_token("catalog", roles=frozenset({"visitor"}))
    signed = {"Authorization": f"Bearer {token}"}
    ratios = alternated(
        lambda: cost_of(platform, platform.url, f"/api/catalog{READ}", {}),
        lambda: cost_of(platform, catalog, READ, signed),
        unit="ms",
    )
    return Ratio("proxied read", ratios, MOST_PROXIED, at_most=True).tell()


def main() -> int:
    """Measure both; 1 when a bar is missed."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        platform = stack.enter_context(running(folder / "home"))
        return max(measure_page(platform), measure_read(platform))


if __name__ == "__main__":
    sys.exit(main())
