"""Watch records: what a person has watched of a lecture, judged by the server.

A player reports a stretch that it played. What of it is new costs time: the person's
budget, which the server's clock fills, pays for it at the fastest rate that the course
allows. Only seconds whose segments were handed to the session that played them count.
A report is settled from its start up to where both reach; what is behind is to be
reported again, and is never the viewer's fault.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from media.domain import events
from media.domain.intervals import (
    Interval,
    join_intervals,
    subtract_covered,
    total_seconds,
)
from media.domain.served import segments_of, served_until
from media.domain.viewer import Viewer

FASTEST = 2.0
"""The rate that a course allows unless it says a slower one; none allows a faster."""
OVERRUN_SECONDS = 1.0
"""A player's clock may run so far over the end of a lecture."""
LEFT_OUT, LEFT_OUT_SECONDS = 0.02, 3.0
"""So much may be missing of what counts as watched to the end: its fiftieth part, and
three seconds of a short one, which players lose at their ends."""
MOST_INTERVALS = 500
"""A record stays a short document: nobody watches in more pieces than that."""
SHOWN_GAP_SECONDS = 0.75
"""Shorter gaps come of players' clocks, and nobody could go and watch them."""
FRESH_SECONDS = 10.0
"""What was played longer ago than that is no place to go on from."""
AGAIN_SECONDS = 1.0
"""After so long the segments that were just handed out are known everywhere."""
MOST_MISSING = 20
"""So many missing segments are named at once; a player asks again for the others."""

SETTLED, ALREADY = "", "already-watched"
TIME_NOT_PASSED, NOT_FETCHED = "time-not-passed", "not-fetched"
OTHER_PLAYER, NOT_STARTED = "other-player", "not-started"
OUTSIDE, SPEED, IN_PIECES = "outside", "speed-refused", "in-too-many-pieces"


@dataclass(frozen=True)
class Report:
    """A player's claim: it played from second `start` to `end` at `speed`.

    It played the end of it `ago` seconds ago by its own clock. `leaving` says that
    nobody plays with it any more.
    """

    player: str
    start: float
    end: float
    speed: float = 1.0
    ago: float = 0.0
    leaving: bool = False


@dataclass(frozen=True)
class Claim:
    """A report, the rate that the course allows, and the segments the session got."""

    report: Report
    fastest: float
    segments: Collection[int]


@dataclass(frozen=True)
class Verdict:
    """The verdict on a report.

    `earned` seconds are new. Up to `counted_to` it is settled; what is behind it is
    to be reported again after `again_in` seconds, and `missing` names segments that
    the session is not known to have got. `reason` says why not all of it is earned.
    """

    earned: float
    counted_to: float
    reason: str = SETTLED
    again_in: float = 0.0
    missing: tuple[int, ...] = ()


@dataclass(frozen=True)
class WatchRecord:
    """One person and one edition: `covered` are the stretches watched, `position`
    is where to go on."""

    person_id: str
    lecture_id: str
    edition: int
    seconds: float
    covered: tuple[Interval, ...] = ()
    position: float = 0.0
    completed: bool = False

    @property
    def id(self) -> str:
        """Person, lecture and edition."""
        return record_id(self.person_id, self.lecture_id, self.edition)

    @property
    def covered_seconds(self) -> float:
        """The seconds watched."""
        return total_seconds(self.covered)

    @property
    def percent(self) -> int:
        """The share of the lecture watched, rounded down; 100 when completed."""
        if self.completed:
            return 100
        return (
            min(99, int(100 * self.covered_seconds / self.seconds))
            if self.seconds
            else 0
        )

    def move_to(self, position: float) -> "WatchRecord":
        """The record of somebody who begins to play here; nothing is earned by it."""
        return replace(self, position=max(0.0, min(position, self.seconds)))

    def cover_stretch(
        self, stretch: Interval
    ) -> "tuple[WatchRecord, list[object]] | None":
        """The record with this stretch, and its events; None in too many pieces."""
        covered = join_intervals((*self.covered, stretch))
        if len(covered) > MOST_INTERVALS:
            return None
        return replace(self, covered=covered)._with_events(self)

    def _with_events(self, before: "WatchRecord") -> "tuple[WatchRecord, list[object]]":
        about = (self.person_id, self.lecture_id, self.edition)
        left = self.seconds - self.covered_seconds
        allowed = max(LEFT_OUT_SECONDS, LEFT_OUT * self.seconds)
        # of a lecture of a few seconds at least three quarters, whatever is allowed
        is_whole = left <= min(allowed, self.seconds / 4)
        if is_whole and not self.completed:
            event = events.WatchCompleted(*about, self.seconds)
            return replace(self, completed=True), [event]
        quarter = self.percent // 25
        if not self.completed and quarter > before.percent // 25:
            return self, [events.WatchProgressed(*about, quarter * 25)]
        return self, []

    def to_snapshot(self) -> list[object]:
        """The last event of the record: whole, or how many quarters."""
        about = (self.person_id, self.lecture_id, self.edition)
        if self.completed:
            return [events.WatchCompleted(*about, self.seconds)]
        quarters = self.percent // 25
        return [events.WatchProgressed(*about, quarters * 25)] if quarters else []

    def unwatched_gaps(self) -> list[Interval]:
        """The stretches not watched yet, longer than what may be left out."""
        return [
            (round(start, 1), round(end, 1))
            for start, end in subtract_covered((0.0, self.seconds), self.covered)
            if end - start > SHOWN_GAP_SECONDS
        ]


@dataclass(frozen=True)
class Judgement:
    """A judgement: the viewer, the record, their events and the verdict."""

    viewer: Viewer
    record: WatchRecord
    verdict: Verdict
    events: tuple[object, ...] = ()


def judge_report(
    viewer: Viewer, record: WatchRecord, claim: Claim, now: float
) -> Judgement:
    """Judge what a session claims at this moment."""
    report = claim.report
    refused = _reason_to_refuse(viewer, record, report, now)
    if refused:
        return Judgement(viewer, record, Verdict(0.0, report.start, refused))
    end = min(report.end, record.seconds)
    stretch = (min(report.start, end), end)
    served = served_until(stretch, claim.segments, record.covered)
    paid = _paid_until(viewer, record, stretch, claim.fastest, now)
    counted_to = min(end, served, paid)
    covered = record.cover_stretch((stretch[0], counted_to))
    viewer_after = viewer.note_sign(report.player, now, report.leaving)
    if covered is None:
        return Judgement(viewer_after, record, Verdict(0.0, report.start, IN_PIECES))
    after, happened = covered
    earned = after.covered_seconds - record.covered_seconds
    viewer_after = viewer_after.spend_seconds(earned / claim.fastest, now)
    if report.ago <= FRESH_SECONDS:
        after = after.move_to(end)
    if counted_to >= end:
        reason = SETTLED if earned > 0 else ALREADY
        verdict = Verdict(round(earned, 3), report.end, reason)
    else:
        rest = (max(counted_to, stretch[0]), end)
        verdict = _unsettled_verdict(record, claim, rest, earned, served <= paid)
    return Judgement(viewer_after, after, verdict, tuple(happened))


def _reason_to_refuse(
    viewer: Viewer, record: WatchRecord, report: Report, now: float
) -> str:
    """Why nothing of the report can ever count, or who must play first."""
    checks = (
        (not 0 < report.speed <= FASTEST, SPEED),
        (not 0 <= report.start < report.end, OUTSIDE),
        (report.end > record.seconds + OVERRUN_SECONDS, OUTSIDE),
        (not viewer.since, NOT_STARTED),
        (
            not viewer.may_report(report.player, now - report.ago),
            OTHER_PLAYER if viewer.has_another(report.player, now) else NOT_STARTED,
        ),
    )
    return next((reason for is_wrong, reason in checks if is_wrong), "")


def _paid_until(
    viewer: Viewer, record: WatchRecord, stretch: Interval, fastest: float, now: float
) -> float:
    """How far the person's budget reaches from the start of a stretch on."""
    left = viewer.budget.fill(now).unspent * fastest
    for start, end in subtract_covered(stretch, record.covered):
        if end - start > left:
            return start + left
        left -= end - start
    return stretch[1]


def _unsettled_verdict(
    record: WatchRecord,
    claim: Claim,
    rest: Interval,
    earned: float,
    is_for_bytes: bool,
) -> Verdict:
    """The verdict on a report whose `rest` waits: for segments, or for time."""
    if is_for_bytes:
        missing = [
            segment for segment in segments_of(rest) if segment not in claim.segments
        ]
        return Verdict(
            round(earned, 3),
            rest[0],
            NOT_FETCHED,
            AGAIN_SECONDS,
            tuple(missing[:MOST_MISSING]),
        )
    lacking = total_seconds(subtract_covered(rest, record.covered)) / claim.fastest
    return Verdict(round(earned, 3), rest[0], TIME_NOT_PASSED, round(lacking, 3))


def pick_newest(records: Iterable[WatchRecord]) -> list[WatchRecord]:
    """Of each lecture the record of its newest edition; completed if any of them is."""
    newest: dict[str, WatchRecord] = {}
    for record in sorted(records, key=lambda record: record.edition):
        before = newest.get(record.lecture_id)
        is_done = record.completed or (before is not None and before.completed)
        newest[record.lecture_id] = replace(record, completed=is_done)
    return [*newest.values()]


def record_id(person_id: str, lecture_id: str, edition: int) -> str:
    """The id of a watch record."""
    return f"{person_id}.{lecture_id}.{edition}"
