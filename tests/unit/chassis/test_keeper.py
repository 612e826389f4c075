"""A lease that is kept while work goes on."""

import contextvars
import threading
from collections.abc import Callable

from chassis.errors import WriteConflict
from chassis.storage.leases import Heartbeat
from chassis.telemetry.tracing import current_request_id, take_up
from pymongo.errors import AutoReconnect

LEASE = 0.6
PATIENCE = 10.0
TRACE = f"00-{'a' * 32}-{'b' * 16}-01"


class Beats:
    """Beats that are counted, and fail as the test says."""

    def __init__(self, renew: Callable[[int], bool]) -> None:
        self.renew, self.count = renew, 0
        self.third = threading.Event()

    def __call__(self) -> bool:
        self.count += 1
        if self.count == 3:
            self.third.set()
        return self.renew(self.count)


def silent() -> None:
    """Nothing to tell."""


def fail(error: Exception) -> bool:
    raise error


def test_it_is_kept_by_beats_until_it_is_let_go() -> None:
    beats = Beats(lambda _: True)
    with Heartbeat(beats, silent, LEASE) as keeper:
        assert beats.third.wait(PATIENCE)
        assert keeper.is_ours()
    count = beats.count
    assert not keeper.thread.is_alive()
    assert beats.count == count


def test_it_is_lost_with_the_first_beat_that_says_so_and_none_follows() -> None:
    beats = Beats(lambda count: count < 2)
    with Heartbeat(beats, silent, LEASE) as keeper:
        keeper.thread.join(PATIENCE)
        assert not keeper.is_ours()
    assert beats.count == 2


def test_a_store_that_is_away_for_less_than_the_lease_costs_nothing() -> None:
    def away_once(count: int) -> bool:
        return fail(AutoReconnect("away")) if count == 1 else True

    beats = Beats(away_once)
    with Heartbeat(beats, silent, LEASE) as keeper:
        assert beats.third.wait(PATIENCE)
        assert keeper.is_ours()


def test_a_store_that_is_away_for_longer_than_the_lease_loses_it() -> None:
    lost = threading.Event()

    def away(_: int) -> bool:
        if not keeper.is_ours():
            lost.set()
        return fail(AutoReconnect("away"))

    beats = Beats(away)
    keeper = Heartbeat(beats, silent, LEASE)
    with keeper:
        assert lost.wait(PATIENCE)


def test_what_is_told_between_beats_is_told_again_where_it_failed() -> None:
    told: list[str] = []
    again = threading.Event()

    def tell() -> None:
        told.append(current_request_id())
        if len(told) == 1:
            raise WriteConflict("v1")
        again.set()

    def keep() -> None:
        take_up("work", TRACE)
        with Heartbeat(Beats(lambda _: True), tell, LEASE) as keeper:
            assert again.wait(PATIENCE)
            assert keeper.is_ours()

    contextvars.copy_context().run(keep)
    assert set(told) == {"a" * 32}
