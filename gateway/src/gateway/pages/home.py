"""The first page: what next, for each kind of visitor."""

import contextlib
from typing import Any

from chassis.http.auth import public
from chassis.http.problem import Problem
from flask import Blueprint, Response

from gateway.api.visitors import visitor
from gateway.clients.services import Asking
from gateway.identity.account import OFFICER, STAFF, TRAINEE
from gateway.pages.frame import asking, page


def blueprint() -> Blueprint:
    """The first page."""
    bp = Blueprint("home", __name__)

    @bp.get("/")
    @public
    def home() -> Response:
        roles, ask = visitor().roles, asking()
        if TRAINEE in roles:
            return page("home/trainee.html", **trainee(ask))
        if OFFICER in roles:
            return page("home/officer.html", **officer(ask))
        if STAFF in roles:
            return page("home/staff.html", **staff(ask))
        return page("home/visitor.html", **common(ask))

    return bp


def open_classes(ask: Asking, **wanted: str) -> list[dict[str, Any]]:
    """The nearest classes that run or come."""
    found: list[dict[str, Any]] = ask.one("catalog", "/classes", **wanted)["classes"]
    return found


def common(ask: Asking) -> dict[str, Any]:
    """The course system and the open classes."""
    return {
        "areas": ask.many("catalog", "/areas"),
        "classes": open_classes(ask, limit="6"),
        "projects": ask.many("catalog", "/projects"),
    }


def trainee(ask: Asking) -> dict[str, Any]:
    """Where the trainee stands: classes, hours, certificates, what to go on with."""
    enrolments = ask.many("enrollment", "/enrolments")
    record = ask.one("learning", "/record")
    standing = [e for e in enrolments if e["state"] != "withdrawn"]
    for enrolment in standing:
        enrolment["class"] = ask.one("catalog", f"/classes/{enrolment['class_id']}")
    return {
        "areas": ask.many("catalog", "/areas"),
        "enrolments": standing,
        "hours_record": ask.one("learning", "/hours"),
        "certificates": ask.many("learning", "/certificates"),
        "next_lesson": _next_lesson(ask, standing, record),
    }


def _next_lesson(
    ask: Asking, enrolments: list[dict[str, Any]], record: dict[str, Any]
) -> dict[str, Any] | None:
    """The first lesson not done in the classes with a seat."""
    for enrolment in enrolments:
        if enrolment["state"] != "seated":
            continue
        with contextlib.suppress(Problem):
            course = ask.one("catalog", f"/courses/{enrolment['course_id']}")
            done = lessons_done(record, course["id"])
            for place, lesson in enumerate(course["lessons"], 1):
                if lesson["lesson_id"] not in done and lesson["is_completable"]:
                    percent = record["watched"].get(lesson["lecture_id"], 0)
                    return {
                        "course": course, "lesson": lesson, "place": place,
                        "percent": percent,
                    }  # fmt: skip
    return None


def lessons_done(record: dict[str, Any], course_id: str) -> set[str]:
    """The ids of the lessons done in one course; another may have the same ids."""
    return {
        lesson
        for course in record["courses"]
        if course["course_id"] == course_id
        for lesson in course["lessons_done"]
    }


def officer(ask: Asking) -> dict[str, Any]:
    """The branch: who is below it, open classes with their seats, rosters."""
    classes = open_classes(ask, limit="12")
    return {
        "branches": ask.many("enrollment", "/branches"),
        "rosters": ask.many("enrollment", "/rosters", limit="5"),
        "classes": [with_seats(ask, one) for one in classes],
    }


def staff(ask: Asking) -> dict[str, Any]:
    """All open classes with their seats, and the course system."""
    classes = open_classes(ask, limit="60")
    return {
        "areas": ask.many("catalog", "/areas"),
        "classes": [with_seats(ask, one) for one in classes],
    }


def with_seats(ask: Asking, one: dict[str, Any]) -> dict[str, Any]:
    """A class with how full it is; without, while enrollment has not heard of it."""
    seats = None
    with contextlib.suppress(Problem):
        seats = ask.one("enrollment", f"/classes/{one['id']}/seats")
    return one | {"seats": seats}
