"""Who waits for a queue of the bus sleeps, and wakes when somebody writes to it."""

import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from embedded.bus.bus import Bus, Message
from embedded.bus.wake_up import WakeUp, wake_waiters

LONG = 60.0
AT_ONCE = 1.0
"""Far more than a wake-up takes, and far less than anybody here would sleep."""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "bus.sqlite"


@pytest.fixture
def bus(file: Path) -> Iterator[Bus]:
    with closing(Bus(file, LONG)) as made:
        made.bind("q", ["t"])
        yield made


def seconds_until_woken(wake_up: WakeUp) -> float:
    began = time.monotonic()
    assert wake_up.wait_for_byte(LONG)
    return time.monotonic() - began


def test_a_message_wakes_who_waits_for_its_queue_and_nobody_else(
    bus: Bus, file: Path
) -> None:
    with closing(WakeUp(file, "q")) as asked, closing(WakeUp(file, "other")) as other:
        later = threading.Timer(0.2, bus.publish, [[Message("t", 0, b"a")]])
        later.start()
        assert seconds_until_woken(asked) < AT_ONCE + 0.2
        later.join()
        assert not other.wait_for_byte(0)


def test_what_was_written_before_the_wait_wakes_once(bus: Bus, file: Path) -> None:
    with closing(WakeUp(file, "q")) as wake_up:
        for _ in range(3):
            bus.publish([Message("t", 0, b"a")])
        assert seconds_until_woken(wake_up) < AT_ONCE
        assert not wake_up.wait_for_byte(0)


def test_a_partition_that_comes_free_wakes_the_others(bus: Bus, file: Path) -> None:
    bus.publish([Message("t", 0, b"a"), Message("t", 0, b"b")])
    with closing(WakeUp(file, "q")) as wake_up:
        [first] = bus.receive("q", "me", 1)
        assert not wake_up.wait_for_byte(0)
        bus.acknowledge("q", "me", [first])
        assert seconds_until_woken(wake_up) < AT_ONCE
        bus.receive("q", "me", 1)
        bus.release("q", [0], "me")
        assert seconds_until_woken(wake_up) < AT_ONCE


def test_every_waiter_of_a_queue_wakes(file: Path) -> None:
    with closing(WakeUp(file, "q")) as one, closing(WakeUp(file, "q")) as another:
        wake_waiters(file, {"q"})
        assert (one.wait_for_byte(0), another.wait_for_byte(0)) == (True, True)


def test_a_waiter_that_wakes_late_is_not_written_full(file: Path) -> None:
    with closing(WakeUp(file, "q")) as wake_up:
        for _ in range(70_000):  # more than the 64 KiB that a FIFO holds
            wake_waiters(file, {"q"})
        assert wake_up.wait_for_byte(0)


def test_what_a_killed_waiter_left_is_removed(file: Path) -> None:
    wake_up = WakeUp(file, "q")
    left = wake_up.place
    kept = left.with_name(f"{left.name}0")
    left.rename(kept)
    wake_up.close()
    assert kept.exists()
    wake_waiters(file, {"q"})
    assert not kept.exists()


def test_how_long_others_hold_what_waits_is_known(bus: Bus) -> None:
    assert bus.seconds_to_free("q") == float("inf")
    bus.publish([Message("t", 0, b"a")])
    bus.receive("q", "me", 1)
    assert LONG - AT_ONCE < bus.seconds_to_free("q") <= LONG
