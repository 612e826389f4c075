"""A class is opened: the course is chosen, the form filled in, the class made."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

import msgspec
from chassis.http.body import FAULT, name_fault
from chassis.http.problem import Problem
from chassis.http.routing import Routes, route
from contracts.http.catalog import (
    ClassIn,
    ClassOut,
    CourseOut,
    CoursesQuery,
    LessonOut,
    QuotaIn,
)
from contracts.http.drafts import DraftOut
from fields.codes import ID
from flask import Response, request

from gateway.clients.page_services import PageServices
from gateway.clients.parts import Unavailable
from gateway.forms.base import apply_problem
from gateway.forms.classes import ClassForm, CourseChoiceForm
from gateway.identity.account import STAFF
from gateway.pages.college_day import Today
from gateway.pages.components.paging import build_pages
from gateway.pages.page_client import page_services
from gateway.pages.rendering import is_part, redirect_to, render_page
from gateway.pages.role_guard import for_role
from gateway.pages.staff.class_lines import PATH, path_of
from gateway.pages.staff.class_particulars import read_particulars
from gateway.pages.staff.class_quotas import fill_quotas, read_form, read_quotas
from gateway.texts import N_
from gateway.texts.language import gettext

PAGE_SIZE = 30
"""Courses that one looks over on one page."""
LONGEST_CURSOR = 400
"""As the catalogue takes them."""
NOT_PUBLISHED = N_("这门课还没有发布：请先发布，再开班。")
ARCHIVED = N_("这门课已归档：请先取消归档，再开班。")
NOT_COMPLETABLE = N_(
    "课时《%(title)s》暂不计学时，学员无法结业：请先发布一版只有视频课时的课程，再开班。"
)


@dataclass(frozen=True)
class CourseChoice:
    """A course to open a class of; `is_blocked` while nobody could complete one."""

    path: str
    title: str
    teacher: str
    lessons: int
    is_blocked: bool


class ClassOpeningPages(Routes):
    """The form of a new class, and before it the choice of its course."""

    name = "class_opening"

    def __init__(self, today: Today) -> None:
        self.today = today

    @route(f"{PATH}/new", "GET", "POST")
    @for_role(STAFF)
    def open_class(self) -> Response:
        """A class is opened, and its page follows."""
        services, copied = page_services(), None
        if request.method == "GET" and (id_ := request.args.get("copy", "")):
            copied = _find_copied(services, id_)
        form = read_form(ClassForm, len(copied.quotas or ()) if copied else 0)
        form.offer_choices()
        if copied:
            _copy_class(services, form, copied)
        if not form.course.data:
            return _choose_course(services)
        if not ID.fullmatch(form.course.data):
            raise Problem(404, "unknown-course", "没有这门课：请从课程页打开")
        draft = services.catalog.show_draft(form.course.data)
        status = 200 if request.method == "GET" else 422
        if form.is_sent():
            try:
                if made := self._post_class(services, form):
                    return redirect_to(f"{path_of(made.id)}?done=opened")
            except Problem as problem:
                if problem.status not in (409, 422, 503):
                    raise
                apply_problem(form, problem, problem.detail)
                status = problem.status
        return render_page(
            "staff/classes/new.html",
            status,
            form=form,
            course=draft,
            project=_name_project(services, form.project.data or ""),
            blocked=explain_block(draft),
            publication=f"/staff/courses/{draft.id}/publication",
        )

    def _post_class(self, services: PageServices, form: ClassForm) -> ClassOut | None:
        """The class that is opened; None with faults in the form. Raises Problem."""
        particulars = read_particulars(form, self.today())
        quotas = read_quotas(services, form)
        if particulars is None or quotas is None:
            return None
        typed = {
            "course_id": form.course.data,
            "capacity": form.capacity.data,
            "admission": form.admission.data or "branch",
            "project": form.project.data or "",
        }
        try:
            asked = msgspec.convert(typed | particulars, ClassIn)
        except msgspec.ValidationError as error:
            apply_problem(form, Problem(422, FAULT, "", **name_fault(error)))
            return None
        asked.quotas = [
            QuotaIn(branch_id=branch, seats=seats) for branch, seats in quotas.items()
        ]
        return services.catalog.post_class(asked, form.once_key)


def _name_project(services: PageServices, code: str) -> str:
    """The name of a project; its code while nobody knows it."""
    if not code:
        return ""
    projects = services.ask_part(services.catalog.list_projects).get_answer()
    if isinstance(projects, Unavailable):
        return code
    return next((one.name for one in projects if one.code == code), code)


def explain_block(draft: DraftOut) -> str:
    """Why no class of a course can be opened now; empty where one can."""
    if draft.state == "archived":
        return gettext(ARCHIVED)
    if draft.published is None:
        return gettext(NOT_PUBLISHED)
    titles = _not_completable(draft.published.lessons)
    return gettext(NOT_COMPLETABLE) % {"title": titles[0]} if titles else ""


def view_choice(course: CourseOut, project: str = "") -> CourseChoice:
    """A published course as it is offered, to a class of this project if of one."""
    asked = {"course": course.id} | ({"project": project} if project else {})
    return CourseChoice(
        f"{PATH}/new?{urlencode(asked)}",
        course.title,
        course.teacher,
        len(course.lessons),
        bool(_not_completable(course.lessons)),
    )


def _not_completable(lessons: Iterable[LessonOut]) -> list[str]:
    return [lesson.title for lesson in lessons if not lesson.is_completable]


def _find_copied(services: PageServices, class_id: str) -> ClassOut:
    """The class that is to have another run. Raises Problem 404."""
    if not ID.fullmatch(class_id):
        raise Problem(404, "unknown-class", "没有这个班：请从列表里打开")
    return services.catalog.show_class(class_id)


def _copy_class(services: PageServices, form: ClassForm, class_: ClassOut) -> None:
    """Fill the form as a class is, without its days."""
    form.course.data, form.project.data = class_.course_id, class_.project
    for name in ("title", "form", "point", "capacity", "admission"):
        form[name].data = getattr(class_, name)
    quotas = {quota.branch_id: quota.seats for quota in class_.quotas or []}
    fill_quotas(services, form, quotas)


def _choose_course(services: PageServices) -> Response:
    """The published courses, or those that have the words."""
    form = CourseChoiceForm(request.args or None)
    asked = CoursesQuery(
        q=form.q.data or "",
        after=request.args.get("after", "")[:LONGEST_CURSOR],
        limit=PAGE_SIZE,
    )
    page = services.catalog.list_courses(asked)
    part, whole = "staff/classes/choice_found.html", "staff/classes/choice.html"
    is_asked = request.method == "GET"
    return render_page(
        part if is_asked and is_part() else whole,
        200 if is_asked else 422,
        form=form,
        courses=[view_choice(one, form.project.data or "") for one in page.items],
        pages=build_pages(f"{PATH}/new", request.args, page.next),
    )
