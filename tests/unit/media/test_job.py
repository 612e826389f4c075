"""Work on a file: tries that broke off, and when the next begins."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from media.domain.cost import seconds_to_make
from media.domain.job import QUICK_TRIES, Job, pause_after
from media.domain.probed import Picture, Probed

CAUSES = ("killed", "hung", "no-memory", "no-room", "broken", "objects-away")
NOW = 1000.0


def broken_off(times: int, cause: str = "killed") -> Job:
    job = Job().queue(NOW)
    for _ in range(times):
        job = job.begin_try(NOW).interrupt(cause, NOW)
    return job


def test_a_try_that_broke_off_is_counted_with_its_cause() -> None:
    job = broken_off(2)
    assert (job.tries, job.cause, job.is_held, job.fence) == (2, "killed", False, 2)


@pytest.mark.parametrize("cause", CAUSES)
def test_pauses_are_of_seconds_until_it_looks_like_the_file(cause: str) -> None:
    pauses = [pause_after(tries, cause) for tries in range(1, QUICK_TRIES + 1)]
    assert pauses == [2.0, 4.0, 8.0, 16.0] + [20.0] * 8


@given(st.integers(1, 10_000), st.sampled_from(CAUSES))
def test_no_pause_is_longer_than_ten_minutes(tries: int, cause: str) -> None:
    assert 0 < pause_after(tries, cause) <= 600.0


def test_a_file_that_breaks_every_try_lets_others_have_the_machine_for_longer() -> None:
    pauses = [pause_after(tries, "hung") for tries in range(12, 19)]
    assert pauses == [20.0, 40.0, 80.0, 160.0, 320.0, 600.0, 600.0]


def test_what_breaks_every_try_has_the_machine_half_of_the_time_at_most() -> None:
    hours = 3 * 3600.0
    assert pause_after(13, "hung", hours) == pause_after(99, "killed", hours) == hours
    assert pause_after(13, "hung", 30.0) == 40.0
    job = replace(broken_off(QUICK_TRIES), is_held=True)
    assert job.begin_try(NOW, hours).again_at == NOW + hours


def test_a_cause_that_passes_makes_no_lecture_wait_for_its_length() -> None:
    assert pause_after(3, "killed", 9000.0) == 8.0
    assert pause_after(500, "no-room", 9000.0) == 20.0


def test_our_own_verdict_is_an_accident_until_the_third_in_a_row() -> None:
    assert [broken_off(times, "broken").is_hopeless for times in (1, 2, 3)] == [
        False, False, True,
    ]  # fmt: skip
    between = broken_off(2, "broken").begin_try(NOW).interrupt("killed", NOW)
    assert not between.begin_try(NOW).interrupt("broken", NOW).is_hopeless
    assert not broken_off(3, "broken").queue(NOW).is_hopeless


@pytest.mark.parametrize("cause", sorted({*CAUSES, "worker-gone"} - {"broken"}))
def test_no_other_cause_is_ever_hopeless(cause: str) -> None:
    assert not broken_off(200, cause).is_hopeless


def test_a_full_disk_is_looked_at_again_within_a_minute_however_long_it_lasts() -> None:
    assert pause_after(500, "no-room") == pause_after(500, "objects-away") == 20.0


def test_what_may_be_the_files_doing_goes_to_the_end_of_the_line() -> None:
    job = Job().queue(NOW).begin_try(NOW)
    assert job.interrupt("killed", NOW + 50).since == NOW + 50
    assert job.interrupt("no-room", NOW + 50).since == NOW


def test_a_worker_that_never_gave_it_back_is_gone_and_the_next_begins_at_once() -> None:
    job = Job().queue(NOW).begin_try(NOW).begin_try(NOW + 30)
    assert (job.tries, job.cause, job.is_held) == (1, "worker-gone", True)


def test_the_file_on_which_too_many_workers_died_is_put_off() -> None:
    job = broken_off(QUICK_TRIES).begin_try(NOW)
    put_off = job.begin_try(NOW + 30)
    assert (put_off.is_held, put_off.again_at) == (False, NOW + 30 + 40)


def test_what_was_given_back_is_not_counted() -> None:
    job = Job().queue(NOW).begin_try(NOW).give_back(NOW + 5)
    assert (job.tries, job.again_at, job.is_held) == (0, NOW + 5, False)


def test_whoever_tries_it_again_begins_to_count_anew() -> None:
    job = broken_off(40).queue(NOW + 9)
    assert (job.tries, job.cause, job.again_at) == (0, "", NOW + 9)
    assert job.fence == 40


def cost(seconds: float, width: int, height: int, rate: float) -> float:
    picture = Picture(0, width, height, rate, 0.0, seconds)
    return seconds_to_make(Probed(seconds, picture))


def test_a_lecture_in_motion_takes_about_its_own_length_and_slides_far_less() -> None:
    assert 0.5 < cost(3600.0, 1920, 1080, 25.0) / 3600.0 < 1.5
    assert cost(3600.0, 1920, 1080, 1.0) < 0.1 * cost(3600.0, 1920, 1080, 25.0)
