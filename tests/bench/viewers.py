"""Simulated viewers: what each fetches and reports, and when it would have stalled."""

import heapq
import http.client
import json
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

REPORT_EVERY = 5.0
AHEAD_SECONDS = 6.0
"""A segment is fetched so long before it is played. The page's player keeps more."""
THREADS = 48
LOOK_SECONDS = 0.005
TIMEOUT_SECONDS = 30
Step = Callable[[], float | None]
"""One thing that a viewer does; the seconds until it is due again, or None."""


class Lines:
    """Connections to one site, one for each thread, kept."""

    def __init__(self, url: str) -> None:
        at = urlsplit(url)
        self.place, self.kept = (at.hostname or "", at.port), threading.local()

    def ask(self, method: str, path: str, token: str, body: object) -> tuple[int, Any]:
        """Status (0: none), and what was answered: the size of bytes, or JSON."""
        line = getattr(self.kept, "line", None)
        if line is None:
            line = http.client.HTTPConnection(*self.place, timeout=TIMEOUT_SECONDS)
            self.kept.line = line
        headers = {"Authorization": f"Bearer {token}"}
        sent = None if body is None else json.dumps(body)
        if sent is not None:
            headers["Content-Type"] = "application/json"
        try:
            line.request(method, path, sent, headers)
            answer = line.getresponse()
            data = answer.read()
        except (http.client.HTTPException, OSError):
            line.close()
            return 0, None
        is_json = "json" in (answer.headers["Content-Type"] or "")
        return answer.status, json.loads(data) if is_json else len(data)


@dataclass
class Viewer:
    """Plays a granted lecture at its speed from `begins` on, by the monotonic clock."""

    lines: Lines
    token: str
    ticket: dict[str, Any]
    begins: float
    ends: float
    segments: list[float] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    reports: list[float] = field(default_factory=list)
    stalls: int = 0
    failed: list[int] = field(default_factory=list)
    counted_to: float = 0.0

    def steps(self) -> list[tuple[float, Step]]:
        """What it does, and when first."""
        return [
            (self.begins, self._fetch_next),
            (self.begins + REPORT_EVERY, self._report),
        ]

    def tell(self, what: str, body: dict[str, Any]) -> tuple[int, Any]:
        """Tell media a start or a report."""
        ticket = self.ticket
        path = f"/api/media/lectures/{ticket['lecture_id']}/{ticket['edition']}/{what}"
        said = {"player": "bench", "token": ticket["token"], **body}
        return self.lines.ask("POST", path, self.token, said)

    def _fetch_next(self) -> float | None:
        """The next segment: due when it is played, less what players keep ahead."""
        number, long = len(self.segments), self.ticket["segment_seconds"]
        due = self.begins + number * long
        name = f"{self.ticket['renditions'][-1]}_{number:05d}.m4s"
        path = f"{self.ticket['prefix']}/{name}"
        status, size = self.lines.ask("GET", path, self.token, None)
        took = time.monotonic() - due
        self.segments.append(took)
        self.stalls += took > AHEAD_SECONDS or status != 200
        if status == 200:
            self.sizes.append(size)
        else:
            self.failed.append(status)
        following = due + long
        is_over = following >= self.ends
        return None if is_over else following

    def _report(self) -> float | None:
        """What was played since what counts."""
        due = self.begins + REPORT_EVERY * (len(self.reports) + 1)
        played = {"start": self.counted_to, "end": due - self.begins, "speed": 1.0}
        status, said = self.tell("reports", played)
        self.reports.append(time.monotonic() - due)
        if status == 200:
            self.counted_to = max(self.counted_to, said["counted_to"])
        else:
            self.failed.append(status)
        following = due + REPORT_EVERY
        return None if following > self.ends else following


def play(viewers: Sequence[Viewer]) -> None:
    """Let them play to their ends, each step when it is due."""
    due = [
        (at, number, step)
        for number, (at, step) in enumerate(s for v in viewers for s in v.steps())
    ]
    heapq.heapify(due)
    running: dict[Future[float | None], tuple[int, Step]] = {}
    with (
        ThreadPoolExecutor(THREADS) as reporting,
        ThreadPoolExecutor(THREADS) as fetching,  # as browsers do, beside reports
    ):
        while due or running:
            now = time.monotonic()
            while due and due[0][0] <= now:
                _, number, step = heapq.heappop(due)
                some = reporting if number % 2 else fetching  # as steps() has them
                running[some.submit(step)] = (number, step)
            for future in [f for f in running if f.done()]:
                number, step = running.pop(future)
                again = future.result()
                if again is not None:
                    heapq.heappush(due, (again, number, step))
            time.sleep(LOOK_SECONDS)
