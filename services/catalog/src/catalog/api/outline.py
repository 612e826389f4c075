"""/areas and /projects: the course system."""

import msgspec
from chassis.http.auth import require_roles
from chassis.http.body import json_response, read_body, read_query
from chassis.http.routing import Routes, get, put
from flask import Response

from catalog.api import shapes
from catalog.usecases.find_projects import find_projects
from catalog.usecases.ports import Courses, Outline
from catalog.usecases.put_area import put_area, put_project

READERS = ("visitor", "trainee", "officer", "staff", "operator")


class OutlineRoutes(Routes):
    """Routes for the course system."""

    name = "outline"

    def __init__(self, outline: Outline, courses: Courses) -> None:
        self.outline, self.courses = outline, courses

    @get("/areas")
    @require_roles(*READERS)
    def list_areas(self) -> Response:
        counts = self.courses.count_by_module()
        areas = [msgspec.to_builtins(area) for area in self.outline.find_areas()]
        for area in areas:
            for module in area["modules"]:
                module["courses"] = counts.get(module["code"], 0)
        return json_response(areas)

    @put("/areas/<code>")
    @require_roles("staff")
    def replace_area(self, code: str) -> Response:
        return json_response(
            put_area(self.outline, read_body(shapes.AreaIn).as_area(code))
        )

    @get("/projects")
    @require_roles(*READERS)
    def list_projects(self) -> Response:
        return json_response(
            find_projects(self.outline, read_query(shapes.ProjectsIn).q)
        )

    @put("/projects/<code>")
    @require_roles("staff")
    def replace_project(self, code: str) -> Response:
        project = read_body(shapes.ProjectIn).as_project(code)
        return json_response(put_project(self.outline, project))
