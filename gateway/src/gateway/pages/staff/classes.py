"""The classes that staff see to: their list, the page of one, and closing it."""

from collections.abc import Mapping
from typing import Any, cast
from urllib.parse import urlencode

from chassis.http.problem import Problem
from chassis.http.routing import Routes, get, post
from contracts.http.catalog import ClassesQuery, ClassOut, CourseOut
from contracts.http.shape import Page
from flask import Response, request

from gateway.clients.page_services import PageServices
from gateway.clients.parts import Unavailable
from gateway.forms.classes import ClassSearchForm
from gateway.identity.account import STAFF
from gateway.pages.college_day import Today
from gateway.pages.components.paging import build_pages
from gateway.pages.components.tables import Column, build_heads
from gateway.pages.course_system import add_seats
from gateway.pages.page_client import page_services
from gateway.pages.rendering import is_part, redirect_to, render_page
from gateway.pages.role_guard import for_role
from gateway.pages.staff.class_lines import (
    PATH,
    ClassLine,
    path_of,
    view_class,
    view_line,
)
from gateway.pages.staff.course_head import Side
from gateway.texts import N_
from gateway.texts.classes import CLASS_TABS
from gateway.texts.language import gettext

PAGE_SIZE = 30
"""Rows that one looks over on one page, with their seats asked at once."""
LONGEST_CURSOR = 400
"""As the catalogue takes them."""
DONE = ("opened", "changed", "seats", "closed", "cancelled", "reopened")
"""What the page says was done just now."""


class StaffClassPages(Routes):
    """The list of classes, the page of one, and the question before it is closed."""

    name = "staff_classes"

    def __init__(self, today: Today) -> None:
        self.today = today

    @get(PATH)
    @for_role(STAFF)
    def list_classes(self) -> Response:
        services, form = page_services(), ClassSearchForm.of_request()
        asked = services.ask_part(services.catalog.list_classes, _read_query(form))
        found, course_id = asked.get_answer(), form.course.data or ""
        courses = _name_courses(services, found, course_id)
        context: dict[str, Any] = {
            "form": form,
            "classes": found,
            "course": courses.get(course_id, course_id),
            "opening": f"{PATH}/new?{urlencode({'course': course_id})}",
            "heads": build_heads(_columns(), PATH, {}),
            "tabs": view_tabs(form.state.data or "", request.args),
            "lines": self._view_lines(services, found, courses),
            "pages": build_pages(
                PATH, request.args, "" if isinstance(found, Unavailable) else found.next
            ),
        }
        part, whole = "staff/classes/found.html", "staff/classes/list.html"
        return render_page(part if is_part() else whole, **context)

    @get(f"{PATH}/<class_id>")
    @for_role(STAFF)
    def show_class(self, class_id: str) -> Response:
        services = page_services()
        class_ = services.catalog.show_class(class_id)
        done = request.args.get("done", "")
        return render_page(
            "staff/classes/show.html",
            **self._view_class(services, class_),
            done=done if done in DONE else "",
        )

    @get(f"{PATH}/<class_id>/closing")
    @for_role(STAFF)
    def ask_closing(self, class_id: str) -> Response:
        """What closing means, before it is done; nothing to ask where it is."""
        services = page_services()
        class_ = services.catalog.show_class(class_id)
        if class_.state != "open":
            return redirect_to(path_of(class_id))
        return render_page(
            "staff/classes/closing.html", **self._view_class(services, class_)
        )

    @post(f"{PATH}/<class_id>/closing")
    @for_role(STAFF)
    def close_class(self, class_id: str) -> Response:
        """The class takes nobody any more; closed twice is closed once."""
        page_services().catalog.close_class(class_id)
        return redirect_to(f"{path_of(class_id)}?done=closed")

    def _view_class(self, services: PageServices, class_: ClassOut) -> dict[str, Any]:
        """The class, its seats, and the title of its course."""
        asked = services.ask_part(_show_course, services, class_.course_id)
        asked_plan = services.ask_part(services.enrollment.show_seat_plan, class_.id)
        course, plan = asked.find_answer(), asked_plan.find_answer()
        title = (
            "" if course is None or isinstance(course, Unavailable) else course.title
        )
        return {
            "shown": view_class(
                services,
                class_,
                title,
                self.today(),
                None if isinstance(plan, Unavailable) else plan,
            ),
            # a service of the last release knows of no plans
            "numbers": plan
            if plan is not None
            else add_seats(services, [class_])[0].seats,
        }

    def _view_lines(
        self,
        services: PageServices,
        found: Page[ClassOut] | Unavailable,
        courses: Mapping[str, str],
    ) -> list[ClassLine]:
        if isinstance(found, Unavailable):
            return []
        today = self.today()
        listed = add_seats(services, found.items)
        return [view_line(one, courses, today) for one in listed]


def view_tabs(state: str, query: Mapping[str, str]) -> list[Side]:
    """How far classes are, as tabs; each keeps the words and the course."""
    filters = {n: v for n, v in query.items() if n in ("q", "course") and v}
    tabs = []
    for name, text in CLASS_TABS.items():
        asked = urlencode(filters | ({"state": name} if name else {}))
        path = f"{PATH}?{asked}" if asked else PATH
        tabs.append(Side(path, gettext(text), name == state))
    return tabs


def _show_course(services: PageServices, course_id: str) -> CourseOut:
    """A course as staff have it, also one that is archived. Raises Problem 404."""
    return services.catalog.show_draft(course_id)


def _name_courses(
    services: PageServices, found: Page[ClassOut] | Unavailable, course_id: str
) -> dict[str, str]:
    """Titles of the courses of these classes and of the one that is asked for."""
    items = [] if isinstance(found, Unavailable) else found.items
    ids = {class_.course_id for class_ in items} | ({course_id} if course_id else set())
    asked = services.ask_part(services.catalog.find_courses, sorted(ids))
    try:
        courses = asked.get_answer()
    except Problem as problem:
        if problem.status != 422:  # an id in the address that can be none
            raise
        return {}
    if isinstance(courses, Unavailable):
        return {}
    return {id_: course.title for id_, course in courses.items()}


def _columns() -> list[Column]:
    return [
        Column("title", gettext(N_("班级"))),
        Column("days", gettext(N_("日期"))),
        Column("form", gettext(N_("方式"))),
        Column("seats", gettext(N_("席位"))),
        Column("state", gettext(N_("状况"))),
    ]


def _read_query(form: ClassSearchForm) -> ClassesQuery:
    """What is asked; a state that there is not counts as none."""
    query = ClassesQuery(
        q=form.q.data or "",
        course=form.course.data or "",
        after=request.args.get("after", "")[:LONGEST_CURSOR],
        limit=PAGE_SIZE,
    )
    if form.state.data in CLASS_TABS:
        query.state = cast(Any, form.state.data)
    return query
