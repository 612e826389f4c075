"""500 people who watch through the edge, each with a report every five seconds.

Run as `python -m tests.bench.bench_viewers [PEOPLE]`. A platform with its edge, its
feed and a real bucket, and whoever plays, all on this machine. People are enrolled by
roster; sessions are laid into the store, for signing in is another bench's. They begin
over one report's time, fetch a segment when it is a segment's length from being played,
and play for two minutes. A stall is a segment that came after it was to be played, or
not at all; a segment's time counts from when it was due.
"""

import os
import statistics
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from biyong.door import Door
from gateway.identity.login_sessions import Begun, LoginSessions
from gateway.identity.sign_in import TERM

from tests.bench import edge_servers, own_network
from tests.bench.measuring import print_row
from tests.bench.viewers import REPORT_EVERY, Lines, Viewer, play
from tests.platform import chain, rosters
from tests.platform.edge import Edged, running_edged
from tests.platform.running import until

PEOPLE, CHUNK, SECONDS = 500, 100, 120
MOST_P99_MS = 500.0
BRANCH = "dongcheng"
LEAD_SECONDS = 5.0
"""Between the last preparation and the first fetch."""


def enrol(edged: Edged, class_id: str, people: int) -> list[str]:
    """Enrol so many; their phones, once each has an account."""
    officer = edged.platform.door(BRANCH)
    rows = rosters.rows(people, class_id, BRANCH)
    for at in range(0, people, CHUNK):
        key = f"viewers.{at}"
        rosters.put(officer, key, rows[at : at + CHUNK], BRANCH)
        until(lambda key=key: rosters.receipt(officer, key, BRANCH), 300)
    return [row["phone"] for row in rows]


def lay_sessions(edged: Edged, phones: list[str]) -> list[str]:
    """A session's token for each account."""
    with edged.platform.store() as store:
        accounts = store["gateway"]["accounts"]

        def all_there() -> list[dict[str, Any]]:
            found = list(accounts.find({"login": {"$in": phones}}))
            return found if len(found) == len(phones) else []

        sessions = LoginSessions(store["gateway"])
        return [
            sessions.create_session(
                Begun(row["_id"], row.get("epoch", 0), TERM, "", "bench")
            )[0]
            for row in until(all_there, 300)
        ]


def prepare(edged: Edged, folder: Path, people: int) -> list[Viewer]:
    """Viewers with grants whose players have begun."""
    course = chain.publish_course(edged.platform, folder, people, SECONDS + 10)
    lines = Lines(edged.edge.url)

    def begin(token: str) -> Viewer:
        door = Door(edged.platform.url)
        door.token = token
        return Viewer(lines, token, chain.grant(door, course.lecture_id), 0.0, 0.0)

    tokens = lay_sessions(edged, enrol(edged, course.class_id, people))
    with ThreadPoolExecutor(4) as some:
        viewers = list(some.map(begin, tokens))
    for viewer in viewers:
        status, said = viewer.tell("starts", {})
        assert status == 200, said
    return viewers


def tell(viewers: list[Viewer]) -> int:
    """Print what became of them; how many bars are missed."""
    segments = sorted(1000 * took for v in viewers for took in v.segments)
    reports = sorted(1000 * took for v in viewers for took in v.reports)
    sizes = [size for v in viewers for size in v.sizes]
    stalls = sum(v.stalls for v in viewers)
    failed = [status for v in viewers for status in v.failed]
    p99 = segments[int(0.99 * len(segments))]
    size = statistics.mean(sizes) / 1000 if sizes else 0.0
    print_row("viewers, minutes", f"{len(viewers)}, {SECONDS / 60:.0f}", "")
    print_row("segments, of kB each", f"{len(segments)}, {size:.0f}", "")
    print_row("segment ms p50", f"{statistics.median(segments):.0f}", "")
    print_row("segment ms p99", f"{p99:.0f}", f"< {MOST_P99_MS:.0f}")
    print_row("stalls", str(stalls), "0")
    print_row("reports", str(len(reports)), "")
    late = f"{statistics.median(reports):.0f}, {reports[int(0.99 * len(reports))]:.0f}"
    print_row("report ms p50, p99", late, "")
    counted = statistics.mean(v.counted_to for v in viewers) / SECONDS
    print_row("of what was played counts at its end", f"{counted:.2f}", "")
    print_row("refused or unanswered", f"{len(failed)} {sorted(set(failed))}", "")
    print_row("load of the machine", f"{os.getloadavg()[0]:.0f}", "")
    return int(p99 >= MOST_P99_MS) + int(stalls > 0)


def main(people: int = PEOPLE) -> int:
    """Run it once, on a platform of its own; 1 when a bar is missed."""
    edge_servers.install()
    if own_network.is_to_be_made():
        return own_network.run_inside("tests.bench.bench_viewers", str(people))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with running_edged(folder / "edged") as edged:
            viewers = prepare(edged, folder, people)
            begins = time.monotonic() + LEAD_SECONDS
            for place, viewer in enumerate(viewers):
                viewer.begins = begins + REPORT_EVERY * place / people
                viewer.ends = viewer.begins + SECONDS
            play(viewers)
            return min(tell(viewers), 1)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:2])))
