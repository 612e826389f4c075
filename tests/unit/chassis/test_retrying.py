"""A handler says after which pauses it is tried again, and when that ends."""

import pytest
from chassis.inbox.retry_policy import USUAL, RetryPolicy, retry_of, retry_with

QUICK = RetryPolicy(pauses=(1.0, 2.0), patience=60.0)


@pytest.mark.parametrize(("tries", "pause"), [(1, 1.0), (2, 2.0)])
def test_pauses_follow_one_another_each_varied_by_a_fifth(
    tries: int, pause: float
) -> None:
    waits = {
        QUICK.pause_seconds(tries, 0.0, comes_again=False) or 0.0 for _ in range(50)
    }
    assert len(waits) > 1
    assert all(0.8 * pause <= wait <= 1.2 * pause for wait in waits)


def test_after_the_last_pause_it_is_parked() -> None:
    assert QUICK.pause_seconds(3, 0.0, comes_again=False) is None


def test_what_waits_for_another_event_goes_on_until_the_patience_is_over() -> None:
    assert QUICK.pause_seconds(30, 59.0, comes_again=True) is not None
    assert QUICK.pause_seconds(2, 61.0, comes_again=True) is None


def test_a_handler_may_declare_its_own_policy() -> None:
    @retry_with(QUICK)
    def declared() -> None: ...

    def plain() -> None: ...

    assert retry_of(declared) is QUICK
    assert retry_of(plain) is USUAL
    assert retry_of(None) is USUAL
