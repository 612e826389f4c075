"""Handlers of enrolment: what an event of another service changes here."""

import threading
from collections.abc import Callable, Sequence

from chassis.events.envelope import Envelope
from chassis.inbox.consumer import Handler

from enrollment.domain.branch_feed import FeedEvent
from enrollment.events import projected_rows
from enrollment.events.class_handlers import build_class_handlers
from enrollment.events.fed_events import build_feed_handlers
from enrollment.usecases.ports import Books, Catalog
from enrollment.usecases.roster_ports import ProjectedStudies


def build_handlers(
    books: Books,
    catalog: Catalog,
    studies: ProjectedStudies,
    append: Callable[[Sequence[FeedEvent]], None],
    emptying: threading.Event,
) -> dict[str, Handler]:
    """Event type → handler."""
    feed_handlers = build_feed_handlers(append)

    def on_course_published(events: Sequence[Envelope]) -> None:
        studies.put_courses([projected_rows.row_of_course(event) for event in events])

    def on_watched(events: Sequence[Envelope]) -> None:
        studies.put_watched([projected_rows.row_of_watched(event) for event in events])

    def on_certificate_issued(events: Sequence[Envelope]) -> None:
        studies.put_finished(
            [projected_rows.row_of_certificate(event) for event in events]
        )
        feed_handlers["learning.certificate.issued.v1"](events)

    return (
        feed_handlers
        | build_class_handlers(books, catalog, emptying)
        | {
            "catalog.course.published.v1": on_course_published,
            "media.watch.progressed.v1": on_watched,
            "media.watch.completed.v1": on_watched,
            "learning.certificate.issued.v1": on_certificate_issued,
        }
    )
