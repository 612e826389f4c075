"""What all visitors ask is asked once, and not remembered for long."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from chassis.http.problem import Problem
from gateway.clients.shared_answers import MOST_ANSWERS, SharedAnswers

SOON = 5.0


class Asked:
    """A question that waits until it may be answered."""

    def __init__(self) -> None:
        self.times, self.may_answer = 0, threading.Event()
        self.begun = threading.Event()

    def __call__(self) -> int:
        self.times += 1
        self.begun.set()
        assert self.may_answer.wait(SOON)
        return self.times


def test_many_who_ask_at_once_ask_once() -> None:
    shared, asked = SharedAnswers(), Asked()
    with ThreadPoolExecutor(20) as threads:
        first = threads.submit(shared.get, "areas", asked, SOON)
        assert asked.begun.wait(SOON)
        others = [threads.submit(shared.get, "areas", asked, SOON) for _ in range(19)]
        asked.may_answer.set()
        assert {one.result() for one in (first, *others)} == {1}
    assert asked.times == 1


def test_an_answer_is_good_for_its_time_and_then_asked_anew() -> None:
    now = [0.0]
    shared, asked = SharedAnswers(3.0, lambda: now[0]), Asked()
    asked.may_answer.set()
    assert [shared.get("a", asked, SOON) for _ in range(2)] == [1, 1]
    now[0] = 3.0
    assert shared.get("a", asked, SOON) == 2
    assert shared.get("b", asked, SOON) == 3


def test_a_refusal_is_not_remembered() -> None:
    shared, asked = SharedAnswers(), Asked()
    asked.may_answer.set()

    def refuse() -> int:
        raise Problem(503, "service-away", "It does not answer.")

    with pytest.raises(Problem):
        shared.get("a", refuse, SOON)
    assert shared.get("a", asked, SOON) == 1


def test_a_fault_of_ours_leaves_nobody_waiting() -> None:
    shared, asked = SharedAnswers(), Asked()
    asked.may_answer.set()
    with pytest.raises(ZeroDivisionError):
        shared.get("a", lambda: 1 // 0, SOON)
    assert shared.get("a", asked, SOON) == 1


def test_nobody_waits_longer_than_the_page_has() -> None:
    shared, asked = SharedAnswers(), Asked()
    with ThreadPoolExecutor(1) as threads:
        first = threads.submit(shared.get, "a", asked, SOON)
        assert asked.begun.wait(SOON)
        with pytest.raises(TimeoutError):
            shared.get("a", asked, 0.01)
        asked.may_answer.set()
        assert first.result() == 1


def test_it_remembers_no_more_than_its_bound() -> None:
    shared, asked = SharedAnswers(), Asked()
    asked.may_answer.set()
    for key in range(MOST_ANSWERS + 50):
        shared.get(key, asked, SOON)
    assert len(shared.answers) == MOST_ANSWERS
