"""What CloudEvents itself says of an event, by its own schema and naming rule."""

import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import jsonschema_rs
from chassis.broker.port import (
    ALL,
    Keep,
    Message,
    Publisher,
    Subscriber,
    Transport,
)
from chassis.broker.topology import QueueStatus
from chassis.events.envelope import Refused, decode_envelope

HERE = Path(__file__).parent / "official" / "cloudevents-1.0.json"
SCHEMA: dict[str, Any] = json.loads(HERE.read_text("utf-8"))
OFFICIAL = jsonschema_rs.Draft7Validator(SCHEMA, validate_formats=True)
ATTRIBUTE = re.compile(r"[a-z0-9]{1,20}")


def faults(event: dict[str, Any]) -> list[str]:
    """Why this is no CloudEvent; nothing if it is one."""
    found = [error.message for error in OFFICIAL.iter_errors(event)]
    names = [name for name in event if not ATTRIBUTE.fullmatch(name)]
    return found + [f"{name} is no name of an attribute" for name in names]


class Checked(Transport):
    """A bus of which every event that is said on it must be a CloudEvent."""

    def __init__(self, bus: Transport) -> None:
        self.bus, self.name, self.names_senders = bus, bus.name, bus.names_senders
        self.is_one_machine = bus.is_one_machine

    def open_publisher(self) -> Publisher:
        return CheckedPublisher(self.bus.open_publisher())

    def open_subscriber(
        self, service: str, types: Iterable[str], partitions: Iterable[int] = ALL
    ) -> Subscriber:
        return self.bus.open_subscriber(service, types, partitions)

    def take_parked(self, service: str, keep: Keep) -> int:
        return self.bus.take_parked(service, keep)

    def find_queues(self, service: str, types: Iterable[str] = ()) -> list[QueueStatus]:
        return self.bus.find_queues(service, types)

    def open_wake_ups(self, service: str) -> Subscriber | None:
        return self.bus.open_wake_ups(service)

    def open_roster_queue(
        self, exchange: str, queue: str, pattern: str, at_once: int
    ) -> Subscriber | None:
        return self.bus.open_roster_queue(exchange, queue, pattern, at_once)

    def declare_receipts_queue(self, branch: str) -> None:
        self.bus.declare_receipts_queue(branch)

    def try_out(self) -> str:
        return self.bus.try_out()

    @property
    def fault(self) -> str:
        return self.bus.fault


class CheckedPublisher(Publisher):
    """Lets through what our own reader takes for no event, and checks the rest."""

    def __init__(self, publisher: Publisher) -> None:
        self.publisher = publisher

    def publish(self, messages: Sequence[Message]) -> None:
        for message in messages:
            if _is_read_as_event(message.body):
                assert faults(json.loads(message.body)) == [], message.type
        self.publisher.publish(messages)

    def wake_relay(self, service: str) -> None:
        self.publisher.wake_relay(service)

    def send_heartbeat(self) -> None:
        self.publisher.send_heartbeat()

    def close(self) -> None:
        self.publisher.close()


def _is_read_as_event(body: bytes) -> bool:
    try:
        decode_envelope(body)
    except Refused:
        return False
    return True
