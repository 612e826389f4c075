"""Handlers of the catalogue: what an event of media or enrollment changes here."""

from collections.abc import Callable, Sequence

from chassis.events.envelope import Envelope, at_work_on
from chassis.inbox.consumer import Handler

from catalog.domain.lecture import Lecture
from catalog.domain.training_class import Quota
from catalog.events.projected_rows import LECTURES
from catalog.usecases.follow_seats import follow_seats
from catalog.usecases.ports import Classes, Lectures


def build_handlers(lectures: Lectures, classes: Classes) -> dict[str, Handler]:
    """Event type → handler."""

    def handler_of(read: Callable[[Envelope], tuple[str, int, Lecture]]) -> Handler:
        def put_lectures(events: Sequence[Envelope]) -> None:
            lectures.put([read(event) for event in events])

        return put_lectures

    def follow_all_seats(events: Sequence[Envelope]) -> None:
        for event in events:
            data = event.data
            quotas = tuple(Quota(q["branch_id"], q["seats"]) for q in data["quotas"])
            with at_work_on(event):
                follow_seats(
                    classes,
                    data["class_id"],
                    data["capacity"],
                    quotas,
                    data["revision"],
                )

    of_lectures = {type_: handler_of(read) for type_, read in LECTURES.items()}
    return of_lectures | {"enrollment.seats.changed.v1": follow_all_seats}
