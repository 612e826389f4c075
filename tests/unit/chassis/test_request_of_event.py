"""What a handler does for one event of a batch belongs to that event's request."""

from collections.abc import Sequence

import msgspec
import pytest
from chassis.events.envelope import Envelope, at_work_on, from_bytes
from chassis.telemetry.tracing import (
    current_request_id,
    current_traceparent,
    enter_batch,
)
from media.events.handlers import build_handlers

import contracts

UPLOADED = "media.lecture.uploaded.v1"
REQUESTS = ["0123456789abcdef" * 2, "fedcba9876543210" * 2]
SPAN = "b7ad6b7169203331"


@pytest.fixture
def events() -> Sequence[Envelope]:
    """Two golden events of different requests."""
    golden = from_bytes(msgspec.json.encode(contracts.example_of(UPLOADED)))
    return [
        msgspec.structs.replace(
            golden, traceparent=f"00-{request}-{SPAN}-01", id=f"v1.{number}.0"
        )
        for number, request in enumerate(REQUESTS)
    ]


def test_the_work_of_a_handler_belongs_to_the_request_of_each_event(
    events: Sequence[Envelope],
) -> None:
    requests = []

    def queue_transcode(lecture: str, edition: int) -> None:
        requests.append(current_request_id())

    handle = build_handlers(None, None, queue_transcode, None)[UPLOADED]  # type: ignore[arg-type]
    with enter_batch(UPLOADED, [event.traceparent for event in events]):
        handle(events)
    assert requests == REQUESTS


def test_it_is_a_span_of_its_own_below_that_of_the_event(
    events: Sequence[Envelope],
) -> None:
    with at_work_on(events[1]):
        version, trace, span, _ = current_traceparent().split("-")
    assert (version, trace) == ("00", REQUESTS[1])
    assert span != SPAN


def test_what_is_done_after_it_does_not(events: Sequence[Envelope]) -> None:
    with at_work_on(events[1]):
        pass
    assert current_request_id() not in REQUESTS


@pytest.mark.parametrize(
    "said", ["", "13800000001", f"00-{'0' * 32}-{SPAN}-01", "a" * 99]
)
def test_what_is_no_traceparent_begins_a_trace(
    events: Sequence[Envelope], said: str
) -> None:
    with at_work_on(msgspec.structs.replace(events[0], traceparent=said)):
        assert int(current_request_id(), 16) > 0
        assert current_request_id() not in (said, *REQUESTS)
