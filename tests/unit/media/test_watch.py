"""Watching judged by the server: only what was got, in time that passed, is earned."""

import itertools
from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from media.domain import events
from media.domain.budget import KEPT_SECONDS
from media.domain.ladder import SEGMENT_SECONDS
from media.domain.viewer import LATE_SECONDS, QUIET_SECONDS, Viewer
from media.domain.watch import (
    ALREADY,
    IN_PIECES,
    MOST_INTERVALS,
    NOT_FETCHED,
    NOT_STARTED,
    OTHER_PLAYER,
    OUTSIDE,
    SETTLED,
    SPEED,
    TIME_NOT_PASSED,
    Claim,
    Judgement,
    Report,
    Verdict,
    WatchRecord,
    judge_report,
)

from tests.depth import rounds

NOW = 1_000_000.0
EVERYTHING = frozenset(range(5_000 // SEGMENT_SECONDS + 1))
"""All segments of the longest lecture here."""


class Watcher:
    """A person with a player `a` that has just begun, and a clock."""

    def __init__(
        self, seconds: float = 1000.0, fastest: float = 2.0, got: Iterable[int] = ()
    ) -> None:
        self.now = NOW
        self.got = frozenset(got) or EVERYTHING
        self.record, self.fastest = WatchRecord("p", "l", 1, seconds), fastest
        self.viewer = Viewer("p")
        self.told: list[object] = []
        self.start("a")

    def start(self, player: str, take_over: bool = False) -> bool:
        started = self.viewer.start_player(player, self.now, take_over)
        self.viewer = started or self.viewer
        return started is not None

    def report(self, report: Report) -> Verdict:
        claim = Claim(report, self.fastest, self.got)
        judged = judge_report(self.viewer, self.record, claim, self.now)
        return self._keep(judged)

    def play(self, *spans: tuple[float, float]) -> Verdict:
        """Play these spans in real time, one after the other."""
        verdict = Verdict(0.0, 0.0)
        for start, end in spans:
            self.now += end - start
            verdict = self.report(Report("a", start, end))
        return verdict

    def _keep(self, judged: Judgement) -> Verdict:
        self.viewer, self.record = judged.viewer, judged.record
        self.told += judged.events
        return judged.verdict


def test_a_stretch_played_in_its_own_time_is_earned_and_is_where_to_go_on() -> None:
    watcher = Watcher()
    assert watcher.play((0, 10)) == Verdict(10.0, 10.0, SETTLED)
    assert watcher.record.covered == ((0, 10),)
    assert watcher.record.position == 10


def test_at_the_fastest_rate_twice_the_time_is_earned_and_no_more() -> None:
    watcher = Watcher()
    watcher.now += 10
    assert watcher.report(Report("a", 0, 20, 2.0)) == Verdict(20.0, 20.0)
    assert watcher.report(Report("a", 20, 21)).reason == TIME_NOT_PASSED


def test_a_course_that_allows_no_speed_pays_for_each_second_with_one() -> None:
    watcher = Watcher(fastest=1.0)
    watcher.now += 10
    assert watcher.report(Report("a", 0, 20)).counted_to == 10
    watcher.now += 10
    assert watcher.report(Report("a", 10, 25, 1.5)).counted_to == 20


def test_what_time_has_not_passed_for_waits_and_is_paid_when_it_has() -> None:
    watcher = Watcher()
    watcher.now += 10
    verdict = watcher.report(Report("a", 0, 60))
    assert verdict == Verdict(20.0, 20.0, TIME_NOT_PASSED, 20.0)
    watcher.now += verdict.again_in
    assert watcher.report(Report("a", 20, 60)) == Verdict(40.0, 60.0)


def test_without_a_byte_nothing_is_earned_however_long_it_takes() -> None:
    watcher = Watcher(got=[9_999])
    watcher.now += 3600
    verdict = watcher.report(Report("a", 0, 30))
    assert verdict == Verdict(0.0, 0.0, NOT_FETCHED, 1.0, (0, 1, 2, 3, 4))
    assert watcher.record.covered == ()


def test_only_the_segments_that_came_are_earned_and_the_others_are_named() -> None:
    watcher = Watcher(got=[0, 1, 3])
    watcher.now += 30
    verdict = watcher.report(Report("a", 0, 30))
    assert (verdict.counted_to, verdict.reason) == (12.5, NOT_FETCHED)
    assert verdict.missing == (2, 4)
    watcher.got = frozenset([*watcher.got, 2, 4])
    assert watcher.report(Report("a", 12.5, 30)) == Verdict(17.5, 30.0)


def test_of_segments_that_came_with_holes_only_their_own_seconds_can_be_earned() -> (
    None
):
    watcher = Watcher(seconds=60, got=[0, 2, 4, 6, 8])
    watcher.now += 600
    for start in range(60):
        watcher.report(Report("a", float(start), start + 1.0))
    assert watcher.record.covered_seconds <= 5 * 7


def test_many_small_reports_spend_one_budget() -> None:
    watcher = Watcher()
    watcher.now += 20
    earned = sum(
        watcher.report(Report("a", at * 10.0, at * 10.0 + 10)).earned
        for at in range(100)
    )
    assert earned == pytest.approx(40)


@pytest.mark.parametrize("speed", [0.0, 2.1, 16.0, -1.0, float("nan")])
def test_a_speed_that_the_course_does_not_allow_is_refused(speed: float) -> None:
    watcher = Watcher()
    watcher.now += 100
    assert watcher.report(Report("a", 0, 1, speed)) == Verdict(0.0, 0.0, SPEED)


def test_a_replay_is_never_counted_twice_and_costs_nothing() -> None:
    watcher = Watcher()
    watcher.play((0, 10))
    before = watcher.viewer.budget
    assert watcher.report(Report("a", 0, 10)) == Verdict(0.0, 10.0, ALREADY)
    assert watcher.record.covered_seconds == 10
    assert watcher.viewer.budget.unspent == before.unspent


def test_what_counts_already_is_settled_though_its_segments_are_forgotten() -> None:
    watcher = Watcher()
    watcher.play((0, 10))
    watcher.got = frozenset([1])
    assert watcher.play((0, 12)) == Verdict(2.0, 12.0)


def test_of_an_overlapping_stretch_only_what_is_new_is_earned() -> None:
    watcher = Watcher()
    watcher.play((0, 10))
    assert watcher.play((5, 15)).earned == 5
    assert watcher.record.covered == ((0, 15),)


def test_a_skipped_stretch_earns_nothing_and_is_shown_as_a_gap() -> None:
    watcher = Watcher(100)
    watcher.play((0, 10), (50, 60))
    assert watcher.record.covered_seconds == 20
    assert watcher.record.unwatched_gaps() == [(10, 50), (60, 100)]


def test_a_gap_watched_later_closes() -> None:
    watcher = Watcher(100)
    watcher.play((0, 10), (50, 60), (10, 50))
    assert watcher.record.covered == ((0, 60),)


def test_an_outage_of_ten_minutes_is_paid_whole_when_its_reports_come() -> None:
    watcher = Watcher(3000)
    watcher.play((0, 30))
    watcher.now += KEPT_SECONDS
    pieces = [(30 + at * 60.0, 90 + at * 60.0) for at in range(10)]
    verdicts = [watcher.report(Report("a", *piece)) for piece in pieces]
    assert {verdict.reason for verdict in verdicts} == {SETTLED}
    assert watcher.record.covered == ((0, 630),)


def test_time_is_kept_for_ten_minutes_and_not_for_a_night() -> None:
    watcher = Watcher(10_000)
    watcher.now += 8 * 3600
    watcher.report(Report("a", 0, 9_000))
    assert watcher.record.covered_seconds == 2 * KEPT_SECONDS


def test_who_begins_for_the_first_time_has_an_empty_budget() -> None:
    watcher = Watcher()
    assert watcher.report(Report("a", 0, 30)).earned == 0


def test_who_begins_anew_after_a_long_cut_is_paid_what_comes_late() -> None:
    watcher = Watcher(3000)
    watcher.play((0, 10))
    watcher.now += 2 * KEPT_SECONDS
    watcher.start("a")
    assert watcher.report(Report("a", 10, 1210)).earned == 2 * KEPT_SECONDS


def test_a_player_that_has_long_gone_keeps_nobody_from_being_heard() -> None:
    watcher = Watcher()
    watcher.now += 3600
    assert watcher.report(Report("b", 0, 5)).reason == NOT_STARTED
    assert watcher.start("b")


def test_who_pauses_for_less_keeps_the_time_that_passed() -> None:
    watcher = Watcher()
    watcher.play((0, 10))
    unspent = watcher.viewer.budget.unspent
    watcher.now += 60
    watcher.start("a")
    assert watcher.viewer.budget.unspent == unspent + 60


def test_a_clock_that_is_set_back_fills_nothing_and_takes_nothing() -> None:
    watcher = Watcher()
    watcher.now += 10
    watcher.report(Report("a", 0, 5))
    watcher.now -= 3600
    assert watcher.report(Report("a", 5, 20)).earned == 15
    assert watcher.report(Report("a", 20, 30)).reason == TIME_NOT_PASSED


def test_a_second_player_does_not_begin_while_the_first_one_plays() -> None:
    watcher = Watcher()
    watcher.play((0, 5))
    assert not watcher.start("b")
    watcher.now += 30
    watcher.report(Report("a", 5, 10))
    assert watcher.report(Report("b", 10, 15)).reason == OTHER_PLAYER


def test_a_player_that_went_quiet_makes_room_for_another() -> None:
    watcher = Watcher()
    watcher.now += QUIET_SECONDS + 1
    assert watcher.start("b")


def test_a_player_whose_page_is_left_makes_room_at_once() -> None:
    watcher = Watcher()
    watcher.now += 5
    watcher.report(Report("a", 0, 5, leaving=True))
    assert watcher.start("b")


def test_after_a_take_over_the_first_player_earns_no_more() -> None:
    watcher = Watcher()
    watcher.play((0, 5))
    assert watcher.start("b", take_over=True)
    watcher.now += LATE_SECONDS + 5
    assert watcher.report(Report("a", 5, 10)).reason == OTHER_PLAYER
    assert watcher.report(Report("b", 5, 10)).earned == 5


def test_what_the_first_player_played_before_the_take_over_still_counts() -> None:
    watcher = Watcher()
    watcher.now += 60
    watcher.start("b", take_over=True)
    watcher.now += 120
    late = Report("a", 0, 60, ago=120.0)
    assert watcher.report(late) == Verdict(60.0, 60.0)
    assert watcher.record.position == 0


def test_a_report_without_a_start_asks_for_one() -> None:
    judged = judge_report(
        Viewer("p"),
        WatchRecord("p", "l", 1, 100),
        Claim(Report("a", 0, 5), 2.0, EVERYTHING),
        NOW,
    )
    assert judged.verdict == Verdict(0.0, 0.0, NOT_STARTED)


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (-5, 5), (5, 5), (9, 5), (0, 102), (990, 2000), (float("nan"), 5),
        (0, float("nan")), (0, float("inf")),
    ],
)  # fmt: skip
def test_a_stretch_outside_the_lecture_is_refused(start: float, end: float) -> None:
    watcher = Watcher(100)
    watcher.now += 10_000
    verdict = watcher.report(Report("a", start, end))
    assert (verdict.earned, verdict.reason) == (0, OUTSIDE)


def test_a_player_that_runs_a_little_over_the_end_earns_to_the_end() -> None:
    watcher = Watcher(100)
    watcher.now += 20
    assert watcher.report(Report("a", 90, 100.8)).counted_to == 100.8
    assert watcher.record.covered_seconds == 10
    assert watcher.record.position == 100


def test_a_stretch_that_lies_wholly_behind_the_end_takes_nothing_away() -> None:
    watcher = Watcher(100)
    watcher.now += 20
    assert watcher.report(Report("a", 100.4, 100.9)).reason == ALREADY
    assert watcher.record.covered_seconds == 0


def test_starting_again_and_again_gives_no_time() -> None:
    watcher = Watcher()
    for at in range(100):
        watcher.start("a")
        watcher.report(Report("a", at * 3.0, at * 3.0 + 3))
    assert watcher.record.covered_seconds == 0


def test_a_record_in_hundreds_of_pieces_takes_no_more_pieces_but_is_still_joined() -> (
    None
):
    watcher = Watcher(5000)
    watcher.play(*[(at * 3.0, at * 3.0 + 1) for at in range(700)])
    assert len(watcher.record.covered) == MOST_INTERVALS
    assert watcher.play((4000, 4001)).reason == IN_PIECES
    watched = watcher.record.covered_seconds
    watcher.play((1, 3))
    assert len(watcher.record.covered) == MOST_INTERVALS - 1
    assert watcher.record.covered_seconds == watched + 2


def test_rounding_of_an_honest_player_does_not_hold_completion_back() -> None:
    watcher = Watcher(100)
    watcher.play(*[(at * 10 + 0.04, at * 10 + 10.0) for at in range(10)])
    assert watcher.record.completed
    assert isinstance(watcher.told[-1], events.WatchCompleted)


def test_completion_is_told_once_and_quarters_before_it() -> None:
    watcher = Watcher(100)
    watcher.play(*[(at * 10.0, at * 10.0 + 10) for at in range(10)], (0, 10))
    percents = [
        event.percent
        for event in watcher.told
        if isinstance(event, events.WatchProgressed)
    ]
    assert percents == [25, 50, 75]
    assert watcher.told[-1] == events.WatchCompleted("p", "l", 1, 100)
    assert len(watcher.told) == 4


def test_two_lectures_are_paid_from_one_budget() -> None:
    viewer = Viewer("p").start_player("a", NOW, take_over=False)
    assert viewer is not None
    records = [WatchRecord("p", f"l{at}", 1, 1000) for at in range(20)]
    earned = 0.0
    for at, record in enumerate(records):
        again = viewer.start_player("a", NOW + at, take_over=True)
        assert again is not None
        judged = judge_report(
            again, record, Claim(Report("a", 0, 500, 2.0), 2.0, EVERYTHING), NOW + at
        )
        viewer, earned = judged.viewer, earned + judged.verdict.earned
    assert earned <= 2 * 19


Step = tuple[float, str, float, float, float, bool]
steps = st.lists(
    st.tuples(
        st.floats(0, 900), st.sampled_from("abc"), st.floats(0, 990),
        st.floats(0.1, 300), st.floats(0, 2000), st.booleans(),
    ),
    max_size=40,
)  # fmt: skip


@given(steps)
@settings(max_examples=rounds(80, 2_000), deadline=None)
def test_no_script_earns_more_than_the_time_that_passed_allows(
    script: list[Step],
) -> None:
    watcher = Watcher(1000)
    earned = 0.0
    for passes, player, start, length, ago, takes_over in script:
        watcher.now += passes
        watcher.start(player, takes_over)
        end = min(start + length, 1000.0)
        earned += watcher.report(Report(player, start, end, 2.0, ago)).earned
    assert earned <= 2 * (watcher.now - NOW) + 0.01
    assert watcher.record.covered_seconds == pytest.approx(earned, abs=0.05)


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0.1, 30)), max_size=60))
@settings(deadline=None)
def test_intervals_stay_disjoint_in_order_and_within(
    spans: list[tuple[float, float]],
) -> None:
    watcher = Watcher(100)
    for start, length in spans:
        watcher.now += length
        watcher.report(Report("a", start, min(start + length, 100)))
    covered = watcher.record.covered
    assert all(start < end for start, end in covered)
    assert all(a[1] < b[0] for a, b in itertools.pairwise(covered))
    assert all(start >= 0 and end <= 100 for start, end in covered)


def test_a_lecture_of_no_length_is_at_nothing() -> None:
    assert WatchRecord("p", "l", 1, 0.0).percent == 0
