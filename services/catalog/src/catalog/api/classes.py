"""/classes: open, close, list."""

from collections.abc import Iterable
from typing import Any

from chassis.http.auth import caller, needs
from chassis.http.body import answer, body, query
from chassis.http.idempotency import idempotent
from chassis.ids import new_id
from flask import Blueprint, Response

from catalog.api import shapes
from catalog.api.outline import READERS
from catalog.domain.training_class import Quota, TrainingClass
from catalog.usecases.find_classes import find_classes
from catalog.usecases.open_class import close_class, open_class, require_class
from catalog.usecases.ports import Branches, Classes, Courses, Today


def create_blueprint(
    classes: Classes, courses: Courses, branches: Branches, today: Today
) -> Blueprint:
    """Routes for training classes."""
    bp = Blueprint("classes", __name__)

    def dump_shown_class(one: TrainingClass) -> dict[str, Any]:
        return shapes.dump_class(one, today(), _quotas_seen(one, branches))

    @bp.get("/classes")
    @needs(*READERS)
    def list_classes() -> Response:
        asked = query(shapes.ClassesIn)
        page = find_classes(
            classes, today(), asked.course, asked.q, asked.after, asked.limit
        )
        listed = [dump_shown_class(one) for one in page.items]
        return answer({"classes": listed, "next": page.next})

    @bp.get("/classes/<id_>")
    @needs(*READERS, services=["enrollment"])
    def show_class(id_: str) -> Response:
        return answer(dump_shown_class(require_class(classes, id_)))

    @bp.post("/classes")
    @needs("staff")
    @idempotent
    def post_class() -> Response:
        made = body(shapes.ClassIn).as_class(new_id(10))
        return answer(
            dump_shown_class(open_class(classes, courses, made, today())), 201
        )

    @bp.post("/classes/<id_>/closing")
    @needs("staff")
    def post_closing(id_: str) -> Response:
        return answer(dump_shown_class(close_class(classes, id_)))

    return bp


def _quotas_seen(one: TrainingClass, branches: Branches) -> Iterable[Quota] | None:
    """All for staff and services, those in the own line for officers, else none."""
    who = caller()
    if who.has("staff", "service"):
        return one.quotas
    if not who.has("officer"):
        return None
    if not one.quotas:
        return ()
    kin = branches.find_kin(who.branch)
    if kin is None:
        return None
    return [quota for quota in one.quotas if quota.branch_id in kin]
