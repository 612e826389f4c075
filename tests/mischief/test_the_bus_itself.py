"""Whatever it does, the bus in memory keeps its word."""

import random
from collections import Counter
from itertools import pairwise

import pytest
from chassis.broker.port import BusUnavailable, Delivery, Message
from chassis.broker.topology import count_parked, count_waiting, partition_of

from tests.doubles.fault_injection import Mischief
from tests.doubles.memory_bus import (
    DELIVERY_LIMIT,
    InMemorySubscriber,
    InMemoryTransport,
)

HEARER, TYPE = "learning", "a.thing.said.v1"
KEYS = [f"k{number}" for number in range(40)]
EVENTS = 8
KINDS = {
    "duplicate at once", "late duplicate", "delay", "reordering", "lost confirm",
    "lost delivery", "lost acknowledgement",
}  # fmt: skip


def said() -> list[Message]:
    """Each key's events, one after another."""
    return [
        Message(TYPE, key, f"{key}/{number:02d}".encode())
        for number in range(EVENTS)
        for key in KEYS
    ]


def say_all(bus: InMemoryTransport) -> None:
    """Say everything as a relay does: what is unconfirmed is said again, in order."""
    publisher, left = bus.open_publisher(), said()
    while left:
        try:
            publisher.publish(left[:30])
        except BusUnavailable:
            continue
        left = left[30:]


class Listener:
    """Hears all there is, connecting anew whenever the connection is lost."""

    def __init__(self, bus: InMemoryTransport) -> None:
        self.bus = bus
        self.subscriber = self._connect()
        self.heard: list[Delivery] = []

    def _connect(self) -> InMemorySubscriber:
        return self.bus.open_subscriber(HEARER, [TYPE])

    def hear_all(self) -> list[Delivery]:
        while count_waiting(self.bus.find_queues(HEARER)):
            try:
                self._hear_one()
            except BusUnavailable:
                self.subscriber = self._connect()
        return self.heard

    def _hear_one(self) -> None:
        batch = self.subscriber.receive(0)
        if batch is not None:
            self.heard += batch.deliveries
            batch.acknowledge()


def first_times(heard: list[Delivery]) -> dict[str, list[str]]:
    """The events of each key in the order in which they were first heard."""
    by_key: dict[str, list[str]] = {}
    for body in dict.fromkeys(delivery.body.decode() for delivery in heard):
        by_key.setdefault(body.partition("/")[0], []).append(body)
    return by_key


def heard_under(mischief: Mischief) -> list[Delivery]:
    bus = InMemoryTransport(mischief)
    listener = Listener(bus)
    say_all(bus)
    heard = listener.hear_all()
    assert count_parked(bus.find_queues(HEARER)) == 0
    return heard


@pytest.mark.parametrize("seed", range(50))
def test_nothing_is_lost_or_invented_and_each_key_is_first_heard_in_order(
    seed: int,
) -> None:
    found = first_times(heard_under(Mischief.of(seed)))
    assert found == {
        key: [f"{key}/{number:02d}" for number in range(EVENTS)] for key in KEYS
    }


def test_every_kind_of_mischief_is_done() -> None:
    mischief = Mischief.of(1)
    heard = heard_under(mischief)
    assert set(mischief.done) == KINDS
    times = Counter(delivery.body for delivery in heard)
    assert max(times.values()) > 1
    assert any(delivery.seen_before for delivery in heard)
    orders = [body.decode() for body in dict.fromkeys(one.body for one in heard)]
    together = [(a, b) for a, b in pairwise(orders) if _number(a) > _number(b)]
    assert together, "keys were not mixed"


def _number(body: str) -> int:
    return int(body.partition("/")[2])


def test_a_seed_tells_the_whole_story() -> None:
    assert heard_under(Mischief.of(7)) == heard_under(Mischief.of(7))
    assert heard_under(Mischief.of(7)) != heard_under(Mischief.of(8))


def test_on_a_quiet_day_everything_comes_once_in_the_order_of_its_partition() -> None:
    heard = heard_under(Mischief())
    by_partition: dict[int, list[bytes]] = {}
    for delivery in heard:
        key = delivery.body.decode().partition("/")[0]
        by_partition.setdefault(partition_of(key), []).append(delivery.body)
    assert len(heard) == len(KEYS) * EVENTS
    for place, bodies in by_partition.items():
        assert bodies == [m.body for m in said() if partition_of(m.key) == place]


def test_a_partition_that_is_held_goes_to_nobody_else() -> None:
    bus = InMemoryTransport()
    first, second = (
        bus.open_subscriber(HEARER, [TYPE]),
        bus.open_subscriber(HEARER, [TYPE]),
    )
    bus.open_publisher().publish([Message(TYPE, "k", b"1"), Message(TYPE, "k", b"2")])
    held = first.receive(0)
    assert held is not None
    assert second.receive(0) is None
    held.release()
    again = second.receive(0)
    assert again is not None
    assert [(d.body, d.seen_before) for d in again.deliveries] == [(b"1", True)]
    assert not held.acknowledge()
    assert again.acknowledge()


def test_what_is_delivered_too_often_is_parked() -> None:
    bus = InMemoryTransport()
    subscriber = bus.open_subscriber(HEARER, [TYPE])
    bus.open_publisher().publish([Message(TYPE, "k", b"1")])
    for _ in range(DELIVERY_LIMIT):
        batch = subscriber.receive(0)
        assert batch is not None
        batch.release()
    assert subscriber.receive(0) is None
    queues = bus.find_queues(HEARER)
    assert (count_waiting(queues), count_parked(queues)) == (0, 1)


def test_what_nobody_hears_is_refused_and_none_of_it_taken() -> None:
    bus = InMemoryTransport()
    bus.open_subscriber(HEARER, [TYPE])
    heard, unheard = Message(TYPE, "k", b"1"), Message("b.thing.said.v1", "k", b"2")
    with pytest.raises(BusUnavailable, match=r"no queue takes b\.thing\.said\.v1"):
        bus.open_publisher().publish([heard, unheard])
    assert count_waiting(bus.find_queues(HEARER)) == 0


def test_what_outsiders_send_is_told_with_their_account_and_where_it_was_sent() -> None:
    bus = InMemoryTransport()
    inlet = bus.open_roster_queue(
        "biyong.branches", "enrollment.rosters", "branch.*.roster"
    )
    bus.send("biyong.branches", "branch.b1.roster", b"rows", "branch.b1")
    bus.send("biyong.branches", "branch.b1.other", b"other", "branch.b1")
    bus.send("biyong.events", "branch.b1.roster", b"facts", "branch.b1")
    batch = inlet.receive(0)
    assert batch is not None
    [delivery] = batch.deliveries
    assert (delivery.body, delivery.routing_key, delivery.user) == (
        b"rows", "branch.b1.roster", "branch.b1",
    )  # fmt: skip


def test_what_is_for_a_branch_comes_there_once_it_has_an_outlet() -> None:
    bus = InMemoryTransport()
    publisher = bus.open_publisher()
    publisher.publish(
        [Message(TYPE, "k", b"early", branch="b1", is_for_services=False)]
    )
    bus.declare_receipts_queue("b1")
    publisher.publish([Message(TYPE, "k", b"1", branch="b1", is_for_services=False)])
    publisher.publish([Message(TYPE, "k", b"2", branch="b2", is_for_services=False)])
    assert bus.received("b1") == (b"1",)


def test_orders_within_a_key_stay_whatever_is_mixed() -> None:
    mischief = Mischief(random.Random(3), reorders=1.0)
    waiting = [(key, number) for number in range(6) for key in "abc"]
    for _ in range(50):
        mixed = mischief.mixed(waiting, lambda one: one[0])
        for key in "abc":
            numbers = [number for k, number in mixed if k == key]
            assert numbers == list(range(len(numbers)))
