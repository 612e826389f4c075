"""An officer's pages with 2,000 branches below, 20,000 rows and 100,000 enrolments.

Run as `python -m tests.bench.bench_officer [SECONDS]`. On the embedded default, 20
requests a second by an open loop on the same machine. Each page is asked by itself
first: its calls of services, its reads of the store, and what each process spends on
it; the processor says more than the clock where others work beside. The baseline of
the same run: the gateway's `/livez` by the same loop.
"""

import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import urllib3
from biyong.door import Door
from prometheus_client.parser import text_string_to_metric_families

from tests.bench.measuring import print_row
from tests.bench.officer_filling import BRANCH, ROSTER, ROWS, THIS_YEAR, Filling, Member
from tests.bench.open_loop import Answered, Asker, percentiles, run_open_loop
from tests.platform.rosters import open_class
from tests.platform.running import Platform, running, until

RATE, SECONDS, BASELINE_SECONDS, REST_SECONDS, ALONE = 20.0, 60.0, 10.0, 10.0, 20
CLASSES = 10
MOST_MILLISECONDS, MOST_CALLS, MOST_READS = 200.0, 8, 50
PARTS = ("gateway", "enrollment", "catalog", "store")
SERVICES = ("catalog", "enrollment", "media", "learning", "notify")
READS = ("find", "getMore", "aggregate", "count", "distinct")
PROBES = ("health.livez", "health.readyz", "health.metrics")
TICKS = os.sysconf("SC_CLK_TCK")
DEEP = 15_000
REPORT_SECONDS = 600.0
Page = tuple[str, str]


@dataclass(frozen=True)
class Spent:
    """What was spent until a moment: processor seconds by part, calls, reads."""

    at: float
    processor: dict[str, float]
    calls: float
    reads: float

    def since(self, before: "Spent") -> "Spent":
        """What was spent since a moment, and in how many seconds."""
        return Spent(
            self.at - before.at,
            {
                name: now - before.processor[name]
                for name, now in self.processor.items()
            },
            self.calls - before.calls,
            self.reads - before.reads,
        )

    def for_each(self, pages: int, rest: "Spent") -> "Spent":
        """For each of some pages, without what is spent at rest in that time; the
        processor in milliseconds."""
        share = self.at / rest.at
        return Spent(
            self.at / pages,
            {
                name: 1000 * (used - share * rest.processor[name]) / pages
                for name, used in self.processor.items()
            },
            (self.calls - share * rest.calls) / pages,
            (self.reads - share * rest.reads) / pages,
        )


def spent(platform: Platform) -> Spent:
    """What was spent until now."""
    with platform.store() as store:
        counts = store.admin.command("serverStatus")["commands"]
    reads = sum(n for said, n in counts.items() if said.split(" ")[0] in READS)
    return Spent(
        time.monotonic(),
        {name: processor_seconds(platform.pid(name)) for name in PARTS},
        sum(count_requests(platform.health(name)) for name in SERVICES),
        reads,
    )


def spent_at_rest(platform: Platform) -> Spent:
    """What is spent in a while in which nobody asks anything."""
    before = spent(platform)
    time.sleep(REST_SECONDS)
    return spent(platform).since(before)


def processor_seconds(pid: int) -> float:
    """What a process has used until now."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def count_requests(health: str) -> float:
    """What a service has answered until now, but for probes."""
    url = health.removesuffix("/readyz") + "/metrics"
    text = urllib3.request("GET", url).data.decode()
    return sum(
        sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == "biyong_http_requests_total"
        and sample.labels["endpoint"] not in PROBES
    )


def find_cursor(officer: Door, behind: int, outcome: str = "") -> str:
    """The cursor of the page behind so many rows."""
    path = ("enrollment", "branches", BRANCH, "rosters", ROSTER, "rows")
    after = ""
    for _ in range(behind // 200):
        page = officer.ask("GET", *path, after=after, limit="200", outcome=outcome)
        after = page["next"]
    return str(after)


def pages_of(officer: Door, course: str, class_id: str) -> list[Page]:
    """What an officer looks at, by name."""
    roster, some = f"/rosters/{BRANCH}/{ROSTER}", Member(ROWS * 3 // 4)
    deep, deep_taken = (
        find_cursor(officer, DEEP),
        find_cursor(officer, DEEP, "enrolled"),
    )
    return [
        ("home", "/"),
        ("rosters", "/rosters"),
        ("rosters of a branch", "/rosters?branch=u1234"),
        ("roster: what needs something", roster),
        ("all its rows", f"{roster}?show=all"),
        ("rows deep inside", f"{roster}?show=all&after={deep}"),
        ("rows of an outcome", f"{roster}?show=rejected"),
        ("the same, deep inside", f"{roster}?show=enrolled&after={deep_taken}"),
        ("search: a name", f"{roster}?search={quote(some.name)}"),
        ("search: a number", f"{roster}?search={some.member_no}"),
        ("search: a phone", f"{roster}?search={some.phone}"),
        ("search: nobody", f"{roster}?search={quote('欧阳')}"),
        ("search within an outcome", f"{roster}?show=rejected&search={quote('王')}"),
        ("a course", f"/courses/{course}"),
        ("a class", f"/classes/{class_id}"),
        ("people", "/api/enrollment/people?limit=50"),
        ("people of a branch", "/api/enrollment/people?branch=u1234&limit=50"),
        ("report of all", f"/reports/{THIS_YEAR}"),
        ("report of a branch", f"/reports/{THIS_YEAR}?branch=u1234"),
        ("matrix", "/matrix"),
        ("matrix of a branch", "/matrix?branch=u1234"),
    ]


def tell_report(officer: Door) -> None:
    """Ask for the report of all, and print how long the worker needs to make it."""
    year, began = str(THIS_YEAR), time.monotonic()

    def is_made() -> bool:
        return bool(officer.ask("GET", "learning", "reports", year=year)["made_at"])

    until(is_made, REPORT_SECONDS, every=0.5)
    took = time.monotonic() - began
    print_row("report of all, made by the worker, s", f"{took:.1f}", "")


def measure_alone(platform: Platform, asker: Asker, pages: Sequence[Page]) -> int:
    """Each page by itself; how many bars its calls and reads miss."""
    rest = spent_at_rest(platform)
    head = "".join(f"{name:>12}" for name in ("calls", "reads", "ms", *PARTS))
    print(f"{'alone':<32}{head}", flush=True)
    missed = 0
    for name, path in pages:
        asker.ask(path)
        before = spent(platform)
        for _ in range(ALONE):
            status, _ = asker.ask(path)
            assert status == 200, f"{path}: {status}"
        each = spent(platform).since(before).for_each(ALONE, rest)
        figures = [sum(each.processor.values()), *each.processor.values()]
        line = "".join(f"{figure:>12.1f}" for figure in figures)
        print(f"{name:<32}{each.calls:>12.1f}{each.reads:>12.1f}{line}", flush=True)
        missed += name == "home" and round(each.calls) > MOST_CALLS
        missed += name == "home" and round(each.reads) > MOST_READS
    return missed


def measure_loop(
    platform: Platform, asker: Asker, pages: Sequence[Page], seconds: float
) -> int:
    """All pages at the rate; how many miss the bar."""
    before = spent(platform)
    answers = run_open_loop(asker, pages, RATE, seconds)
    used = spent(platform).since(before)
    print(f"{'20 a second':<32}{'p50':>12}{'p95':>12}{'p99':>12}   ms")
    of_page: dict[str, list[Answered]] = {name: [] for name, _ in pages}
    for one in answers:
        of_page[one.name].append(one)
    missed = sum(tell(name, some) > MOST_MILLISECONDS for name, some in of_page.items())
    tell("all", answers)
    for name, processor in {
        **used.processor,
        "in all": sum(used.processor.values()),
    }.items():
        each = 1000 * processor / len(answers)
        print_row(f"processor for each page: {name}, ms", f"{each:.1f}", "")
    others = Counter(one.status for one in answers if one.status != 200)
    print_row("answers other than 200", f"{dict(others)}", "bar none")
    return missed + bool(others)


def tell(name: str, answers: Sequence[Answered]) -> float:
    """Print a line; p95."""
    p50, p95, p99 = percentiles(answers)
    print(f"{name:<32}{p50:>12.0f}{p95:>12.0f}{p99:>12.0f}", flush=True)
    return p95


def prepare(platform: Platform) -> tuple[Asker, list[Page]]:
    """Fill the platform; who asks, and for which pages."""
    staff, course = platform.door("jiaowu"), platform.demo["course_id"]
    classes = [
        open_class(staff, course, 50_000, f"大班第{number}期")
        for number in range(CLASSES)
    ]
    Filling(platform, classes, course).fill()
    officer = platform.door("shi")
    tell_report(officer)
    signed: dict[str, Any] = {"Authorization": f"Bearer {officer.token}"}
    return Asker(platform.url, signed), pages_of(officer, course, classes[0])


def main(seconds: float = SECONDS) -> int:
    """Measure and print; 1 when a bar is missed."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        platform = stack.enter_context(running(folder / "home"))
        asker, pages = prepare(platform)
        missed = measure_alone(platform, asker, pages)
        baseline = [("baseline: /livez", "/livez")]
        tell(baseline[0][0], run_open_loop(asker, baseline, RATE, BASELINE_SECONDS))
        missed += measure_loop(platform, asker, pages, seconds)
    print_row("bars missed", f"{missed}", f"p95 < {MOST_MILLISECONDS:.0f} ms")
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main(*map(float, sys.argv[1:2])))
