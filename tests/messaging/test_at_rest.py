"""A service at rest asks its store seldom, and answers at once all the same."""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from uuid import uuid4

import pytest
from chassis.broker.port import Transport
from chassis.outbox.relay import MORE_SELDOM
from pymongo import MongoClient
from pymongo.monitoring import (
    CommandFailedEvent,
    CommandListener,
    CommandStartedEvent,
    CommandSucceededEvent,
)

from tests.engines import Engine
from tests.messaging import counting
from tests.messaging.consuming import ConsumingService, event, say
from tests.messaging.loops import running
from tests.messaging.test_wake_ups import NEVER_SECONDS, Office
from tests.platform.running import until

POLL_SECONDS, SETTLED_SECONDS, WATCHED_SECONDS = 0.05, 3.0, 6.0
"""A fifth of what a relay does: so it is at rest in a fifth of the time."""
AT_ONCE_SECONDS = 2.0
"""Far more than a wake-up takes on a busy machine."""


class Sent(CommandListener):
    """How often each collection was asked."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()

    def started(self, event: CommandStartedEvent) -> None:
        self.counts[str(event.command.get(event.command_name))] += 1

    def succeeded(self, event: CommandSucceededEvent) -> None:
        """Of no interest."""

    def failed(self, event: CommandFailedEvent) -> None:
        """Of no interest."""

    def watch(self) -> Counter[str]:
        """What is asked from when all is settled, for a while."""
        time.sleep(SETTLED_SECONDS)
        before = self.counts.copy()
        time.sleep(WATCHED_SECONDS)
        return self.counts - before


@pytest.fixture
def sent() -> Sent:
    return Sent()


@pytest.fixture
def client(engine: Engine, sent: Sent) -> Iterator[MongoClient[dict[str, object]]]:
    with MongoClient(engine.url, event_listeners=[sent]) as made:
        yield made


@pytest.fixture
def office(
    bus: Transport, engine: Engine, client: MongoClient[dict[str, object]]
) -> Iterator[Office]:
    with engine.client() as other:
        counting.empty(other)
    with closing(Office(bus, client["saying"])) as made:
        yield made


def test_a_relay_at_rest_asks_each_outbox_fifteen_times_a_minute(
    office: Office, sent: Sent
) -> None:
    desk = office.desk(POLL_SECONDS)
    with running(desk.relay.run, desk.waking.exchange_wake_ups):
        if office.bus.name == "bus in memory":
            return  # it has no wake-ups, so its relay has to look
        until(lambda: desk.relay.is_woken, 20)
        asked = sent.watch()
    pauses = WATCHED_SECONDS / (POLL_SECONDS * MORE_SELDOM)
    assert asked["counters"] <= pauses + 2, asked
    assert asked["leases"] <= 3 * WATCHED_SECONDS, "its term is one second here"
    assert asked.keys() <= {"counters", "leases"}


def test_a_consumer_at_rest_asks_its_store_sixty_times_a_minute(
    bus: Transport, client: MongoClient[dict[str, object]], sent: Sent
) -> None:
    service = ConsumingService("at-rest", bus, client[f"rest-{uuid4().hex}"])
    with service.listening():
        asked = sent.watch()
    assert asked.total() <= WATCHED_SECONDS, asked


def test_what_is_committed_after_a_long_rest_is_published_at_once(
    office: Office,
) -> None:
    desk = office.desk(NEVER_SECONDS)
    with running(desk.relay.run, desk.waking.exchange_wake_ups):
        until(lambda: desk.relay.is_holder, 20)
        time.sleep(SETTLED_SECONDS)
        desk.counters.add("a", counting.Counter(0), ["p"])
        until(lambda: office.has_said("a.1.0"), AT_ONCE_SECONDS, every=0.02)


def test_one_that_stands_by_wakes_the_relay_that_has_the_lease(office: Office) -> None:
    if office.bus.name == "bus in memory":
        return  # all who meet there are in one process
    first, second = office.desk(NEVER_SECONDS), office.desk(NEVER_SECONDS)
    with running(first.relay.run, first.waking.exchange_wake_ups):
        until(lambda: first.relay.is_woken, 20)
        with running(second.relay.run, second.waking.exchange_wake_ups):
            time.sleep(SETTLED_SECONDS)
            assert not second.relay.is_holder
            second.counters.add("a", counting.Counter(0), ["p"])
            until(lambda: office.has_said("a.1.0"), AT_ONCE_SECONDS, every=0.02)


def test_a_consumer_that_rested_for_long_hears_at_once(
    bus: Transport, client: MongoClient[dict[str, object]]
) -> None:
    service = ConsumingService("at-rest", bus, client[f"rest-{uuid4().hex}"])
    with service.listening():
        time.sleep(SETTLED_SECONDS)
        say(bus, event("k", 1))
        until(lambda: service.heard, AT_ONCE_SECONDS, every=0.02)
