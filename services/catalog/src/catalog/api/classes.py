"""/classes: open, close, list."""

from collections.abc import Iterable

from chassis.http.auth import current_caller, require_roles
from chassis.http.body import json_response, read_body, read_query
from chassis.http.idempotency import idempotent
from chassis.http.routing import Routes, get, post
from chassis.ids import new_id
from flask import Response

from catalog.api import dumps, shapes
from catalog.api.answers import ClassesOut, ClassOut
from catalog.api.editing import versioned_response
from catalog.api.outline import READERS
from catalog.domain.training_class import Quota, TrainingClass
from catalog.usecases.find_classes import find_classes
from catalog.usecases.open_class import close_class, open_class, require_class
from catalog.usecases.ports import Branches, Classes, Courses, Today


class ClassRoutes(Routes):
    """Routes for training classes."""

    name = "classes"

    def __init__(
        self, classes: Classes, courses: Courses, branches: Branches, today: Today
    ) -> None:
        self.classes, self.courses, self.branches, self.today = (
            classes,
            courses,
            branches,
            today,
        )

    def _dump_shown_class(self, training_class: TrainingClass) -> ClassOut:
        return dumps.dump_class(
            training_class, self.today(), _quotas_seen(training_class, self.branches)
        )

    @get("/classes")
    @require_roles(*READERS)
    def list_classes(self) -> Response:
        asked = read_query(shapes.ClassesIn)
        if asked.ids is not None:
            return json_response(self._read_by_ids(asked.ids.split(",")))
        page = find_classes(
            self.classes, self.today(), asked.course, asked.q, asked.after, asked.limit
        )
        listed = [self._dump_shown_class(one) for one in page.items]
        return json_response(ClassesOut(classes=listed, next=page.next))

    @get("/classes/<id_>")
    @require_roles(*READERS, services=["enrollment"])
    def show_class(self, id_: str) -> Response:
        return self._answer(require_class(self.classes, id_))

    @post("/classes")
    @require_roles("staff")
    @idempotent
    def post_class(self) -> Response:
        made = read_body(shapes.ClassIn).as_class(new_id(10))
        opened = open_class(self.classes, self.courses, made, self.today())
        return self._answer(opened, 201)

    @post("/classes/<id_>/closing")
    @require_roles("staff")
    def post_closing(self, id_: str) -> Response:
        return self._answer(close_class(self.classes, id_))

    def _answer(self, training_class: TrainingClass, status: int = 200) -> Response:
        answer = self._dump_shown_class(training_class)
        return versioned_response(answer, answer.version, status)

    def _read_by_ids(self, ids: list[str]) -> ClassesOut:
        """In the order of their ids, unknown ones left out."""
        found = self.classes.find_by_ids(ids)
        seen = [found[id_] for id_ in dict.fromkeys(ids) if id_ in found]
        return ClassesOut(classes=[self._dump_shown_class(one) for one in seen])


def _quotas_seen(
    training_class: TrainingClass, branches: Branches
) -> Iterable[Quota] | None:
    """Quotas a caller sees: staff all, officers those above and below, else none."""
    who = current_caller()
    if who.has_role("staff", "service"):
        return training_class.quotas
    if not who.has_role("officer"):
        return None
    if not training_class.quotas:
        return ()
    kin = branches.find_kin(who.branch)
    if kin is None:
        return None
    return [quota for quota in training_class.quotas if quota.branch_id in kin]
