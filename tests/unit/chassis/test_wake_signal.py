"""The relay is told where something was committed, and never less than was."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from chassis.clock import WakeSignal


def test_it_names_the_outboxes_that_were_committed_to_since_it_was_taken() -> None:
    signal = WakeSignal()
    commit_seat, commit_person = signal.setter_for("seats"), signal.setter_for("people")
    commit_seat()
    commit_person()
    commit_seat()
    assert signal.is_set()
    assert signal.take_names() == {"seats", "people"}
    assert not signal.is_set()
    commit_person()
    assert signal.take_names() == {"people"}


def test_set_without_a_name_means_any_whatever_was_named_beside_it() -> None:
    signal = WakeSignal()
    signal.setter_for("seats")()
    signal.set()
    assert signal.take_names() is None
    signal.setter_for("seats")()
    assert signal.take_names() == {"seats"}


def test_cleared_by_somebody_else_it_still_leaves_nothing_out() -> None:
    signal = WakeSignal()
    signal.setter_for("seats")()
    signal.clear()
    assert signal.take_names() == {"seats"}
    assert signal.take_names() is None


def test_what_a_thread_commits_within_is_signalled_at_its_end() -> None:
    signal = WakeSignal()
    with signal.set_at_end():
        signal.setter_for("people")()
        signal.setter_for("chunks")()
        assert not signal.is_set()
    assert signal.take_names() == {"people", "chunks"}
    signal.setter_for("people")()
    assert signal.is_set()


def test_another_thread_is_not_held_up_by_it() -> None:
    signal = WakeSignal()
    with signal.set_at_end():
        other = threading.Thread(target=signal.setter_for("people"))
        other.start()
        other.join()
        assert signal.take_names() == {"people"}
    assert not signal.is_set()


def test_what_was_committed_before_a_failure_is_signalled_all_the_same() -> None:
    signal = WakeSignal()

    def commit_and_fail() -> None:
        with signal.set_at_end():
            signal.setter_for("people")()
            raise LookupError

    with pytest.raises(LookupError):
        commit_and_fail()
    assert signal.take_names() == {"people"}


def test_no_commit_is_lost_between_threads() -> None:
    signal, seen = WakeSignal(), set[str]()
    names = {f"o{number}" for number in range(400)}
    with ThreadPoolExecutor(8) as pool:
        done = [pool.submit(signal.setter_for(name)) for name in names]
        while not all(each.done() for each in done):
            seen |= signal.take_names() or frozenset()
    assert seen | (signal.take_names() or frozenset()) == names
