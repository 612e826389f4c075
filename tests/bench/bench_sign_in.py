"""What guessing passwords costs the gateway and those who are signed in.

Run as `python -m tests.bench.bench_sign_in`. For a minute 24 clients, each from an
address of its own (127.0.0.x), try passwords on logins; beside them one asks /livez and
one, signed in, reads a page. The bars are issue 10's; both are read at rest too, since
on a machine that others share the difference tells more.
"""

import http.client
import json
import multiprocessing
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

from biyong.door import Door
from biyong.home import home_of

from tests.bench.measuring import memory_mib, print_row
from tests.platform.running import Platform, running

CLIENTS, SECONDS, REST_SECONDS = 24, 60.0, 10.0
PAUSE_SECONDS = 0.1
"""How often those beside look: some six hundred readings each."""
MOST_MIB, LIVEZ_P99, PAGE_P95 = 100.0, 100.0, 300.0


Waits = dict[str, list[float]]


def guess(url: str, number: int, until: float) -> Counter[int]:
    """Try passwords from an address of one's own; how often each status came."""
    statuses: Counter[int] = Counter()
    at = urlsplit(url)
    source = (f"127.0.0.{100 + number}", 0)
    line = http.client.HTTPConnection(
        at.hostname or "", at.port, timeout=30, source_address=source
    )
    tries = 0
    while time.monotonic() < until:
        tries += 1
        login = f"13{number:02d}{tries % 1000:07d}"
        body = json.dumps({"login": login, "password": f"guess-{tries}"})
        head = {"Content-Type": "application/json"}
        line.request("POST", "/api/session", body, head)
        answer = line.getresponse()
        answer.read()
        statuses[answer.status] += 1
    line.close()
    return statuses


def guess_all(url: str, seconds: float) -> Counter[int]:
    """All clients at once, in a process of their own."""
    until = time.monotonic() + seconds
    with ThreadPoolExecutor(CLIENTS) as pool:
        found = pool.map(lambda number: guess(url, number, until), range(CLIENTS))
    return sum(found, Counter())


def watched(door: Door, seconds: float) -> Waits:
    """How long /livez and a page took, the shortest first."""
    asked = {
        "/livez": {},
        "/courses": {"Authorization": f"Bearer {door.token}", "Accept": "text/html"},
    }
    found: Waits = {}

    def watch(path: str, head: dict[str, str]) -> None:
        until, took = time.monotonic() + seconds, []
        while time.monotonic() < until:
            began = time.monotonic()
            got = door.pool.request("GET", door.url + path, headers=head)
            assert got.status == 200
            took.append(time.monotonic() - began)
            time.sleep(PAUSE_SECONDS)
        found[path] = sorted(took)

    threads = [threading.Thread(target=watch, args=one) for one in asked.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def part(took: list[float], share: float) -> float:
    """The reading below which this share of all lie, in ms."""
    return 1e3 * took[min(len(took) - 1, int(len(took) * share))]


def measured(platform: Platform) -> tuple[float, Waits, Waits, Counter[int]]:
    """Memory growth in MiB, waits at rest and while others guess, what guesses met."""
    operator = Door(platform.url)
    home = home_of({"BIYONG_HOME": str(platform.home)})
    operator.sign_in("operator", home.secret("operator"))
    at_rest = watched(operator, REST_SECONDS)
    before = memory_mib(platform.pid("gateway"))
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        guessing = pool.apply_async(guess_all, (platform.url, SECONDS))
        beside = watched(operator, SECONDS)
        statuses = guessing.get(timeout=60)
    return memory_mib(platform.pid("gateway")) - before, at_rest, beside, statuses


def main() -> int:
    """Measure once; 1 when a bar is missed."""
    with (
        tempfile.TemporaryDirectory() as folder,
        running(Path(folder) / "home", demo=False) as platform,
    ):
        grown, at_rest, beside, statuses = measured(platform)
    livez, page = part(beside["/livez"], 0.99), part(beside["/courses"], 0.95)
    rows = (
        ("gateway's memory grew by, MiB", grown, MOST_MIB),
        ("/livez p99, ms", livez, LIVEZ_P99),
        ("a signed-in page p95, ms", page, PAGE_P95),
    )
    for name, figure, bar in rows:
        print_row(name, f"{figure:.0f}", f"<= {bar:.0f}")
    print_row("/livez p99 at rest, ms", f"{part(at_rest['/livez'], 0.99):.0f}", "")
    print_row("a page p95 at rest, ms", f"{part(at_rest['/courses'], 0.95):.0f}", "")
    print_row("guesses by status", str(dict(sorted(statuses.items()))), "")
    return int(any(figure > bar for _, figure, bar in rows))


if __name__ == "__main__":
    sys.exit(main())
