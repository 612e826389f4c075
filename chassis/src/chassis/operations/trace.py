"""The event timeline of one id through all services, from the row to the notice."""

import datetime
from collections.abc import Sequence

import msgspec

from chassis.operations import operations as op
from chassis.operations.operations import EventOperations, each_of
from chassis.operations.shapes import IdIn, IdsIn, PublishedEvent

PUBLISHED = "published"
MOST_REQUESTS = 5
"""Each is asked of every service, and a page waits three seconds for all of them."""


class TraceEntry(msgspec.Struct, frozen=True):
    """That an event was published, or what became of it at a consumer, and when."""

    at: datetime.datetime
    service: str
    state: str
    id: str
    type: str
    subject: str = ""


class Trace(msgspec.Struct, frozen=True):
    """What requests led to, in the order of time."""

    requests: list[str]
    entries: list[TraceEntry]


def find_trace(operations: EventOperations, id_: str) -> Trace:
    """The timeline of a request; empty when nobody knows the id.

    For the id of an event, an enrolment, a chunk: of those requests in which it was
    spoken of, as far as they are about the same person or thing.
    """
    events = _published(operations, id_)
    requests = sorted({event.request for event in events})[:MOST_REQUESTS]
    if requests and id_ not in requests:
        whole = [one for request in requests for one in _published(operations, request)]
        events = _near(id_, events, whole)
    types = {event.id: event.type for event in events}
    entries = [
        TraceEntry(e.at, e.service, PUBLISHED, e.id, e.type, e.subject) for e in events
    ]
    if types:
        consumed = operations.ask_all(op.CONSUMED, IdsIn(ids=list(types)))
        entries += [
            TraceEntry(e.at, service, e.state, e.id, types[e.id])
            for service, e in each_of(consumed)
        ]
    return Trace(requests, sorted(entries, key=lambda entry: entry.at))


def _near(
    id_: str, events: Sequence[PublishedEvent], whole: Sequence[PublishedEvent]
) -> list[PublishedEvent]:
    """Those of the whole requests that speak of the same thing or person."""
    near = {id_} | {event.id for event in events} | {event.person for event in events}
    near.discard("")
    return [event for event in whole if near & {event.id, *event.about}]


def _published(operations: EventOperations, id_: str) -> list[PublishedEvent]:
    answers = operations.ask_all(op.PUBLISHED, IdIn(id=id_))
    return [event for _, event in each_of(answers)]
