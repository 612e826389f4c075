"""What is for a branch reaches it, and services where it is for them as well."""

from uuid import uuid4

import kombu
import msgspec
import pytest
from chassis.broker.connect import open_transport
from chassis.broker.port import Message, Transport
from chassis.broker.topology import receipts_queue

from tests.messaging.consuming import TYPE, event
from tests.parts.rabbitmq import Broker
from tests.platform.running import until


def for_branch(version: int, branch: str, *, is_for_services: bool) -> Message:
    said = event("k1", version)
    body = msgspec.json.encode(said)
    return Message(
        said.type, said.partitionkey, body, branch, is_for_services=is_for_services
    )


def to_bytes(body: str | bytes) -> bytes:
    """kombu gives text where the bytes say that they are some."""
    return body.encode() if isinstance(body, str) else body


def publish(bus: Transport, branch: str) -> list[bytes]:
    """One for both, one for the branch alone, one for services alone; their bodies."""
    messages = [
        for_branch(1, branch, is_for_services=True),
        for_branch(2, branch, is_for_services=False),
        for_branch(3, "", is_for_services=True),
    ]
    publisher = bus.open_publisher()
    publisher.publish(messages)
    publisher.close()
    return [message.body for message in messages]


def test_services_get_what_is_for_them_whether_or_not_a_branch_does(
    bus: Transport,
) -> None:
    service = f"svc-{uuid4().hex[:8]}"
    subscriber = bus.open_subscriber(service, [TYPE])
    both, _, services = publish(bus, "nobody-listens")
    heard: list[bytes] = []

    def has_all() -> bool:
        if batch := subscriber.receive(0.2):
            heard.extend(delivery.body for delivery in batch.deliveries)
            batch.acknowledge()
        return len(heard) >= 2

    until(has_all, 10)
    assert subscriber.receive(0.2) is None
    subscriber.close()
    assert heard == [both, services]


@pytest.mark.part("rabbitmq")
def test_a_branch_gets_what_is_for_it_whether_or_not_services_do(
    broker: Broker,
) -> None:
    bus, branch = open_transport(broker.url), f"b{uuid4().hex[:8]}"
    bus.open_subscriber(f"svc-{branch}", [TYPE]).close()
    bus.declare_receipts_queue(branch)
    both, alone, _ = publish(bus, branch)
    got: list[bytes] = []
    with kombu.Connection(broker.url) as connection:
        channel = connection.channel()

        def has_both() -> bool:
            if message := channel.basic_get(receipts_queue(branch), no_ack=True):
                got.append(to_bytes(message.body))
            return len(got) >= 2

        until(has_both, 10)
        assert channel.basic_get(receipts_queue(branch), no_ack=True) is None
    assert got == [both, alone]
