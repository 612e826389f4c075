"""A training project: what it is, and the classes that are opened from it."""

from collections.abc import Sequence
from dataclasses import dataclass

from chassis.http.problem import Problem
from chassis.http.routing import Routes, get
from contracts.http.catalog import ClassesQuery, ClassOut, CourseOut, ProjectOut
from contracts.http.shape import MOST_IDS, Page
from fields.codes import ID
from flask import Response

from gateway.clients.page_services import PageServices
from gateway.clients.parts import Part, Unavailable
from gateway.pages.course_system import (
    ClassWithSeats,
    find_classes_with_seats,
    items_of,
)
from gateway.pages.page_client import page_services
from gateway.pages.rendering import render_page
from gateway.pages.shared_pages import for_everybody

MOST_CLASSES = 60
"""Of a project, running or to come; of those that are over as many as fit below."""
PAST = 20


@dataclass(frozen=True)
class ShownProject:
    """A project with its classes by how far they are, and the courses these run."""

    project: ProjectOut
    near: list[ClassWithSeats] | Unavailable
    past: list[ClassOut] | Unavailable
    cancelled: list[ClassOut] | Unavailable
    courses: list[CourseOut] | Unavailable


class ProjectPages(Routes):
    """The pages of training projects."""

    name = "projects"

    @get("/projects/<code>")
    @for_everybody
    def show_project(self, code: str) -> Response:
        return render_page(
            "public/projects/show.html", **vars(read_project(page_services(), code))
        )


def read_project(services: PageServices, code: str) -> ShownProject:
    """A project and what is known of its classes. Raises Problem 404."""
    catalog = services.catalog
    if not ID.fullmatch(code):
        raise Problem(404, "unknown-project", "没有这个培训项目：请从首页打开")
    near = services.ask_part(
        catalog.list_classes, ClassesQuery(project=code, limit=MOST_CLASSES)
    )
    past, cancelled = (
        services.ask_part(catalog.list_classes, asked)
        for asked in (
            ClassesQuery(project=code, state="over", limit=PAST),
            ClassesQuery(project=code, state="cancelled", limit=PAST),
        )
    )
    projects = {project.code: project for project in catalog.list_projects()}
    if code not in projects:
        raise Problem(404, "unknown-project", "没有这个培训项目：请从首页打开")
    return ShownProject(
        projects[code],
        find_classes_with_seats(services, near),
        items_of(past),
        items_of(cancelled),
        _find_courses(services, [near, past]),
    )


def _find_courses(
    services: PageServices, parts: Sequence[Part[Page[ClassOut]]]
) -> list[CourseOut] | Unavailable:
    """The courses of these classes, in their order, each once."""
    found = [items_of(part) for part in parts]
    classes = [
        one for page in found if not isinstance(page, Unavailable) for one in page
    ]
    ids = list(dict.fromkeys(class_.course_id for class_ in classes))[:MOST_IDS]
    courses = services.ask_part(services.catalog.find_courses, ids).get_answer()
    if isinstance(courses, Unavailable):
        return courses
    return [courses[id_] for id_ in ids if id_ in courses]
