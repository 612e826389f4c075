"""GroupCommit at the bus file: one at a time, nobody starved, nothing closed twice."""

import fcntl
import os
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from embedded.bus.bus import Bus, Message
from embedded.bus.fair_lock import FairLock

PATIENCE = 10.0


def test_one_who_comes_back_at_once_queues_behind_the_one_who_waits(
    tmp_path: Path,
) -> None:
    turns: list[str] = []
    waits = FairLock(tmp_path / "bus.db", PATIENCE)
    greedy = FairLock(tmp_path / "bus.db", PATIENCE)

    def take_once() -> None:
        with waits.claim():
            turns.append("waits")

    with closing(waits), closing(greedy):
        with greedy.claim():
            thread = threading.Thread(target=take_once)
            thread.start()
            while not _is_taken(tmp_path / "bus.db-gate"):
                pass
        for _ in range(3):
            with greedy.claim():
                turns.append("greedy")
        thread.join()
    assert turns[0] == "waits"


def _is_taken(path: Path) -> bool:
    with path.open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def test_who_waits_too_long_is_told_so(tmp_path: Path) -> None:
    holds = FairLock(tmp_path / "bus.db", PATIENCE)
    waits = FairLock(tmp_path / "bus.db", 0.05)
    with (
        closing(holds),
        closing(waits),
        holds.claim(),
        pytest.raises(sqlite3.OperationalError, match="locked"),
        waits.claim(),
    ):
        pass


def test_a_bus_closed_twice_closes_nothing_that_was_opened_in_between(
    tmp_path: Path,
) -> None:
    bus = Bus(tmp_path / "bus.db")
    bus.close()
    others = [(tmp_path / f"other{n}").open("ab") for n in range(8)]
    bus.close()
    for other in others:
        with other:
            os.fstat(other.fileno())
    with pytest.raises(sqlite3.ProgrammingError):
        bus.publish([Message("t", 0, b"x", "q")])
