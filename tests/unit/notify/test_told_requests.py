"""Of decisions about requests to join, people are told what nothing else tells."""

from collections.abc import Sequence
from typing import Any

import msgspec
import pytest
from chassis.events.envelope import Envelope
from notify.clients.letter_texts import letter_kinds
from notify.domain.errors import NotConsumedYet
from notify.events.handlers import Models, build_handlers
from notify.usecases.notify_people import NoticeCause

import contracts

DECIDED = "enrollment.request.decided.v1"


def told_of(*decisions: str) -> list[NoticeCause]:
    """What people are told when requests are decided so."""
    example: Any = contracts.example_of(DECIDED)
    del example["data"]["cause"]
    events = [
        msgspec.convert(
            example | {"data": example["data"] | {"decision": decision}}, Envelope
        )
        for decision in decisions
    ]
    told: list[NoticeCause] = []

    def tell(causes: Sequence[NoticeCause]) -> None:
        told.extend(causes)

    models: Any = Models(None, None, None, None)  # type: ignore[arg-type]
    build_handlers(models, tell, None)[DECIDED](events)  # type: ignore[arg-type]
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


class Reasons:
    """Why classes were cancelled, as far as that is known."""

    def __init__(self, reasons: dict[str, str]) -> None:
        self.reasons = reasons

    def put(self, rows: object) -> None:
        """Seats are put here too: who is in the class does not matter."""

    def find_by_ids(self, class_ids: Sequence[str]) -> dict[str, str]:
        return {id_: self.reasons[id_] for id_ in class_ids if id_ in self.reasons}


@pytest.mark.parametrize("type_", [DECIDED, "enrollment.seat.withdrawn.v1"])
def test_who_lost_a_class_that_was_cancelled_is_told_why(type_: str) -> None:
    example: Any = contracts.example_of(type_)
    lost = {"cause": "class-cancelled"}
    if type_ == DECIDED:
        lost["decision"] = "lapsed"
    event = msgspec.convert(example | {"data": example["data"] | lost}, Envelope)
    told: list[NoticeCause] = []

    def handle(reasons: dict[str, str]) -> None:
        known = Reasons(reasons)
        models: Any = Models(None, known, None, known)  # type: ignore[arg-type]
        handlers = build_handlers(models, told.extend, None)  # type: ignore[arg-type]
        handlers[type_]([event])

    with pytest.raises(NotConsumedYet):
        handle({})
    handle({"cls7h2k": "停电"})
    [cause] = told
    assert (cause.kind, cause.words["reason"]) == ("class-cancelled", "停电")
    assert "class-cancelled" in letter_kinds()
