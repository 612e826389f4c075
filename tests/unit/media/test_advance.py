"""A program that tells its progress and makes none."""

import pytest
from media.clients.advance import STANDS_SECONDS, Advance
from media.usecases.ports import Interrupted

from tests.unit.media.fakes import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def advance(clock: Clock) -> Advance:
    return Advance(clock)


@pytest.mark.parametrize("sign", ["frame", "out_time_us", "total_size"])
def test_a_program_of_which_anything_grows_may_take_as_long_as_it_likes(
    advance: Advance, clock: Clock, sign: str
) -> None:
    for grown in range(5):
        clock.now += STANDS_SECONDS
        advance.take_line(f"{sign}={grown}\n")
        advance.take_line("progress=continue\n")


def test_a_program_that_says_the_same_over_and_over_hangs(
    advance: Advance, clock: Clock
) -> None:
    told = ("frame=24\n", "out_time_us=1960000\n", "total_size=N/A\n")
    for line in told:
        advance.take_line(line)
    clock.now += STANDS_SECONDS
    for line in told:
        advance.take_line(line)
    clock.now += 1
    with pytest.raises(Interrupted) as hung:
        advance.take_line("speed=0.1x\n")
    assert hung.value.cause == "hung"


def test_a_program_that_never_begins_hangs_too(advance: Advance, clock: Clock) -> None:
    advance.take_line("out_time_us=N/A\n")
    clock.now += STANDS_SECONDS + 1
    with pytest.raises(Interrupted) as hung:
        advance.take_line("out_time_us=N/A\n")
    assert hung.value.cause == "hung"
