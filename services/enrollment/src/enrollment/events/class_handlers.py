"""Handlers of what catalog does with classes: seat books follow."""

from collections.abc import Sequence

from chassis.events.envelope import Envelope, at_work_on
from chassis.inbox.consumer import Handler

from enrollment.domain.seat_book import BY_BRANCH
from enrollment.usecases.follow_classes import (
    change_class,
    close_class,
    empty_book,
    open_class,
)
from enrollment.usecases.ports import Books, Catalog


def build_class_handlers(books: Books, catalog: Catalog) -> dict[str, Handler]:
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
                data.get("admission", BY_BRANCH),
            )
            with at_work_on(event):
                open_class(books, book)

    def on_class_changed(events: Sequence[Envelope]) -> None:
        for event in events:
            class_id, last = event.data["class_id"], event.data["ends_on"]
            with at_work_on(event):
                change_class(books, catalog, class_id, last, event.version)

    def on_class_closed(events: Sequence[Envelope]) -> None:
        for event in events:
            with at_work_on(event):
                close_class(books, catalog, event.data["class_id"])

    return {
        "catalog.class.opened.v1": on_class_opened,
        "catalog.class.changed.v1": on_class_changed,
        "catalog.class.closed.v1": on_class_closed,
    }
