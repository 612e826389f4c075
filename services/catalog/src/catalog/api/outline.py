"""/areas and /projects: the course system."""

import msgspec
from chassis.http.auth import needs
from chassis.http.body import answer, body, query
from flask import Blueprint, Response

from catalog.api import shapes
from catalog.usecases.find_projects import find_projects
from catalog.usecases.ports import Courses, Outline
from catalog.usecases.put_area import put_area, put_project

READERS = ("visitor", "trainee", "officer", "staff", "operator")


def create_blueprint(outline: Outline, courses: Courses) -> Blueprint:
    """Routes for the course system."""
    bp = Blueprint("outline", __name__)

    @bp.get("/areas")
    @needs(*READERS)
    def list_areas() -> Response:
        counts = courses.count_by_module()
        areas = [msgspec.to_builtins(area) for area in outline.find_areas()]
        for area in areas:
            for module in area["modules"]:
                module["courses"] = counts.get(module["code"], 0)
        return answer(areas)

    @bp.put("/areas/<code>")
    @needs("staff")
    def replace_area(code: str) -> Response:
        return answer(put_area(outline, body(shapes.AreaIn).as_area(code)))

    @bp.get("/projects")
    @needs(*READERS)
    def list_projects() -> Response:
        return answer(find_projects(outline, query(shapes.ProjectsIn).q))

    @bp.put("/projects/<code>")
    @needs("staff")
    def replace_project(code: str) -> Response:
        project = body(shapes.ProjectIn).as_project(code)
        return answer(put_project(outline, project))

    return bp
