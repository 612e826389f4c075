"""Handlers of enrolment: what an event of catalog changes here."""

from collections.abc import Sequence

from chassis.events.envelope import Envelope, at_work_on
from chassis.inbox.consumer import Handler

from enrollment.usecases.follow_classes import close_class, empty_book, open_class
from enrollment.usecases.ports import Books, Catalog


def build_handlers(books: Books, catalog: Catalog) -> dict[str, Handler]:
    """Event type → handler."""

    def on_class_opened(events: Sequence[Envelope]) -> None:
        for event in events:
            data = event.data
            quotas = {q["branch_id"]: q["seats"] for q in data["quotas"]}
            book = empty_book(
                data["class_id"],
                data["course_id"],
                data["capacity"],
                quotas,
                data["ends_on"],
            )
            with at_work_on(event):
                open_class(books, book)

    def on_class_closed(events: Sequence[Envelope]) -> None:
        for event in events:
            with at_work_on(event):
                close_class(books, catalog, event.data["class_id"])

    return {
        "catalog.class.opened.v1": on_class_opened,
        "catalog.class.closed.v1": on_class_closed,
    }
