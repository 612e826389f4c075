"""/areas and /projects: the course system."""

import msgspec
from chassis.http.auth import require_roles
from chassis.http.body import json_response, read_body, read_query
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
    @require_roles(*READERS)
    def list_areas() -> Response:
        counts = courses.count_by_module()
        areas = [msgspec.to_builtins(area) for area in outline.find_areas()]
        for area in areas:
            for module in area["modules"]:
                module["courses"] = counts.get(module["code"], 0)
        return json_response(areas)

    @bp.put("/areas/<code>")
    @require_roles("staff")
    def replace_area(code: str) -> Response:
        return json_response(put_area(outline, read_body(shapes.AreaIn).as_area(code)))

    @bp.get("/projects")
    @require_roles(*READERS)
    def list_projects() -> Response:
        return json_response(find_projects(outline, read_query(shapes.ProjectsIn).q))

    @bp.put("/projects/<code>")
    @require_roles("staff")
    def replace_project(code: str) -> Response:
        project = read_body(shapes.ProjectIn).as_project(code)
        return json_response(put_project(outline, project))

    return bp
