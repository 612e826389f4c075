"""The catalogue: search, a course, a class."""

from typing import Any

from chassis.http.auth import public
from flask import Blueprint, Response, request

from gateway.api.visitors import visitor
from gateway.clients.services import Asking, Away, Question
from gateway.identity.account import OFFICER, STAFF, TRAINEE
from gateway.pages.frame import asking, for_role, is_part, page, see
from gateway.pages.home import AREAS, lessons_done, listed, record_of, with_seats
from gateway.pages.words import FORMS


def blueprint() -> Blueprint:
    """Pages of the catalogue."""
    bp = Blueprint("courses", __name__)

    @bp.get("/courses")
    @public
    def catalogue() -> Response:
        query = request.args.get("q", "").strip()[:100]
        module = request.args.get("module", "")[:80]
        after = request.args.get("after", "")[:400]
        words: dict[str, Any] = {"query": query, "module": module, "after": after}
        words |= _found(asking(), query, module, after)
        words["names"] = {
            m["code"]: m["name"] for area in words["areas"] for m in area["modules"]
        }
        return page("courses/found.html" if is_part() else "courses/list.html", **words)

    @bp.get("/courses/<course_id>")
    @public
    def course(course_id: str) -> Response:
        ask = asking()
        classes = _open_classes(ask, course=course_id)
        words = {
            "course": ask.one("catalog", "courses", course_id),
            "classes": classes,
            "forms": FORMS,
            **_progress(ask, course_id),
        }
        return page("courses/show.html", **words)

    @bp.get("/classes/<class_id>")
    @public
    def training_class(class_id: str) -> Response:
        ask = asking()
        one = ask.one("catalog", "classes", class_id)
        may_see_seats = visitor().roles & {TRAINEE, OFFICER, STAFF}
        words = {
            "class": with_seats(ask, [one])[0] if may_see_seats else one,
            "course": ask.one("catalog", "courses", one["course_id"]),
            "forms": FORMS,
            **_own(ask, class_id),
            **_progress(ask, one["course_id"]),
        }
        return page("courses/class.html", **words)

    @bp.post("/enrolments/<enrolment_id>/withdrawal")
    @for_role(TRAINEE)
    def withdraw(enrolment_id: str) -> Response:
        left = asking().ask(
            "enrollment", "DELETE", ("enrolments", enrolment_id), dict[str, Any]
        )
        return see(f"/classes/{left['class_id']}")

    return bp


def _found(ask: Asking, query: str, module: str, after: str) -> dict[str, Any]:
    """A page of courses; with the first of a search, classes and projects too."""
    wanted = {"q": query, "module": module, "after": after, "limit": "100"}
    questions = {"areas": AREAS, "found": Question.of("catalog", "courses", **wanted)}
    if query and not module and not after:
        questions |= {
            "classes": Question.of("catalog", "classes", q=query, limit="12"),
            "projects": Question.of("catalog", "projects", q=query),
        }
    parts: dict[str, Any] = {"classes": {"classes": []}, "projects": []}
    parts |= ask.parts(**questions)
    found = parts.pop("found")
    courses = {"courses": found} if isinstance(found, Away) else found
    return parts | {"classes": listed(parts["classes"])} | courses


def _open_classes(ask: Asking, **wanted: str) -> list[dict[str, Any]]:
    """The nearest classes that run or come."""
    found: list[dict[str, Any]] = ask.one("catalog", "classes", **wanted)["classes"]
    return found


def _progress(ask: Asking, course_id: str) -> dict[str, Any]:
    """Lessons done and lectures watched, for a trainee."""
    record = record_of(ask)
    return {"done": lessons_done(record, course_id), "watched": record["watched"]}


def _own(ask: Asking, class_id: str) -> dict[str, Any]:
    """A trainee's enrolment in a class and certificate of it: who has one is done."""
    if TRAINEE not in visitor().roles:
        return {"enrolment": None, "certificate": None}
    parts = ask.parts(
        enrolment=Question.of("enrollment", "enrolments"),
        certificate=Question.of("learning", "certificates"),
    )
    return {name: _latest(part, class_id) for name, part in parts.items()}


def _latest(part: list[dict[str, Any]] | Away, class_id: str) -> Any:
    """The last one of this class; Away while nobody can say."""
    if isinstance(part, Away):
        return part
    of_class = [one for one in part if one["class_id"] == class_id]
    return of_class[-1] if of_class else None
