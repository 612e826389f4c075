"""Handlers of the catalogue: what an event of media changes here."""

from collections.abc import Callable, Sequence

from chassis.events.envelope import Envelope
from chassis.inbox.consumer import Handler

from catalog.domain.lecture import Lecture
from catalog.events.projected_rows import LECTURES
from catalog.usecases.ports import Lectures


def build_handlers(lectures: Lectures) -> dict[str, Handler]:
    """Event type → handler."""

    def handler_of(read: Callable[[Envelope], tuple[str, int, Lecture]]) -> Handler:
        def put_lectures(events: Sequence[Envelope]) -> None:
            lectures.put([read(event) for event in events])

        return put_lectures

    return {type_: handler_of(read) for type_, read in LECTURES.items()}
