"""The catalogue: search, a course, a class."""

from typing import Any

from chassis.http.auth import public
from flask import Blueprint, Response, request

from gateway.api.visitors import visitor
from gateway.clients.services import Asking
from gateway.identity.account import OFFICER, STAFF, TRAINEE
from gateway.pages.frame import asking, for_role, is_part, page, see
from gateway.pages.home import lessons_done, open_classes, with_seats
from gateway.pages.words import FORMS


def blueprint() -> Blueprint:
    """Pages of the catalogue."""
    bp = Blueprint("courses", __name__)

    @bp.get("/courses")
    @public
    def catalogue() -> Response:
        ask = asking()
        query = request.args.get("q", "").strip()[:100]
        module = request.args.get("module", "")[:80]
        words: dict[str, Any] = {"query": query, "module": module}
        words["areas"] = ask.many("catalog", "/areas")
        words["names"] = {
            m["code"]: m["name"] for area in words["areas"] for m in area["modules"]
        }
        after = request.args.get("after", "")[:400]
        wanted = {"q": query, "module": module, "after": after, "limit": "100"}
        words |= ask.one("catalog", "/courses", **wanted)
        words |= {"after": after, "classes": [], "projects": []}
        if query and not module and not after:
            words["classes"] = open_classes(ask, q=query, limit="12")
            words["projects"] = ask.many("catalog", "/projects", q=query)
        return page("courses/found.html" if is_part() else "courses/list.html", **words)

    @bp.get("/courses/<course_id>")
    @public
    def course(course_id: str) -> Response:
        ask = asking()
        classes = open_classes(ask, course=course_id)
        words = {
            "course": ask.one("catalog", f"/courses/{course_id}"),
            "classes": classes,
            "forms": FORMS,
            **_progress(ask, course_id),
        }
        return page("courses/show.html", **words)

    @bp.get("/classes/<class_id>")
    @public
    def training_class(class_id: str) -> Response:
        ask = asking()
        one = ask.one("catalog", f"/classes/{class_id}")
        may_see_seats = visitor().roles & {TRAINEE, OFFICER, STAFF}
        words = {
            "class": with_seats(ask, one) if may_see_seats else one | {"seats": None},
            "course": ask.one("catalog", f"/courses/{one['course_id']}"),
            "forms": FORMS,
            "enrolment": _own_enrolment(ask, class_id),
            "certificate": _own_certificate(ask, class_id),
            **_progress(ask, one["course_id"]),
        }
        return page("courses/class.html", **words)

    @bp.post("/enrolments/<enrolment_id>/withdrawal")
    @for_role(TRAINEE)
    def withdraw(enrolment_id: str) -> Response:
        left = asking().ask(
            "enrollment", "DELETE", f"/enrolments/{enrolment_id}", dict[str, Any]
        )
        return see(f"/classes/{left['class_id']}")

    return bp


def _progress(ask: Asking, course_id: str) -> dict[str, Any]:
    """Lessons done and lectures watched, for a trainee."""
    if TRAINEE not in visitor().roles:
        return {"done": set(), "watched": {}}
    record = ask.one("learning", "/record")
    done = lessons_done(record, course_id)
    return {"done": done, "watched": record["watched"]}


def _own_enrolment(ask: Asking, class_id: str) -> dict[str, Any] | None:
    if TRAINEE not in visitor().roles:
        return None
    own = [
        e for e in ask.many("enrollment", "/enrolments") if e["class_id"] == class_id
    ]
    return own[-1] if own else None


def _own_certificate(ask: Asking, class_id: str) -> dict[str, Any] | None:
    """The certificate of this class; who has one has finished it."""
    if TRAINEE not in visitor().roles:
        return None
    own = ask.many("learning", "/certificates")
    return next((one for one in own if one["class_id"] == class_id), None)
