"""A service that does not answer is left alone a while."""

from gateway.clients.breaker import FAILURES, REST_SECONDS, Breaker


class Clock:
    """Time that a test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def tripped(clock: Clock) -> Breaker:
    breaker = Breaker(clock)
    for _ in range(FAILURES):
        breaker.note_failure()
    return breaker


def test_fewer_failures_in_a_row_change_nothing() -> None:
    breaker = Breaker(Clock())
    for _ in range(3):
        for _ in range(FAILURES - 1):
            breaker.note_failure()
        breaker.note_answer()
    assert breaker.can_ask()


def test_questions_side_by_side_see_one_failure() -> None:
    clock = Clock()
    breaker = Breaker(clock)
    asked_at = clock.now
    clock.now += 1.0
    for _ in range(FAILURES):
        breaker.note_failure(asked_at)
    assert breaker.can_ask()
    for _ in range(FAILURES - 1):
        asked_at = clock.now
        clock.now += 1.0
        breaker.note_failure(asked_at)
    assert not breaker.can_ask()


def test_after_failures_in_a_row_nobody_asks() -> None:
    breaker = tripped(Clock())
    assert not breaker.can_ask()


def test_after_a_rest_one_asks_and_the_others_wait_for_what_it_finds() -> None:
    clock = Clock()
    breaker = tripped(clock)
    clock.now += REST_SECONDS
    assert [breaker.can_ask() for _ in range(3)] == [True, False, False]
    breaker.note_answer()
    assert [breaker.can_ask() for _ in range(3)] == [True, True, True]


def test_one_that_asked_in_vain_has_the_service_rest_again() -> None:
    clock = Clock()
    breaker = tripped(clock)
    clock.now += REST_SECONDS
    assert breaker.can_ask()
    breaker.note_failure()
    assert not breaker.can_ask()
    clock.now += REST_SECONDS
    assert breaker.can_ask()


def test_one_that_asked_and_never_came_back_does_not_stop_all_for_ever() -> None:
    clock = Clock()
    breaker = tripped(clock)
    for _ in range(2):
        clock.now += REST_SECONDS
        assert breaker.can_ask()
