"""How learning words its facts in public."""

from dataclasses import asdict

from chassis.events.envelope import Wording

from learning.domain import facts


def word(fact: object) -> Wording:
    """The public wording of a fact."""
    match fact:
        case facts.LessonCompleted(person_id, course_id):
            type_, subject = "learning.lesson.completed.v1", f"{person_id}.{course_id}"
        case facts.CourseCompleted(person_id, course_id):
            type_, subject = "learning.course.completed.v1", f"{person_id}.{course_id}"
        case facts.HoursCredited(entry_id):
            type_, subject = "learning.hours.credited.v1", entry_id
        case facts.CertificateIssued(number):
            type_, subject = "learning.certificate.issued.v1", number
        case _:
            raise TypeError(f"no wording for {type(fact).__name__}")
    return Wording(type_, subject, asdict(fact))
