"""What a trainee's first page asks of the services."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from contracts.http.catalog import AreaOut, ClassOut, CourseOut
from contracts.http.enrollment import OwnEnrolmentOut
from contracts.http.learning import CertificateOut, HoursOut, RecordOut

from gateway.clients.page_services import PageServices
from gateway.clients.parts import Unavailable

WITHDRAWN, SEATED = "withdrawn", "seated"


@dataclass(frozen=True)
class TraineeAnswers:
    """What the services answered; Unavailable stands for what nobody can say now.

    `classes` and `courses` are those of the enrolments, by id.
    """

    enrolments: list[OwnEnrolmentOut] | Unavailable
    record: RecordOut | Unavailable
    hours: HoursOut | Unavailable
    certificates: list[CertificateOut] | Unavailable
    areas: list[AreaOut] | Unavailable
    classes: Mapping[str, ClassOut] | Unavailable = field(default_factory=dict)
    courses: Mapping[str, CourseOut] | Unavailable = field(default_factory=dict)


def read_trainee_answers(services: PageServices) -> TraineeAnswers:
    """Seven questions at most, in two rounds, however many classes there are."""
    learning, catalog = services.learning, services.catalog
    own = services.ask_part(services.enrollment.list_own_enrolments)
    record = services.ask_part(learning.show_record)
    hours = services.ask_part(learning.show_hours)
    certificates = services.ask_part(learning.list_certificates)
    areas = services.ask_part(catalog.list_areas)
    enrolments = own.get_answer()
    if not isinstance(enrolments, Unavailable):
        enrolments = [one for one in enrolments if one.state != WITHDRAWN]
    class_ids = list(dict.fromkeys(one.class_id for one in enrolments))
    seated = [one.course_id for one in enrolments if one.state == SEATED]
    classes = services.ask_part(catalog.find_classes, class_ids)
    courses = services.ask_part(catalog.find_courses, list(dict.fromkeys(seated)))
    return TraineeAnswers(
        enrolments=enrolments,
        record=record.get_answer(),
        hours=hours.get_answer(),
        certificates=certificates.get_answer(),
        areas=areas.get_answer(),
        classes=classes.get_answer(),
        courses=courses.get_answer(),
    )
