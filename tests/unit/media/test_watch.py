"""Watching judged by the server's clock: only what was watched is earned."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from media.domain import facts
from media.domain.watch import (
    ALREADY,
    FUTURE,
    IN_PIECES,
    MOST_INTERVALS,
    NOT_STARTED,
    OTHER_PLAYER,
    OUTSIDE,
    SPEED,
    TOO_FAST,
    Report,
    WatchRecord,
)

NOW = 1_000_000.0
Told = list[object]


def playing(seconds: float = 1000.0) -> WatchRecord:
    """A record whose player `a` has just begun."""
    return WatchRecord("p", "l", 1, seconds).start("a", 0.0, NOW)


def watch(record: WatchRecord, *spans: tuple[float, float]) -> tuple[WatchRecord, Told]:
    """Watch these spans in real time, one after the other."""
    told: Told = []
    for start, end in spans:
        length = end - start
        now = record.heard + length
        record, _, said = record.report(Report("a", start, end), now)
        told += said
    return record, told


def test_a_stretch_watched_in_its_own_time_is_earned() -> None:
    record, verdict, _ = playing().report(Report("a", 0, 10), NOW + 10)
    assert (verdict.earned, verdict.reason) == (10, "")
    assert record.covered == ((0, 10),)
    assert record.position == 10


def test_more_than_time_has_passed_is_too_fast_and_earns_nothing() -> None:
    before = playing()
    record, verdict, told = before.report(Report("a", 0, 60), NOW + 10)
    assert (verdict.earned, verdict.reason) == (0, TOO_FAST)
    assert record == before
    assert told == []


def test_many_small_reports_are_too_fast_together() -> None:
    record, earned = playing(), 0.0
    for at in range(100):
        claim = Report("a", at * 10.0, at * 10.0 + 10)
        record, verdict, _ = record.report(claim, NOW + 20)
        earned += verdict.earned
    assert earned <= 23


def test_at_double_speed_twice_the_time_is_earned() -> None:
    _, verdict, _ = playing().report(Report("a", 0, 20, 2.0), NOW + 10)
    assert verdict.earned == 20


@pytest.mark.parametrize("speed", [0.0, 0.1, 2.1, 16.0, -1.0, float("nan")])
def test_a_speed_no_player_offers_is_refused(speed: float) -> None:
    _, verdict, _ = playing().report(Report("a", 0, 1, speed), NOW + 100)
    assert (verdict.earned, verdict.reason) == (0, SPEED)


def test_a_replay_is_never_counted_twice() -> None:
    record, _ = watch(playing(), (0, 10))
    again, verdict, _ = record.report(Report("a", 0, 10), NOW + 20)
    assert (verdict.earned, verdict.reason) == (0, ALREADY)
    assert again.watched == 10


def test_of_an_overlapping_stretch_only_what_is_new_is_earned() -> None:
    record, _ = watch(playing(), (0, 10))
    after, verdict, _ = record.report(Report("a", 5, 15), NOW + 20)
    assert verdict.earned == 5
    assert after.covered == ((0, 15),)


def test_a_skipped_stretch_earns_nothing_and_is_shown_as_a_gap() -> None:
    record, _ = watch(playing(100), (0, 10), (50, 60))
    assert record.watched == 20
    assert record.gaps() == [(10, 50), (60, 100)]


def test_a_gap_watched_later_closes() -> None:
    record, _ = watch(playing(100), (0, 10), (50, 60), (10, 50))
    assert record.covered == ((0, 60),)


def test_a_second_player_earns_nothing_while_the_first_one_plays() -> None:
    _, verdict, _ = playing().report(Report("b", 0, 5), NOW + 10)
    assert (verdict.earned, verdict.reason) == (0, OTHER_PLAYER)


def test_the_first_player_earns_nothing_once_the_second_has_taken_over() -> None:
    taken = playing().start("b", 0, NOW + 5)
    assert taken.report(Report("a", 0, 5), NOW + 10)[1].reason == OTHER_PLAYER
    assert taken.report(Report("b", 0, 5), NOW + 10)[1].earned == 5


def test_a_report_without_a_start_earns_nothing() -> None:
    _, verdict, _ = WatchRecord("p", "l", 1, 100).report(Report("a", 0, 5), NOW)
    assert verdict.reason == NOT_STARTED


def test_a_report_from_the_future_earns_nothing() -> None:
    claim = Report("a", 0, 5, 1.0, NOW + 3600)
    assert playing().report(claim, NOW + 10)[1].reason == FUTURE


@pytest.mark.parametrize(
    ("start", "end"),
    [(-5, 5), (5, 5), (9, 5), (0, 102), (990, 2000), (float("nan"), 5)],
)
def test_a_stretch_outside_the_lecture_is_refused(start: float, end: float) -> None:
    _, verdict, _ = playing(100).report(Report("a", start, end), NOW + 10_000)
    assert (verdict.earned, verdict.reason) == (0, OUTSIDE)


def test_a_player_that_runs_a_little_over_the_end_earns_to_the_end() -> None:
    record, verdict, _ = playing(100).report(Report("a", 90, 100.8), NOW + 20)
    assert verdict.earned == 10
    assert record.position == 100


def test_a_stretch_that_lies_wholly_behind_the_end_takes_nothing_away() -> None:
    record, verdict, _ = playing(100).report(Report("a", 100.4, 100.9), NOW + 20)
    assert verdict.earned == 0
    assert record.watched == 0


def test_starting_again_earns_nothing_and_keeps_what_is_covered() -> None:
    record, _ = watch(playing(), (0, 10))
    again = record.start("a", 300, NOW + 50)
    assert again.covered == record.covered
    assert again.position == 300


def test_starting_again_and_again_does_not_give_the_slack_again() -> None:
    record = playing()
    for at in range(100):
        record = record.start("a", at * 3.0, NOW)
        record, _, _ = record.report(Report("a", at * 3.0, at * 3.0 + 3), NOW)
    assert record.watched <= 5


def test_scripted_reports_with_small_gaps_earn_only_what_they_cover() -> None:
    record, piece, step = playing(), 0.005, 0.05
    for at in range(1000):
        start = at * step
        record, _, _ = record.report(Report("a", start, start + piece), NOW + 5)
    assert record.watched <= 1000 * piece + 3


def test_no_script_earns_more_than_twice_the_time_that_passed() -> None:
    record = playing()
    for at in range(2000):
        start = at * 0.049
        claim = Report("a", start, start + 0.001, 2.0)
        record, _, _ = record.report(claim, NOW + 1)
    assert record.watched <= 2 * (1 + 3)


def test_time_that_passed_before_the_last_report_is_not_saved_up() -> None:
    record, _, _ = playing().report(Report("a", 0, 1), NOW + 600)
    _, verdict, _ = record.report(Report("a", 100, 200), NOW + 610)
    assert verdict.reason == TOO_FAST


def test_a_record_in_hundreds_of_pieces_takes_no_more_pieces_but_is_still_joined() -> (
    None
):
    record, _ = watch(playing(5000), *[(at * 3.0, at * 3.0 + 1) for at in range(700)])
    pieces = len(record.covered)
    assert pieces == MOST_INTERVALS
    _, verdict, _ = record.report(Report("a", 4000, 4001), record.heard + 1)
    assert (verdict.earned, verdict.reason) == (0, IN_PIECES)
    joined, _ = watch(record, (1, 3))
    assert len(joined.covered) == pieces - 1
    assert joined.watched == record.watched + 2


def test_rounding_of_an_honest_player_does_not_hold_completion_back() -> None:
    spans = [(at * 10 + 0.04, at * 10 + 10.0) for at in range(10)]
    record, told = watch(playing(100), *spans)
    assert record.completed
    assert isinstance(told[-1], facts.WatchCompleted)


@pytest.mark.parametrize(
    ("seconds", "watched", "completed"),
    [
        (100.0, 96.9, False),
        (100.0, 97.0, True),
        (1000.0, 979.0, False),
        (1000.0, 980.0, True),
        (4.0, 2.9, False),
        (4.0, 3.0, True),
    ],
)
def test_a_lecture_is_completed_when_almost_all_of_it_is_watched(
    seconds: float, watched: float, completed: bool
) -> None:
    record, _ = watch(playing(seconds), (0, watched))
    assert record.completed is completed


def test_jumping_to_the_end_does_not_complete_a_lecture() -> None:
    record, _ = watch(playing(100), (98, 100))
    assert not record.completed


def test_quarters_and_completion_are_told_once_each() -> None:
    spans = [(at * 5.0, at * 5.0 + 5) for at in range(200)]
    record, told = watch(playing(1000), *spans, *spans)
    progressed = [t.percent for t in told if isinstance(t, facts.WatchProgressed)]
    assert progressed == [25, 50, 75]
    completed = [t for t in told if isinstance(t, facts.WatchCompleted)]
    assert completed == [facts.WatchCompleted("p", "l", 1, 1000)]
    assert record.percent == 100


def test_no_fact_is_told_for_a_heartbeat() -> None:
    _, told = watch(playing(1000), (0, 5), (5, 10), (10, 15))
    assert told == []


def test_several_quarters_at_once_are_told_as_the_last() -> None:
    _, told = watch(playing(1000), (0, 600))
    assert told == [facts.WatchProgressed("p", "l", 1, 50)]


def test_percent_stays_below_a_hundred_until_completed() -> None:
    record, _ = watch(playing(1000), (0, 979.9))
    assert record.percent == 97
    assert WatchRecord("p", "l", 1, 0.0).percent == 0


def test_a_lecture_watched_in_part_has_gaps_at_both_ends() -> None:
    assert playing(60).gaps() == [(0, 60)]
    record, _ = watch(playing(60), (20, 40))
    assert record.gaps() == [(0, 20), (40, 60)]


seconds_ = st.floats(0, 110, allow_nan=False)
claims = st.lists(
    st.tuples(
        seconds_, seconds_, st.sampled_from([0.5, 1.0, 1.5, 2.0]), st.floats(0, 30)
    ),
    max_size=25,
)


@settings(max_examples=200, deadline=None)
@given(claims)
def test_whatever_is_claimed_the_record_stays_sound(
    claimed: list[tuple[float, float, float, float]],
) -> None:
    record, now, told = playing(100), NOW, []
    for start, end, speed, passed in claimed:
        now += passed
        before = record
        record, verdict, said = record.report(Report("a", start, end, speed), now)
        told += said
        assert verdict.earned >= 0
        assert record.watched >= before.watched - 1e-9
        assert all(0 <= s < e <= 100 for s, e in record.covered)
        assert list(record.covered) == sorted(record.covered)
    assert record.watched <= 2 * (now - NOW + 3) + 1e-6
    assert len(told) == len(set(told)) <= 4
