"""The catalogue: search, a course, a class."""

from dataclasses import dataclass, field
from typing import Any, TypeVar

from chassis.http.routing import Routes, get
from contracts.http.catalog import (
    AreaOut,
    ClassesQuery,
    ClassOut,
    CourseOut,
    CoursesQuery,
    ProjectOut,
    ProjectsQuery,
)
from contracts.http.drafts import DraftOut
from contracts.http.enrollment import OwnEnrolmentOut
from contracts.http.learning import CertificateOut
from flask import Response, request

from gateway.api.request_visitor import current_visitor
from gateway.clients.page_services import PageServices
from gateway.clients.parts import Part, Unavailable
from gateway.forms.searches import CourseSearchForm
from gateway.identity.account import OFFICER, OPERATOR, STAFF, TRAINEE
from gateway.pages.components.paging import build_pages
from gateway.pages.contacts import HelpView, find_help
from gateway.pages.course_system import (
    ClassWithSeats,
    add_seats,
    find_classes_with_seats,
    takes_people,
)
from gateway.pages.joining import JoiningView, find_joining
from gateway.pages.learning_record import ask_progress, ask_record, to_progress
from gateway.pages.page_client import page_services
from gateway.pages.rendering import is_part, render_page
from gateway.pages.shared_pages import for_everybody
from gateway.texts.classes import FORMS
from gateway.texts.courses import LANGUAGES
from gateway.texts.language import gettext

LONGEST_CURSOR = 400
WITHDRAWN = "withdrawn"
SHOWN_COURSES, SHOWN_CLASSES = 100, 12
OfClass = TypeVar("OfClass", OwnEnrolmentOut, CertificateOut)


@dataclass(frozen=True)
class FoundCourses:
    """A page of courses; with the first of a search, classes and projects too."""

    areas: list[AreaOut] | Unavailable
    courses: list[CourseOut] | Unavailable
    next: str
    classes: list[ClassWithSeats] | Unavailable = field(default_factory=list)
    projects: list[ProjectOut] | Unavailable = field(default_factory=list)

    def names_of_modules(self) -> dict[str, str]:
        """The names of all modules, by code."""
        return {
            module.code: module.name for area in self.areas for module in area.modules
        }


@dataclass(frozen=True)
class OwnPlace:
    """A trainee's enrolment in a class, and its certificate once there is one;
    Unavailable while nobody can say."""

    enrolment: OwnEnrolmentOut | Unavailable | None = None
    certificate: CertificateOut | Unavailable | None = None

    @property
    def has_seat(self) -> bool:
        """Whether the trainee has a seat, waits for one, or perhaps does."""
        if isinstance(self.enrolment, Unavailable):
            return True
        return self.enrolment is not None and self.enrolment.state != WITHDRAWN


@dataclass(frozen=True)
class AskedPlace:
    """What a trainee has of all classes, being asked for."""

    enrolments: Part[list[OwnEnrolmentOut]]
    certificates: Part[list[CertificateOut]]


class CoursePages(Routes):
    """Pages of the catalogue."""

    name = "courses"

    @get("/courses")
    @for_everybody
    def list_courses(self) -> Response:
        form = CourseSearchForm.of_request()
        asked = CoursesQuery(
            q=form.q.data or "",
            module=form.module.data or "",
            after=request.args.get("after", "")[:LONGEST_CURSOR],
            limit=SHOWN_COURSES,
        )
        found = _search_courses(page_services(), asked)
        form.offer_modules(list(found.areas))
        return render_page(
            "public/courses/found.html" if is_part() else "public/courses/list.html",
            form=form,
            pages=build_pages("/courses", request.args, found.next),
            names=found.names_of_modules(),
            **vars(found),
        )

    @get("/courses/<course_id>")
    @for_everybody
    def show_course(self, course_id: str) -> Response:
        services = page_services()
        asked_record = ask_record(services)
        asked_classes = services.ask_part(
            services.catalog.list_classes, ClassesQuery(course=course_id)
        )
        course = _get_course(services, course_id)
        asked_progress = ask_progress(services, asked_record, course)
        return render_page(
            "public/courses/show.html",
            course=course,
            edits=_find_edits(course),
            language=_name_language(course),
            classes=find_classes_with_seats(services, asked_classes),
            forms=FORMS,
            progress=to_progress(asked_progress, course),
        )

    @get("/classes/<class_id>")
    @for_everybody
    def show_class(self, class_id: str) -> Response:
        services = page_services()
        asked_record, asked_own = ask_record(services), _ask_own_place(services)
        class_ = services.catalog.show_class(class_id)
        asked_course = services.ask_part(_get_course, services, class_.course_id)
        own = _find_own_place(asked_own, class_id)
        course = asked_course.require_answer()
        asked_progress = ask_progress(services, asked_record, course)
        [place] = add_seats(services, [class_])
        return render_page(
            "public/courses/class.html",
            class_=class_,
            numbers=place.seats,
            left=place.left,
            way_in=_find_way_in(services, class_, own),
            course=course,
            forms=FORMS,
            progress=to_progress(asked_progress, course),
            joining=_find_joining(services, class_, own),
            **vars(own),
        )


def _search_courses(services: PageServices, asked: CoursesQuery) -> FoundCourses:
    """A page of courses, and what else the first page of a search shows."""
    catalog, found = services.catalog, FoundCourses
    areas = services.ask_part(catalog.list_areas)
    courses = services.ask_part(catalog.list_courses, asked)
    others: dict[str, Any] = {}
    if asked.q and not asked.module and not asked.after:
        wanted = ClassesQuery(q=asked.q, limit=SHOWN_CLASSES)
        classes = services.ask_part(catalog.list_classes, wanted)
        projects = services.ask_part(catalog.list_projects, ProjectsQuery(q=asked.q))
        others = {
            "classes": find_classes_with_seats(services, classes),
            "projects": projects.get_answer(),
        }
    page = courses.get_answer()
    if isinstance(page, Unavailable):
        return found(areas.get_answer(), page, "", **others)
    return found(areas.get_answer(), page.items, page.next, **others)


def _get_course(services: PageServices, course_id: str) -> CourseOut:
    """A course as its visitor sees it: staff its draft. Raises Problem."""
    if STAFF in current_visitor().roles:
        return services.catalog.show_draft(course_id)
    return services.catalog.show_course(course_id)


def _find_edits(course: CourseOut) -> str:
    """What of a course only the staff sees yet: all of it, some edits, or nothing."""
    if not isinstance(course, DraftOut):
        return ""
    if course.published is None:
        return "unpublished"
    return "ahead" if course.has_unpublished_edits else ""


def _name_language(course: CourseOut) -> str:
    """What a course is taught in; nothing where nobody said."""
    code = course.language
    return gettext(LANGUAGES.get(code, code)) if code else ""


def _find_way_in(
    services: PageServices, class_: ClassOut, own: OwnPlace
) -> HelpView | None:
    """Whom to ask for a seat: for who has none in a class that takes people."""
    if current_visitor().roles & {OFFICER, STAFF, OPERATOR} or own.has_seat:
        return None
    return find_help(services=services) if takes_people(class_) else None


def _ask_own_place(services: PageServices) -> AskedPlace | None:
    """Asks for what a trainee has of all classes; nothing for others."""
    if TRAINEE not in current_visitor().roles:
        return None
    return AskedPlace(
        services.ask_part(services.enrollment.list_own_enrolments),
        services.ask_part(services.learning.list_certificates),
    )


def _find_own_place(asked: AskedPlace | None, class_id: str) -> OwnPlace:
    if asked is None:
        return OwnPlace()
    return OwnPlace(
        _latest_of_class(asked.enrolments.get_answer(), class_id),
        _latest_of_class(asked.certificates.get_answer(), class_id),
    )


def _find_joining(
    services: PageServices, class_: ClassOut, own: OwnPlace
) -> JoiningView | Unavailable | None:
    """What a trainee asked of a class or can ask; None for others, and for who is in
    it, or while nobody can say."""
    enrolment = own.enrolment
    is_in = enrolment is not None and (
        isinstance(enrolment, Unavailable) or enrolment.state != WITHDRAWN
    )
    if is_in or TRAINEE not in current_visitor().roles:
        return None
    return find_joining(services, class_)


def _latest_of_class(
    part: list[OfClass] | Unavailable, class_id: str
) -> OfClass | Unavailable | None:
    """The last one of this class; Unavailable while nobody can say."""
    if isinstance(part, Unavailable):
        return part
    of_class = [one for one in part if one.class_id == class_id]
    return of_class[-1] if of_class else None
