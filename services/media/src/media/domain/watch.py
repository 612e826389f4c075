"""What a person has watched, judged by the server's own clock.

A report claims a stretch of the lecture. It earns what is new in it, and only as
much as the time since the player started allows at the speed it plays. Replays,
skipped stretches and scripted reports earn nothing.
"""

from dataclasses import dataclass, replace

from media.domain import facts

Interval = tuple[float, float]
FASTEST = 2.0
SLACK_SECONDS = 3.0
QUIET_SECONDS = 20.0
FUTURE_SECONDS = 60.0
LEFT_OUT = 0.02
LEFT_OUT_SECONDS = 3.0
MOST_INTERVALS = 500
SHOWN_GAP_SECONDS = 0.75

ALREADY, TOO_FAST, OUTSIDE = "already-watched", "too-fast", "outside"
OTHER_PLAYER, FUTURE, NOT_STARTED = "other-player", "from-the-future", "not-started"
SPEED, IN_PIECES = "speed-refused", "in-too-many-pieces"


@dataclass(frozen=True)
class Report:
    """A player's claim: from second `start` to `end` at `speed`.

    `said_at` is the player's clock in epoch seconds, 0 if it does not tell.
    """

    player: str
    start: float
    end: float
    speed: float = 1.0
    said_at: float = 0.0


@dataclass(frozen=True)
class Verdict:
    """Seconds earned, and why not more, empty when all counted."""

    earned: float
    reason: str = ""


@dataclass(frozen=True)
class WatchRecord:
    """One person and one edition.

    `covered` are disjoint intervals in order. `player` plays now and was last heard
    at `heard` (epoch seconds of the server); `ahead` is how many seconds of playing
    it has claimed beyond the time that has passed.
    """

    person_id: str
    lecture_id: str
    edition: int
    seconds: float
    covered: tuple[Interval, ...] = ()
    position: float = 0.0
    player: str = ""
    heard: float = 0.0
    ahead: float = 0.0
    completed: bool = False

    @property
    def id(self) -> str:
        """Person, lecture and edition."""
        return record_id(self.person_id, self.lecture_id, self.edition)

    @property
    def watched(self) -> float:
        """Seconds covered."""
        return sum(end - start for start, end in self.covered)

    @property
    def percent(self) -> int:
        """How much of the lecture, rounded down; 100 when completed."""
        if self.completed:
            return 100
        return min(99, int(100 * self.watched / self.seconds)) if self.seconds else 0

    def start(self, player: str, position: float, now: float) -> "WatchRecord":
        """This player plays from now on; nothing is earned by it."""
        return replace(
            self,
            player=player,
            heard=now,
            ahead=max(0.0, self.ahead - (now - self.heard)),
            position=_within(position, self.seconds),
        )

    def report(
        self, report: Report, now: float
    ) -> tuple["WatchRecord", Verdict, list[object]]:
        """Judge a claim: the record after it, the verdict, and what it tells."""
        refused = self._refusal(report, now)
        if refused:
            return self, Verdict(0.0, refused), []
        playing = (report.end - report.start) / report.speed
        ahead = max(0.0, self.ahead + playing - (now - self.heard))
        if ahead > SLACK_SECONDS:
            return self, Verdict(0.0, TOO_FAST), []
        heard = replace(self, heard=now, ahead=ahead)
        end = _within(report.end, self.seconds)
        covered = _joined((*self.covered, (min(report.start, end), end)))
        if len(covered) > MOST_INTERVALS:
            return heard, Verdict(0.0, IN_PIECES), []
        after = replace(heard, covered=covered, position=end)
        earned = after.watched - self.watched
        verdict = Verdict(round(earned, 3), "" if earned > 0 else ALREADY)
        done, told = after._tell(self)
        return done, verdict, told

    def _refusal(self, report: Report, now: float) -> str:
        checks = (
            (report.said_at > now + FUTURE_SECONDS, FUTURE),
            (not 0.25 <= report.speed <= FASTEST, SPEED),
            (not self.player, NOT_STARTED),
            (report.player != self.player, OTHER_PLAYER),
            (not 0 <= report.start < report.end, OUTSIDE),
            (report.end > self.seconds + 1.0, OUTSIDE),
        )
        return next((reason for wrong, reason in checks if wrong), "")

    def _tell(self, before: "WatchRecord") -> tuple["WatchRecord", list[object]]:
        about = (self.person_id, self.lecture_id, self.edition)
        left = self.seconds - self.watched
        allowed = max(LEFT_OUT_SECONDS, LEFT_OUT * self.seconds)
        whole = left <= min(allowed, self.seconds / 4)
        if whole and not self.completed:
            told = facts.WatchCompleted(*about, self.seconds)
            return replace(self, completed=True), [told]
        quarter = self.percent // 25
        if not self.completed and quarter > before.percent // 25:
            return self, [facts.WatchProgressed(*about, quarter * 25)]
        return self, []

    def restate(self) -> list[object]:
        """The last that was told of it: whole, or how many quarters."""
        about = (self.person_id, self.lecture_id, self.edition)
        if self.completed:
            return [facts.WatchCompleted(*about, self.seconds)]
        quarters = self.percent // 25
        return [facts.WatchProgressed(*about, quarters * 25)] if quarters else []

    def gaps(self) -> list[Interval]:
        """The stretches not watched yet, longer than what may be left out."""
        found, at = [], 0.0
        for start, end in (*self.covered, (self.seconds, self.seconds)):
            if start - at > SHOWN_GAP_SECONDS:
                found.append((round(at, 1), round(start, 1)))
            at = max(at, end)
        return found


def record_id(person_id: str, lecture_id: str, edition: int) -> str:
    """The one id of this record."""
    return f"{person_id}.{lecture_id}.{edition}"


def _within(position: float, seconds: float) -> float:
    return max(0.0, min(position, seconds))


def _joined(intervals: tuple[Interval, ...]) -> tuple[Interval, ...]:
    """Disjoint, in order; what touches is one, and nothing between is given."""
    joined: list[Interval] = []
    for start, end in sorted(intervals):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        elif end > start:
            joined.append((start, end))
    return tuple(joined)
