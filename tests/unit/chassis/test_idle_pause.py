"""A loop that finds nothing looks ever more seldom, and at once when it is woken."""

import threading
import time

import pytest
from chassis.clock import FIRST_SECONDS, IdlePause
from chassis.service.work import IDLE_SECONDS, work_loop

AT_ONCE = 1.0
"""Far more than waking takes, and far less than any loop here would sleep."""
NEVER = 600.0


def test_each_pause_is_twice_the_one_before_up_to_the_longest() -> None:
    pause, stop = IdlePause(NEVER, first=0.001), threading.Event()
    lengths = []
    for _ in range(6):
        lengths.append(pause.next)
        pause.wait(threading.Event(), stop)
    assert lengths == [0.001, 0.002, 0.004, 0.008, 0.016, 0.032]
    pause.longest = 0.02
    pause.wait(threading.Event(), stop)
    assert pause.next == 0.02


def test_after_work_or_a_wake_up_the_next_pause_is_the_first_again() -> None:
    pause, stop, wake = (
        IdlePause(NEVER, first=0.001),
        threading.Event(),
        threading.Event(),
    )
    pause.wait(wake, stop)
    pause.restart()
    assert pause.next == 0.001
    pause.wait(wake, stop)
    wake.set()
    assert pause.wait(wake, stop)
    assert (pause.next, wake.is_set()) == (0.001, False)


@pytest.mark.parametrize("what", ["wake", "stop"])
def test_a_long_rest_ends_at_once_when_it_is_told_to(what: str) -> None:
    events = {"wake": threading.Event(), "stop": threading.Event()}
    later = threading.Timer(0.1, events[what].set)
    later.start()
    began = time.monotonic()
    is_woken = IdlePause(NEVER, first=NEVER).wait(events["wake"], events["stop"])
    assert time.monotonic() - began < 0.1 + AT_ONCE
    assert is_woken == (what == "wake")
    later.join()


def test_a_loop_at_rest_looks_at_most_forty_times_a_minute() -> None:
    looks, span, length = 0, 0.0, FIRST_SECONDS
    while span < 60:
        looks, span = looks + 1, span + length
        length = min(2 * length, IDLE_SECONDS)
    assert looks <= 40


def test_a_loop_that_has_rested_for_long_works_at_once_when_woken() -> None:
    stop, wake = threading.Event(), threading.Event()
    rested, again = threading.Event(), threading.Event()
    looks = iter([None, None, None, rested, again])
    """The pause after the fourth is eight times the first."""

    def work() -> bool:
        if event := next(looks, None):
            event.set()
        return False

    loop = work_loop("resting", work, lambda *_: None, wake, NEVER)
    thread = threading.Thread(target=loop, args=(stop,))
    thread.start()
    assert rested.wait(30)
    wake.set()
    assert again.wait(AT_ONCE)
    stop.set()
    thread.join(10)
    assert not thread.is_alive()
