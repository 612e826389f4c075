"""Parts of a page are asked side by side, each within the time of its page."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from chassis.http.problem import Problem
from gateway.clients.parts import Part, Unavailable


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as pool:
        yield pool


AWAY: set[str] = set()
"""Which services a part was empty for."""


def refusing(status: int) -> Callable[[], str]:
    def refuse() -> str:
        raise Problem(status, "refused", "No.")

    return refuse


def test_a_service_that_does_not_answer_leaves_its_part_empty(
    threads: ThreadPoolExecutor,
) -> None:
    part = Part("learning", refusing(503), threads, AWAY.add)
    assert part.get_answer() == Unavailable("learning")
    assert [*Unavailable("learning")] == []


def test_what_is_not_there_is_none_only_where_that_is_an_answer(
    threads: ThreadPoolExecutor,
) -> None:
    assert Part("catalog", refusing(404), threads, AWAY.add).find_answer() is None
    with pytest.raises(Problem):
        Part("catalog", refusing(404), threads, AWAY.add).get_answer()


def test_another_refusal_is_that_of_the_page(threads: ThreadPoolExecutor) -> None:
    for ask in (Part.get_answer, Part.find_answer):
        with pytest.raises(Problem) as refused:
            ask(Part("catalog", refusing(403), threads, AWAY.add))
        assert refused.value.status == 403


def test_while_all_threads_wait_the_pages_own_thread_asks(
    threads: ThreadPoolExecutor,
) -> None:
    asked, answer = threading.Event(), threading.Event()

    def hang() -> str:
        asked.set()
        answer.wait()
        return "late"

    hanging = Part("media", hang, threads, AWAY.add)
    asked.wait()
    names = [
        Part("catalog", lambda: threading.current_thread().name, threads, AWAY.add)
    ]
    assert names[0].get_answer() == threading.current_thread().name
    answer.set()
    assert hanging.get_answer() == "late"
