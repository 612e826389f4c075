"""Handlers of media: what events of others, and its own, change here."""

from collections.abc import Callable, Sequence

from chassis.events.envelope import Envelope, at_work_on
from chassis.inbox.consumer import Handler
from chassis.people.personal_data import PersonalData
from chassis.projections.aliases import Aliases

from media.events import projected_rows
from media.usecases.ports import Entitlements


def build_handlers(
    entitlements: Entitlements,
    aliases: Aliases,
    queue_transcode: Callable[[str, int], None],
    about_people: PersonalData,
) -> dict[str, Handler]:
    """Event type → handler."""

    def on_course_published(events: Sequence[Envelope]) -> None:
        entitlements.put_courses(
            [projected_rows.row_of_course(event) for event in events]
        )

    def on_seat(events: Sequence[Envelope]) -> None:
        entitlements.put_seats([projected_rows.row_of_seat(event) for event in events])

    def on_aliases(events: Sequence[Envelope]) -> None:
        aliases.put([projected_rows.row_of_alias(event) for event in events])

    def on_lecture_uploaded(events: Sequence[Envelope]) -> None:
        for event in events:
            with at_work_on(event):
                queue_transcode(event.data["lecture_id"], event.data["edition"])

    def on_person_deleted(events: Sequence[Envelope]) -> None:
        for event in events:
            about_people.forget_person(event.data["person_id"])

    return {
        "enrollment.person.deleted.v1": on_person_deleted,
        "catalog.course.published.v1": on_course_published,
        "enrollment.person.merged.v1": on_aliases,
        "enrollment.person.unmerged.v1": on_aliases,
        "enrollment.seat.taken.v1": on_seat,
        "enrollment.seat.promoted.v1": on_seat,
        "enrollment.seat.withdrawn.v1": on_seat,
        "media.lecture.uploaded.v1": on_lecture_uploaded,
    }
