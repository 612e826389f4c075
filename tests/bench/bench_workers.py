"""Two worker processes instead of one: processor time for each event, queues of each.

Run as `python -m tests.bench.bench_workers`. The backlog is there before they begin.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tests.bench.measuring import print_row
from tests.bench.quorum import Parts, cpu_of, running_parts
from tests.bench.ratios import Ratio, alternated
from tests.parts.process import wait_until

EVENTS, BAR, PATIENCE_SECONDS = 6_000, 1.1, 120

Process = subprocess.Popen[str]


@contextmanager
def workers(parts: Parts, count: int) -> Iterator[list[Process]]:
    """So many workers, ready to begin."""
    command = [sys.executable, "-m", "tests.bench.worker"]
    asked = [*command, parts.broker.url, str(parts.store.port)]
    pipe = subprocess.PIPE
    started = [
        subprocess.Popen(asked, stdin=pipe, stdout=pipe, text=True)
        for _ in range(count)
    ]
    try:
        for one in started:
            assert one.stdout
            assert one.stdout.readline() == "ready\n"
        yield started
    finally:
        for one in started:
            one.kill()
            one.communicate()


def cost(parts: Parts, count: int, shares: list[list[int]]) -> float:
    """Microseconds of the workers for each event; notes the queues of each."""
    database = parts.database()
    parts.fill(EVENTS)

    def all_heard() -> bool:
        return database["inbox"].count_documents({}) >= EVENTS

    with workers(parts, count) as started:
        before = sum(cpu_of(one.pid) for one in started)
        for one in started:
            assert one.stdin
            one.stdin.write("begin\n")
            one.stdin.flush()
        assert wait_until(all_heard, PATIENCE_SECONDS)
        used = sum(cpu_of(one.pid) for one in started) - before
        shares.append([int(one.communicate()[0].split()[-1]) for one in started])
    return 1e6 * used / EVENTS


def main() -> int:
    """Measure in turn; 1 when a bar is missed."""
    shares: list[list[int]] = []
    with running_parts() as parts:
        ratios = alternated(
            lambda: cost(parts, 2, shares), lambda: cost(parts, 1, []), unit="us"
        )
    for pair in shares:
        print_row("queues of each of two", f"{pair[0]} and {pair[1]}", "bar 8 and 8")
    told = Ratio("workers", ratios, BAR, at_most=True).tell()
    return told or int(any(pair != [8, 8] for pair in shares))


if __name__ == "__main__":
    sys.exit(main())
