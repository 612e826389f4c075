"""Handlers of the record: what events of others change here."""

from collections.abc import Sequence

from chassis.events.envelope import Envelope, at_work_on
from chassis.inbox.consumer import Handler
from chassis.people.personal_data import PersonalData
from chassis.projections.aliases import Aliases

from learning.events import projected_rows
from learning.events.people_handlers import build_people_handlers
from learning.usecases.complete_lecture import CompleteLecture
from learning.usecases.follow_courses import follow_courses
from learning.usecases.follow_merges import FollowMerges
from learning.usecases.follow_seats import follow_seats
from learning.usecases.ports import MakeUps, Projections, Records
from learning.usecases.reissue_certificates import ReissueCertificates


def build_handlers(
    projections: Projections,
    records: Records,
    complete: CompleteLecture,
    make_ups: MakeUps,
    reissue: ReissueCertificates,
    aliases: Aliases,
    follow: FollowMerges,
    about_people: PersonalData,
) -> dict[str, Handler]:
    """Event type → handler."""

    def on_course_published(events: Sequence[Envelope]) -> None:
        courses = [projected_rows.row_of_course(event) for event in events]
        follow_courses(projections, make_ups, courses)

    def on_class(events: Sequence[Envelope]) -> None:
        projections.put_classes(
            [projected_rows.row_of_class(event) for event in events]
        )

    def on_seat(events: Sequence[Envelope]) -> None:
        seats = [projected_rows.row_of_seat(event) for event in events]
        follow_seats(projections, records, complete, seats)

    def on_watch_progressed(events: Sequence[Envelope]) -> None:
        projections.put_watched(
            [projected_rows.row_of_watched(event) for event in events]
        )

    def on_watch_completed(events: Sequence[Envelope]) -> None:
        projections.put_watched(
            [projected_rows.row_of_watched(event) for event in events]
        )
        for event in events:
            with at_work_on(event):
                complete(projected_rows.to_completion(event))

    return {
        "enrollment.person.deleted.v1": _forgetter_of(about_people),
        "catalog.course.published.v1": on_course_published,
        "catalog.class.opened.v1": on_class,
        "catalog.class.changed.v1": on_class,
        "enrollment.seat.taken.v1": on_seat,
        "enrollment.seat.promoted.v1": on_seat,
        "enrollment.seat.withdrawn.v1": on_seat,
        "media.watch.progressed.v1": on_watch_progressed,
        "media.watch.completed.v1": on_watch_completed,
        **build_people_handlers(reissue, aliases, follow),
    }


def _forgetter_of(about_people: PersonalData) -> Handler:
    def on_person_deleted(events: Sequence[Envelope]) -> None:
        for event in events:
            about_people.forget_person(event.data["person_id"])

    return on_person_deleted
