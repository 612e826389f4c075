"""/areas and /projects: the course system."""

import msgspec
from chassis.http.auth import needs
from chassis.http.body import answer, body
from flask import Blueprint, Response

from catalog.api import shapes
from catalog.usecases.ports import Courses, Outline

READERS = ("visitor", "trainee", "officer", "staff", "operator")


def blueprint(outline: Outline, courses: Courses) -> Blueprint:
    """Routes for the course system."""
    bp = Blueprint("outline", __name__)

    @bp.get("/areas")
    @needs(*READERS)
    def areas() -> Response:
        counts = courses.count_by_module()
        said = [msgspec.to_builtins(area) for area in outline.areas()]
        for area in said:
            for module in area["modules"]:
                module["courses"] = counts.get(module["code"], 0)
        return answer(said)

    @bp.put("/areas/<code>")
    @needs("staff")
    def put_area(code: str) -> Response:
        area = body(shapes.AreaIn).as_area(code)
        outline.put_area(area)
        return answer(area)

    @bp.get("/projects")
    @needs(*READERS)
    def projects() -> Response:
        return answer(outline.projects())

    @bp.put("/projects/<code>")
    @needs("staff")
    def put_project(code: str) -> Response:
        project = body(shapes.ProjectIn).as_project(code)
        outline.put_project(project)
        return answer(project)

    return bp
