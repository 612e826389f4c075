"""/areas and /projects: the course system."""

from chassis.http.auth import current_caller, require_roles
from chassis.http.body import json_response, read_body, read_query
from chassis.http.routing import Routes, get, put
from flask import Response

from catalog.api import dumps, shapes
from catalog.api.answers import AreaOut, ProjectOut
from catalog.api.editing import (
    read_edit,
    showing_current,
    stamp_now,
    versioned_response,
)
from catalog.domain.outline import Area, Project
from catalog.usecases.find_projects import find_projects
from catalog.usecases.ports import Courses, Now, Outline
from catalog.usecases.put_area import put_area, put_project

READERS = ("visitor", "trainee", "officer", "staff", "operator")


class OutlineRoutes(Routes):
    """Routes for the course system."""

    name = "outline"

    def __init__(self, outline: Outline, courses: Courses, now: Now) -> None:
        self.outline, self.courses, self.now = outline, courses, now

    @get("/areas")
    @require_roles(*READERS)
    def list_areas(self) -> Response:
        counts, is_staff = self.courses.count_by_module(), _is_staff()
        areas = self.outline.find_areas()
        return json_response(
            [dumps.dump_area(area, counts, is_staff=is_staff) for area in areas]
        )

    @put("/areas/<code>")
    @require_roles("staff")
    def replace_area(self, code: str) -> Response:
        seen, stamp = read_edit().version, stamp_now(self.now)
        area = read_body(shapes.AreaIn).as_area(code)
        written = showing_current(
            lambda: put_area(self.outline, area, stamp, seen), self._dump_area
        )
        return versioned_response(self._dump_area(written), written.revision)

    @get("/projects")
    @require_roles(*READERS)
    def list_projects(self) -> Response:
        found = find_projects(self.outline, read_query(shapes.ProjectsIn).q)
        is_staff = _is_staff()
        return json_response(
            [dumps.dump_project(project, is_staff=is_staff) for project in found]
        )

    @put("/projects/<code>")
    @require_roles("staff")
    def replace_project(self, code: str) -> Response:
        seen, stamp = read_edit().version, stamp_now(self.now)
        project = read_body(shapes.ProjectIn).as_project(code)
        written = showing_current(
            lambda: put_project(self.outline, project, stamp, seen), _dump_project
        )
        return versioned_response(_dump_project(written), written.revision)

    def _dump_area(self, area: Area) -> AreaOut:
        return dumps.dump_area(area, self.courses.count_by_module(), is_staff=True)


def _dump_project(project: Project) -> ProjectOut:
    return dumps.dump_project(project, is_staff=True)


def _is_staff() -> bool:
    return current_caller().has_role("staff")
