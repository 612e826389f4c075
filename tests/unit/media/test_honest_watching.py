"""Honest viewers on a simulated clock: every second they see counts, none is refused.

They play at rates that change, seek, pause, sleep, lose the line, and their reports
come late, doubled and in any order, through the real use cases. A hundred hours.
"""

import random
from dataclasses import dataclass, field

from media.domain.intervals import (
    Interval,
    join_intervals,
    subtract_covered,
    total_seconds,
)
from media.domain.stream import Grant
from media.domain.watch import (
    ALREADY,
    NOT_FETCHED,
    SETTLED,
    TIME_NOT_PASSED,
    Report,
    WatchRecord,
)
from media.usecases.note_served import note_served
from media.usecases.report_watching import ReportWatching
from media.usecases.start_watching import Start, StartWatching

from tests.unit.media.fakes import Clock, Seats, WatchingInMemory

HOURS, LECTURE_SECONDS = 100, 3000.0
REPORT_SECONDS, LONGEST_CUT = 5.0, 540.0
GRANT = Grant(2_000_000_000, "session", "p", "l", 1)
NEVER_FALSE = {SETTLED, ALREADY, TIME_NOT_PASSED, NOT_FETCHED}


@dataclass
class Played:
    """A stretch that waits to be reported, and when its end was played."""

    start: float
    end: float
    speed: float
    at: float


@dataclass
class HonestViewer:
    """Plays one lecture through as people do, and keeps what is not answered."""

    chance: random.Random
    clock: Clock
    watching: WatchingInMemory
    position: float = 0.0
    seen: tuple[Interval, ...] = ()
    waiting: list[Played] = field(default_factory=list)
    reasons: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.watching.open_record(WatchRecord("p", "l", 1, LECTURE_SECONDS), "session")
        self.start = StartWatching(self.watching, self.clock)
        self.report = ReportWatching(
            self.watching, Seats({("p", "l"): 2.0}), self.clock
        )

    def watch_for(self, seconds: float) -> None:
        """So long, with all that happens; at last everything is sent."""
        self._press_play()
        until = self.clock.now + seconds
        while self.clock.now < until:
            self._play_on()
            if self.chance.random() < 0.85:
                self._send()
            self._do_something()
        self._send_until_answered()

    def _press_play(self) -> None:
        begun = Start("a", self.position, take_over=True)
        self.start(GRANT, begun)

    def _play_on(self) -> None:
        """Some seconds at some rate; longer while the line is cut."""
        speed = self.chance.choice([0.5, 1.0, 1.0, 1.25, 1.5, 2.0])
        cut = self.chance.random() < 0.02
        wall = self.chance.uniform(1, LONGEST_CUT) if cut else REPORT_SECONDS
        while wall > 0 and self.position < LECTURE_SECONDS:
            step = min(wall, REPORT_SECONDS)
            end = min(self.position + step * speed, LECTURE_SECONDS)
            self._fetch(self.position, end)
            self.clock.now += step
            wall -= step
            played = Played(self.position, end, speed, self.clock.now)
            self.waiting.append(played)
            self.seen = join_intervals((*self.seen, (played.start, played.end)))
            self.position = end

    def _fetch(self, start: float, end: float) -> None:
        for segment in range(int(start // 6), int(end // 6) + 1):
            note_served(self.watching, GRANT, segment)

    def _do_something(self) -> None:
        what = self.chance.random()
        if what < 0.05 or self.position >= LECTURE_SECONDS:
            self.position = self.chance.uniform(0, LECTURE_SECONDS - 60)
        elif what < 0.10:
            self.clock.now += self.chance.uniform(1, 5000)
            self._press_play()

    def _send(self) -> None:
        """What waits, in any order, some of it twice."""
        batch = self.waiting + self.chance.sample(self.waiting, len(self.waiting) // 4)
        self.chance.shuffle(batch)
        self.waiting = []
        for played in batch:
            self._say(played)

    def _say(self, played: Played) -> None:
        ago = max(0.0, self.clock.now - played.at)
        said = Report("a", played.start, played.end, played.speed, ago)
        verdict = self.report(GRANT, said).verdict
        self.reasons.add(verdict.reason)
        if verdict.counted_to < played.end:
            rest = Played(verdict.counted_to, played.end, played.speed, played.at)
            self.waiting.append(rest)

    def _send_until_answered(self) -> None:
        while self.waiting:
            self.clock.now += 1
            self._send()


def test_a_hundred_hours_of_honest_watching_count_to_the_second() -> None:
    chance, clock = random.Random(11), Clock()
    simulated = 0.0
    while simulated < HOURS * 3600:
        viewer = HonestViewer(chance, clock, WatchingInMemory())
        began = clock.now
        viewer.watch_for(chance.uniform(600, 5400))
        simulated += clock.now - began
        record = viewer.watching.records["p.l.1"]
        missed = [
            stretch
            for seen in viewer.seen
            for stretch in subtract_covered(seen, record.covered)
        ]
        assert viewer.reasons <= NEVER_FALSE
        assert total_seconds(missed) < 0.01
        clock.now += 4000
