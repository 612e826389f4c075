"""What a handler does for one event of a batch belongs to that event's request."""

from collections.abc import Sequence

import msgspec
import pytest
from chassis.events.envelope import Envelope, at_work_on, from_bytes
from chassis.telemetry import tracing
from media.events.handlers import build_handlers

import contracts

UPLOADED = "media.lecture.uploaded.v1"
REQUESTS = ["0123456789abcdef", "fedcba9876543210"]


@pytest.fixture
def events() -> Sequence[Envelope]:
    """Two golden events of different requests."""
    golden = from_bytes(msgspec.json.encode(contracts.example_of(UPLOADED)))
    return [
        msgspec.structs.replace(golden, requestid=request, id=f"v1.{number}.0")
        for number, request in enumerate(REQUESTS)
    ]


def test_the_work_of_a_handler_carries_the_ids_of_each_event(
    events: Sequence[Envelope],
) -> None:
    requests = []

    def queue_transcode(lecture: str, edition: int) -> None:
        requests.append(tracing.current_ids()[1])

    handle = build_handlers(None, queue_transcode)[UPLOADED]  # type: ignore[arg-type]
    with at_work_on(events[0]):
        handle(events)
    assert requests == REQUESTS


def test_what_is_done_after_it_does_not(events: Sequence[Envelope]) -> None:
    with at_work_on(events[1]):
        trace = tracing.current_ids()[0]
    assert trace[3:35] == events[1].traceparent[3:35]
    assert tracing.current_ids()[1] not in REQUESTS
