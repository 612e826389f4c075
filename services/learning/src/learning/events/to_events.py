"""Events of the record: from what happened to what is published."""

from dataclasses import asdict

from chassis.events.envelope import PublicEvent

from learning.domain import events


def to_event(event: object) -> PublicEvent:
    """The public event of a domain event."""
    match event:
        case events.LessonCompleted(person_id, course_id):
            type_, subject = "learning.lesson.completed.v1", f"{person_id}.{course_id}"
        case events.CourseCompleted(person_id, course_id):
            type_, subject = "learning.course.completed.v1", f"{person_id}.{course_id}"
        case events.HoursCredited(entry_id):
            type_, subject = "learning.hours.credited.v1", entry_id
        case events.HoursCorrected(entry_id):
            type_, subject = "learning.hours.corrected.v1", entry_id
        case events.CertificateRevoked(number):
            type_, subject = "learning.certificate.revoked.v1", number
        case events.CertificateIssued(number):
            type_, subject = "learning.certificate.issued.v1", number
        case _:
            raise TypeError(f"no wording for {type(event).__name__}")
    data = asdict(event)
    if not data.get("imported", True):  # said of what was imported alone
        del data["imported"]
    return PublicEvent(type_, subject, data)
