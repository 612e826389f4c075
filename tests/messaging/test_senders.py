"""On a bus where every service has an account, an event of another's is not handled."""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import msgspec
import pytest
from chassis.broker.port import Delivery, Keep, Transport
from chassis.events.envelope import Envelope, to_bytes
from chassis.inbox.consumer import Consumer
from chassis.operations.parked import Parked

from tests.cloudevents import Checked
from tests.messaging.consuming import TYPE, ConsumingService, event

OWNER, STRANGER = "catalog", "notify"


@dataclass
class Handed:
    """A batch of the test's own; `done` when it was acknowledged."""

    deliveries: Sequence[Delivery]
    done: bool = False

    def acknowledge(self) -> bool:
        self.done = True
        return True


class Vouching(Checked):
    """A bus that vouches for senders, and what it has put aside."""

    def __init__(self, bus: Transport) -> None:
        super().__init__(bus)
        self.names_senders = True
        self.aside: list[Delivery] = []

    def take_parked(self, service: str, keep: Keep) -> int:
        taken, self.aside = self.aside, []
        for delivery in taken:
            keep(delivery, "came too often")
        return len(taken)


@dataclass
class Hearing:
    """The consuming behind such a bus."""

    consuming: ConsumingService
    bus: Vouching = field(init=False)

    def __post_init__(self) -> None:
        self.bus = Vouching(self.consuming.bus)
        self.consumer = Consumer(
            self.consuming.name,
            {TYPE: self.consuming.handle},
            self.consuming.collections,
            self.bus,
        )

    def parked(self) -> int:
        parked = Parked(self.consuming.collections)
        return sum(group.sequences for group in parked.find_groups())


@pytest.fixture
def hearing(consuming: ConsumingService) -> Iterator[Hearing]:
    hearing = Hearing(consuming)
    yield hearing
    if hearing.consumer.subscriber is not None:
        hearing.consumer.subscriber.close()


def sent(by: str, said: Envelope, tag: int = 1) -> Delivery:
    return Delivery(tag, to_bytes(said), False, said.type, by)


@pytest.mark.parametrize("account", [STRANGER, ""])
def test_an_event_of_another_account_is_parked_unheard_and_stops_nobody(
    hearing: Hearing, account: str
) -> None:
    forged = sent(account, event("k", 1))
    batch = Handed([forged, sent(OWNER, event("k", 2), 2)])
    hearing.consumer.handle_batch(batch)
    assert hearing.consuming.heard == [("k", 2)]
    assert hearing.parked() == 1
    assert batch.done


def test_a_forged_event_does_not_stand_for_the_real_one(hearing: Hearing) -> None:
    real = event("k", 1)
    data = real.data | {"class_id": "another"}
    forged = msgspec.structs.replace(real, data=data)
    hearing.consumer.handle_batch(Handed([sent(STRANGER, forged)]))
    hearing.consumer.handle_batch(Handed([sent(OWNER, real)]))
    assert hearing.consuming.heard == [("k", 1)]


def test_what_the_bus_put_aside_is_tried_again_only_if_its_account_may_say_it(
    hearing: Hearing,
) -> None:
    hearing.bus.aside = [sent(STRANGER, event("a", 1)), sent(OWNER, event("b", 1))]
    hearing.consumer.consume_batch(threading.Event())
    assert hearing.consuming.heard == [("b", 1)]
    assert hearing.parked() == 1
