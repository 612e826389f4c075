"""Of decisions about requests to join, people are told what nothing else tells."""

from collections.abc import Sequence
from typing import Any

import msgspec
import pytest
from chassis.events.envelope import Envelope
from notify.clients.letter_texts import letter_kinds
from notify.events.handlers import build_handlers
from notify.usecases.notify_people import NoticeCause

import contracts

DECIDED = "enrollment.request.decided.v1"


def told_of(*decisions: str) -> list[NoticeCause]:
    """What people are told when requests are decided so."""
    example: Any = contracts.example_of(DECIDED)
    events = [
        msgspec.convert(
            example | {"data": example["data"] | {"decision": decision}}, Envelope
        )
        for decision in decisions
    ]
    told: list[NoticeCause] = []

    def tell(causes: Sequence[NoticeCause]) -> None:
        told.extend(causes)

    build_handlers(None, None, None, tell, None)[DECIDED](events)  # type: ignore[arg-type]
    return told


@pytest.mark.parametrize(
    ("decision", "kind"), [("refused", "request-refused"), ("lapsed", "request-lapsed")]
)
def test_who_got_no_seat_is_told_about_which_class(decision: str, kind: str) -> None:
    [cause] = told_of(decision)
    assert (cause.kind, cause.person_id, cause.class_id) == (kind, "pq81m", "cls7h2k")
    assert kind in letter_kinds()


def test_of_an_approved_one_the_seat_tells_and_who_took_it_back_knows() -> None:
    assert told_of("approved", "withdrawn") == []
    assert [c.kind for c in told_of("approved", "refused")] == ["request-refused"]
