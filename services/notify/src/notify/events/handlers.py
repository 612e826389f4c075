"""What notify does when others say something."""

from collections.abc import Callable, Sequence

from chassis.events.envelope import Envelope
from chassis.inbox.consumer import Handler

from notify.events.projected_rows import title
from notify.usecases.notify_people import Happening, TellPeople
from notify.usecases.ports import Titles


def handlers(titles: Titles, tell: TellPeople) -> dict[str, Handler]:
    """Event type → handler."""

    def on_class_opened(events: Sequence[Envelope]) -> None:
        titles.put([title(event) for event in events])

    def telling(read: Callable[[Envelope], Happening]) -> Handler:
        return lambda events: tell([read(event) for event in events])

    return {
        "catalog.class.opened.v1": on_class_opened,
        "enrollment.seat.taken.v1": telling(_seat("seat-taken")),
        "enrollment.seat.waitlisted.v1": telling(_seat("seat-waitlisted")),
        "enrollment.seat.promoted.v1": telling(_seat("seat-promoted")),
        "enrollment.seat.withdrawn.v1": telling(_seat("seat-withdrawn")),
        "learning.hours.credited.v1": telling(_hours),
        "learning.course.completed.v1": telling(_course),
        "learning.certificate.issued.v1": telling(_certificate),
    }


def _seat(kind: str) -> Callable[[Envelope], Happening]:
    def read(event: Envelope) -> Happening:
        said = event.data
        words = {"ticket": str(said["ticket"]), "enrolment_id": said["enrolment_id"]}
        return Happening(event.id, kind, said["person_id"], words, said["class_id"])

    return read


def _hours(event: Envelope) -> Happening:
    said = event.data
    words = {"title": said["title"], "hours": f"{said['quarters'] / 4:g}"}
    return Happening(event.id, "hours-credited", said["person_id"], words)


def _course(event: Envelope) -> Happening:
    said = event.data
    words = {"title": said["title"], "course_id": said["course_id"]}
    return Happening(event.id, "course-completed", said["person_id"], words)


def _certificate(event: Envelope) -> Happening:
    said = event.data
    words = {"number": said["number"]}
    return Happening(
        event.id, "certificate-issued", said["person_id"], words, said["class_id"]
    )
