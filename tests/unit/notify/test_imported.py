"""Nobody is told of what was imported: it was earned, and told, elsewhere."""

from collections.abc import Sequence
from typing import Any

import msgspec
import pytest
from chassis.events.envelope import Envelope
from notify.events.handlers import Models, build_handlers
from notify.usecases.notify_people import NoticeCause

import contracts


@pytest.mark.parametrize(
    "type_",
    [
        "learning.hours.credited.v1",
        "learning.course.completed.v1",
        "learning.certificate.issued.v1",
    ],
)
def test_what_was_earned_here_is_told_and_what_was_imported_is_not(type_: str) -> None:
    golden: Any = contracts.example_of(type_)
    data = {name: said for name, said in golden["data"].items() if name != "imported"}
    example = golden | {"data": data}  # as what was earned here is published
    brought = golden | {"id": "b", "data": data | {"imported": True}}
    told: list[NoticeCause] = []

    def tell(causes: Sequence[NoticeCause]) -> None:
        told.extend(causes)

    models: Any = Models(None, None, None, None)  # type: ignore[arg-type]
    handle = build_handlers(models, tell, None)[type_]  # type: ignore[arg-type]
    handle([msgspec.convert(one, Envelope) for one in (brought, example)])
    assert [cause.id for cause in told] == [example["id"]]
