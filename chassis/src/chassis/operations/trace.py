"""The event timeline of one id through all services, from the row to the notice."""

import msgspec

from chassis.operations.console import EventConsole
from chassis.operations.operations import EventOperations, each_of
from chassis.operations.shapes import Id, Ids, TimelineEntry

MOST_REQUESTS = 5
"""Each is asked of every service, and a page waits three seconds for all of them."""


def find_trace(operations: EventOperations, id_: str) -> list[TimelineEntry]:
    """What a request led to, in the order of time; empty when nobody knows the id.

    For the id of an event, an enrolment, a chunk: what those requests that spoke of it
    led to, as far as it is about the same person or thing.
    """
    events = _find_published(operations, id_)
    requests = sorted({event.request for event in events})[:MOST_REQUESTS]
    if requests and id_ not in requests:
        near = {id_} | {event.id for event in events} | {e.person for e in events}
        whole = [
            event for name in requests for event in _find_published(operations, name)
        ]
        events = [e for e in whole if (near - {""}) & {e.id, *e.about}]
    types = {event.id: event.type for event in events}
    ids = Ids(ids=list(types))
    answers = operations.ask_all(EventConsole.find_consumed, ids) if types else {}
    consumed = [
        msgspec.structs.replace(entry, type=types[entry.id])
        for _, entry in each_of(answers)
    ]
    return sorted(events + consumed, key=lambda entry: entry.at)


def _find_published(operations: EventOperations, id_: str) -> list[TimelineEntry]:
    answers = operations.ask_all(EventConsole.find_published, Id(id=id_))
    return [entry for _, entry in each_of(answers)]
