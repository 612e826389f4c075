"""Wiring: the one place where catalog's parts meet."""

import datetime
from collections.abc import Mapping

from chassis.broker.port import Transport
from chassis.clock import COLLEGE_ZONE
from chassis.projections.rebuild import ReadModel
from chassis.service.kit import ServiceKit
from chassis.service.process import Service
from chassis.settings import load_settings
from chassis.storage.aggregates import mapping_of

from catalog.api.classes import ClassRoutes
from catalog.api.courses import CourseRoutes
from catalog.api.drafts import DraftRoutes
from catalog.api.editions import EditionRoutes
from catalog.api.outline import OutlineRoutes
from catalog.clients.enrollment import EnrollmentBranches, EnrollmentCancellations
from catalog.domain.course import Course
from catalog.domain.errors import Refusal
from catalog.domain.outline import Area, Project
from catalog.domain.training_class import TrainingClass
from catalog.events.handlers import build_handlers
from catalog.events.projected_rows import LECTURES
from catalog.events.to_events import to_event
from catalog.settings import Settings
from catalog.store import documents
from catalog.store.classes import CLASS_FORM, StoredClasses
from catalog.store.courses import COURSE_FORM, StoredCourses
from catalog.store.editions import EDITION_FORM, StoredEditions
from catalog.store.lectures import StoredLectures
from catalog.store.outline import StoredOutline
from catalog.usecases.ports import Today

STATUSES = {
    "unknown-course": 404,
    "unknown-class": 404,
    "unknown-edition": 404,
    "cancellation-under-way": 409,
    "unknown-project": 422,
    "edit-conflict": 412,
    "unknown-module": 422,
    "not-publishable": 422,
    "wrong-dates": 422,
    "lesson-id-taken": 422,
    "lecture-misplaced": 422,
    "module-code-taken": 422,
    "module-fixed": 422,
    "quota-repeated": 422,
    "bad-cursor": 422,
    "bad-code": 422,
}


CLASS_STATES = (
    "catalog.class.opened.v1",
    "catalog.class.changed.v1",
    "catalog.class.cancelled.v1",
)
"""The first two tell a class whole; as a snapshot it is opened, as it is by now, and
cancelled if it is."""


def build_service(environ: Mapping[str, str], bus: Transport | None = None) -> Service:
    """Catalog as a process, on the bus of its settings or one handed in.

    Raises SettingsError.
    """
    settings = load_settings(Settings, environ)
    base = ServiceKit("catalog", settings, to_event, documents.ALL, bus=bus)
    outline = StoredOutline(
        base.open_aggregates(documents.AreaDocument, mapping_of(Area)),
        base.open_aggregates(documents.ProjectDocument, mapping_of(Project)),
    )
    courses = StoredCourses(base.open_aggregates(documents.CourseDocument, COURSE_FORM))
    editions = StoredEditions(
        base.open_aggregates(documents.EditionDocument, EDITION_FORM)
    )
    classes = StoredClasses(base.open_aggregates(documents.ClassDocument, CLASS_FORM))
    lectures = StoredLectures()
    base.add_snapshots(courses.rows, Course.to_snapshot, "catalog.course.published.v1")
    base.add_snapshots(classes.rows, TrainingClass.to_snapshot, *CLASS_STATES)
    base.rebuilding.add_model(ReadModel("lectures", lectures.rows, LECTURES))

    def college_today() -> datetime.date:
        return base.clock.now().astimezone(COLLEGE_ZONE).date()

    now = base.clock.now
    app = base.create_app(
        [
            OutlineRoutes(outline, courses, now),
            CourseRoutes(courses, outline, lectures),
            DraftRoutes(
                courses, classes, editions, outline, lectures, college_today, now
            ),
            EditionRoutes(courses, editions, lectures, now),
            _create_class_routes(base, classes, courses, outline, college_today),
        ],
        Refusal,
        STATUSES,
    )
    service = base.create_service(app, build_handlers(lectures, classes))

    def declare_storage() -> None:
        base.declare_indexes()
        courses.fill_old()

    service.declare = declare_storage
    return service


def _create_class_routes(
    base: ServiceKit,
    classes: StoredClasses,
    courses: StoredCourses,
    outline: StoredOutline,
    today: Today,
) -> ClassRoutes:
    client = base.create_client("enrollment")
    branches, cancellations = (
        EnrollmentBranches(client),
        EnrollmentCancellations(client),
    )
    return ClassRoutes(classes, courses, branches, today, outline, cancellations)
