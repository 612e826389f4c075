"""/classes: open, close, list."""

from chassis.http.auth import needs
from chassis.http.body import answer, body, query
from chassis.http.idempotency import idempotent
from chassis.ids import new_id
from flask import Blueprint, Response

from catalog.api import shapes
from catalog.api.outline import READERS
from catalog.usecases.open_class import close_class, open_class, require_class
from catalog.usecases.ports import Classes, Courses


def blueprint(classes: Classes, courses: Courses) -> Blueprint:
    """Routes for training classes."""
    bp = Blueprint("classes", __name__)

    @bp.get("/classes")
    @needs(*READERS)
    def open_ones() -> Response:
        asked = query(shapes.ClassesIn)
        return answer(classes.open_ones(asked.course, asked.limit))

    @bp.get("/classes/<id_>")
    @needs(*READERS, services=["enrollment"])
    def show(id_: str) -> Response:
        return answer(require_class(classes, id_))

    @bp.post("/classes")
    @needs("staff")
    @idempotent
    def begin() -> Response:
        made = body(shapes.ClassIn).as_class(new_id(10))
        return answer(open_class(classes, courses, made), 201)

    @bp.post("/classes/<id_>/closing")
    @needs("staff")
    def close(id_: str) -> Response:
        return answer(close_class(classes, id_))

    return bp
