"""RabbitMQ: a lone delivery is out at once, a stream comes in full batches."""

import select
import threading
import time
from collections.abc import Iterator
from uuid import uuid4

import pytest
from chassis.broker.port import Message, Publisher
from chassis.broker.rabbitmq.subscriber import GATHER_SECONDS, RabbitSubscriber
from chassis.broker.rabbitmq.transport import RabbitTransport

from tests.parts.rabbitmq import Broker

pytestmark = pytest.mark.part("rabbitmq")

TYPE = "catalog.class.closed.v1"
TRIES = 20
"""Of what a busy machine may delay, the quickest of so many is judged."""


@pytest.fixture
def bus(broker: Broker) -> RabbitTransport:
    return RabbitTransport(broker.url)


@pytest.fixture
def subscriber(bus: RabbitTransport) -> Iterator[RabbitSubscriber]:
    subscriber = bus.open_subscriber(f"svc-{uuid4().hex[:8]}", [TYPE])
    yield subscriber
    subscriber.close()


@pytest.fixture
def publisher(bus: RabbitTransport) -> Iterator[Publisher]:
    publisher = bus.open_publisher()
    yield publisher
    publisher.close()


def send(publisher: Publisher, count: int) -> None:
    publisher.publish([Message(TYPE, f"k{n}", b"{}") for n in range(count)])


def receive_what_came(subscriber: RabbitSubscriber) -> tuple[int, float]:
    """How many come, and in how many seconds, once the first of them lies here."""
    select.select([subscriber.wire.sock], [], [])
    began = time.monotonic()
    batch = subscriber.receive(5)
    took = time.monotonic() - began
    assert batch is not None
    batch.acknowledge()
    return len(batch.deliveries), took


def receive_all(subscriber: RabbitSubscriber, count: int) -> int:
    """Receive so many; the size of the last batch."""
    size = 0
    while count > 0:
        size, _ = receive_what_came(subscriber)
        count -= size
    return size


def test_a_lone_delivery_waits_for_nothing_else(
    subscriber: RabbitSubscriber, publisher: Publisher
) -> None:
    seconds = []
    for _ in range(TRIES):
        send(publisher, 1)
        count, took = receive_what_came(subscriber)
        assert count == 1
        seconds.append(took)
    assert min(seconds) < GATHER_SECONDS / 2


def test_after_several_at_once_the_next_ones_are_waited_for(
    subscriber: RabbitSubscriber, publisher: Publisher
) -> None:
    sizes = []
    for _ in range(TRIES):
        send(publisher, 50)
        if receive_all(subscriber, 50) == 1:
            continue  # the last of them came alone: no stream any more
        late = threading.Timer(GATHER_SECONDS / 4, send, (publisher, 1))
        send(publisher, 1)
        late.start()
        sizes.append(receive_what_came(subscriber)[0])
        late.join()
        receive_all(subscriber, 2 - sizes[-1])
    assert max(sizes) == 2
