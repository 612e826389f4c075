"""Projected rows: id, version of who published it, and the content."""

from chassis.events.envelope import Envelope

from enrollment.domain.studies import FinishedClass, ShownCourse, Watched


def row_of_course(event: Envelope) -> tuple[str, int, ShownCourse]:
    """The row of the lectures of a course as it was published."""
    data = event.data
    lectures = {lesson["lecture_id"] for lesson in data["lessons"]} - {""}
    course = ShownCourse(data["course_id"], tuple(sorted(lectures)))
    return course.id, event.version, course


def row_of_watched(event: Envelope) -> tuple[str, int, Watched]:
    """The row of a lecture that a person has watched, however much of it."""
    data = event.data
    id_ = f"{data['person_id']}.{data['lecture_id']}.{data['edition']}"
    return id_, event.version, Watched(data["person_id"], data["lecture_id"])


def row_of_certificate(event: Envelope) -> tuple[str, int, FinishedClass]:
    """The row of a class that a person has the certificate of."""
    data = event.data
    finished = FinishedClass(data["person_id"], data["class_id"])
    return data["number"], event.version, finished


COURSES = {"catalog.course.published.v1": row_of_course}
WATCHED = {
    "media.watch.progressed.v1": row_of_watched,
    "media.watch.completed.v1": row_of_watched,
}
FINISHED = {"learning.certificate.issued.v1": row_of_certificate}
