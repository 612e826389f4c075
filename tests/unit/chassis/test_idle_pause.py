"""A loop that finds nothing looks ever more seldom, and at once when it is woken."""

import threading
from collections.abc import Iterator

import pytest
from chassis.clock import FIRST_SECONDS, IdlePause
from chassis.service.work import IDLE_SECONDS, work_loop

AT_ONCE = 1.0
"""Far more than waking takes, and far less than any loop here would sleep."""
NEVER = 600.0


def test_each_pause_is_twice_the_one_before_up_to_the_longest() -> None:
    pause = IdlePause(20.0, first=1.0)
    assert [pause.take_next() for _ in range(7)] == [1, 2, 4, 8, 16, 20, 20]
    pause.longest = 5.0
    assert pause.take_next() == 5


def test_after_work_or_a_wake_up_the_next_pause_is_the_first_again() -> None:
    pause, wake = IdlePause(NEVER, first=0.001), threading.Event()
    pause.sleep_until_woken(wake)
    assert pause.next == 0.002
    pause.start_anew()
    assert pause.next == 0.001
    pause.sleep_until_woken(wake)
    wake.set()
    pause.sleep_until_woken(wake)
    assert (pause.next, wake.is_set()) == (0.001, False)


def test_a_loop_at_rest_looks_at_most_forty_times_a_minute() -> None:
    looks, span, length = 0, 0.0, FIRST_SECONDS
    while span < 60:
        looks, span = looks + 1, span + length
        length = min(2 * length, IDLE_SECONDS)
    assert looks <= 40


@pytest.fixture
def resting() -> Iterator["Resting"]:
    made = Resting()
    yield made
    made.stop.set()
    made.thread.join(AT_ONCE)
    assert not made.thread.is_alive(), "told to stop, it does so at once"


class Resting:
    """A loop that found nothing four times: its pause is eight times the first."""

    def __init__(self) -> None:
        self.stop, self.wake = threading.Event(), threading.Event()
        self.rested, self.again = threading.Event(), threading.Event()
        self.looks = 0
        loop = work_loop("resting", self.look, lambda *_: None, self.wake, NEVER)
        self.thread = threading.Thread(target=loop, args=(self.stop,))
        self.thread.start()
        assert self.rested.wait(30)

    def look(self) -> bool:
        self.looks += 1
        {4: self.rested, 5: self.again}.get(self.looks, threading.Event()).set()
        return False


def test_a_loop_that_has_rested_for_long_looks_at_once_when_woken(
    resting: Resting,
) -> None:
    resting.wake.set()
    assert resting.again.wait(AT_ONCE)
