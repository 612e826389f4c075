"""The event timeline of one id, put together from what services answer."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import pytest
from chassis.operations.console import EventConsole
from chassis.operations.operations import Operation
from chassis.operations.shapes import Id, Ids, TimelineEntry
from chassis.operations.trace import find_trace

from tests.unit.operators import consumed, published

ANNA = published("anna.1.0", second=1, person="p1")
BERT = published("bert.1.0", second=2, person="p2")
NOTICE = published("notice.1.0", second=3, about="anna")
LATER = published("anna.2.0", second=4, request="r2", person="p1")
ARCHIVE = [ANNA, BERT, NOTICE, LATER]


class Services:
    """Enrollment has published all of it, and notify has handled it."""

    def __init__(self, archive: Sequence[TimelineEntry] = ARCHIVE) -> None:
        self.archive, self.away = archive, set[str]()

    def ask(self, service: str, operation: Operation[Any], asked: object = None) -> Any:
        raise AssertionError("a trace is of all services")

    def ask_all(
        self, operation: Operation[Any], asked: msgspec.Struct | None = None
    ) -> Mapping[str, Any]:
        if operation is EventConsole.find_consumed:
            assert isinstance(asked, Ids)
            return {"notify": [consumed(id_, second=30) for id_ in asked.ids]}
        assert isinstance(asked, Id)
        id_ = asked.id
        by_field = (
            [event for event in self.archive if name(event) == id_]
            for name in (request, event_id, aggregate)
        )
        return {"enrollment": next((events for events in by_field if events), [])}


def request(event: TimelineEntry) -> str:
    return event.request


def event_id(event: TimelineEntry) -> str:
    return event.id


def aggregate(event: TimelineEntry) -> str:
    return event.about[0]


@pytest.mark.parametrize(
    ("id_", "events"),
    [
        ("nobody", []),
        ("r", [ANNA, BERT, NOTICE]),
        ("anna", [ANNA, NOTICE, LATER]),
        ("bert.1.0", [BERT]),
    ],
)
def test_an_id_leads_to_what_was_published_of_it_and_to_nobody_elses(
    id_: str, events: list[TimelineEntry]
) -> None:
    entries = find_trace(Services(), id_)  # type: ignore[arg-type]
    ids = [event.id for event in events]
    states = ["published"] * len(ids) + ["handled"] * len(ids)
    assert [(entry.id, entry.state) for entry in entries] == list(
        zip(ids * 2, states, strict=True)
    )
