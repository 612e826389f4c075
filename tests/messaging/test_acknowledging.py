"""One acknowledgement for a whole batch covers that batch and nothing else."""

from collections.abc import Sequence
from uuid import uuid4

import pytest
from chassis.broker.port import BusUnavailable, Message
from chassis.broker.rabbitmq.subscriber import RabbitBatch, RabbitSubscriber
from chassis.broker.rabbitmq.transport import RabbitTransport
from chassis.broker.topology import count_waiting

from tests.parts.rabbitmq import Broker
from tests.platform.running import until

pytestmark = pytest.mark.part("rabbitmq")

TYPE = "catalog.class.closed.v1"


@pytest.fixture
def service() -> str:
    return f"svc-{uuid4().hex[:8]}"


@pytest.fixture
def bus(broker: Broker, service: str) -> RabbitTransport:
    made = RabbitTransport(broker.url)
    made.open_subscriber(service, [TYPE]).close()
    return made


def say(bus: RabbitTransport, *bodies: str) -> None:
    """Each under a key of its own, so that they lie in several queues."""
    publisher = bus.open_publisher()
    publisher.publish([Message(TYPE, body, body.encode()) for body in bodies])
    publisher.close()


def taken(subscriber: RabbitSubscriber) -> RabbitBatch:
    batch: RabbitBatch = until(lambda: subscriber.receive(0.5), 20)
    return batch


def bodies(batches: Sequence[RabbitBatch]) -> set[str]:
    return {d.body.decode() for batch in batches for d in batch.deliveries}


def heard_anew(bus: RabbitTransport, service: str, count: int) -> set[str]:
    """What comes once more, when so many have or nothing more does."""
    subscriber = bus.open_subscriber(service, [TYPE])
    batches: list[RabbitBatch] = []
    while len(bodies(batches)) < count and (batch := subscriber.receive(5)):
        batches.append(batch)
    assert subscriber.receive(0.5) is None
    subscriber.close()
    assert all(d.seen_before for batch in batches for d in batch.deliveries)
    return bodies(batches)


def test_events_of_several_queues_are_acknowledged_together(
    bus: RabbitTransport, service: str
) -> None:
    names = {f"k{n}" for n in range(50)}
    say(bus, *names)
    subscriber = bus.open_subscriber(service, [TYPE])
    heard: list[RabbitBatch] = []
    while bodies(heard) < names:
        heard.append(taken(subscriber))
        assert heard[-1].acknowledge()
    assert count_waiting(bus.find_queues(service)) == 0
    subscriber.close()
    assert count_waiting(bus.find_queues(service)) == 0


def test_a_batch_that_was_given_up_is_not_covered_by_a_later_one(
    bus: RabbitTransport, service: str
) -> None:
    subscriber = bus.open_subscriber(service, [TYPE])
    say(bus, "given up", "as well")
    first = taken(subscriber)
    say(bus, "done", "with")
    later: list[RabbitBatch] = []
    while bodies([first, *later]) != {"given up", "as well", "done", "with"}:
        later.append(taken(subscriber))
        later[-1].acknowledge()
    subscriber.close()
    left = bodies([first])
    assert heard_anew(bus, service, len(left)) == left


def test_what_no_queue_takes_is_told_by_its_routing_key(bus: RabbitTransport) -> None:
    publisher = bus.open_publisher()
    with pytest.raises(
        BusUnavailable, match=r"no queue takes nobody\.hears\.v1\.p\d\d"
    ):
        publisher.publish([Message("nobody.hears.v1", "k", b"{}")])
    publisher.close()
