"""Handlers of what catalog does with classes: seat books follow."""

import threading
from collections.abc import Callable, Sequence

from chassis.events.envelope import Envelope, at_work_on
from chassis.inbox.consumer import Handler

from enrollment.domain.seat_book import BY_BRANCH
from enrollment.usecases.follow_classes import (
    cancel_class,
    change_class,
    close_class,
    empty_book,
    open_class,
    reopen_class,
)
from enrollment.usecases.ports import Books, Catalog

Follow = Callable[[Books, Catalog, str, int], None]


def build_class_handlers(
    books: Books, catalog: Catalog, emptying: threading.Event
) -> dict[str, Handler]:
    """Event type → handler. `emptying` is set where people have to leave a class."""

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

    def follower_of(follow: Follow) -> Handler:
        def on_state(events: Sequence[Envelope]) -> None:
            for event in events:
                with at_work_on(event):
                    follow(books, catalog, event.data["class_id"], event.version)

        return on_state

    def on_class_cancelled(events: Sequence[Envelope]) -> None:
        follower_of(cancel_class)(events)
        emptying.set()

    return {
        "catalog.class.opened.v1": on_class_opened,
        "catalog.class.changed.v1": on_class_changed,
        "catalog.class.closed.v1": follower_of(close_class),
        "catalog.class.cancelled.v1": on_class_cancelled,
        "catalog.class.reopened.v1": follower_of(reopen_class),
    }
