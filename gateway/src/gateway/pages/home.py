"""The first page: what next, for each kind of visitor."""

from collections.abc import Sequence
from typing import Any

from chassis.http.auth import public
from flask import Blueprint, Response

from gateway.api.visitors import visitor
from gateway.clients.services import Asking, Away, Question
from gateway.identity.account import OFFICER, STAFF, TRAINEE
from gateway.pages.frame import asking, page

Row = dict[str, Any]
AREAS = Question.of("catalog", "areas")


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


def common(ask: Asking) -> Row:
    """The course system and the open classes."""
    parts = ask.parts(
        areas=AREAS,
        classes=Question.of("catalog", "classes", limit="6"),
        projects=Question.of("catalog", "projects"),
    )
    return parts | {"classes": listed(parts["classes"])}


def trainee(ask: Asking) -> Row:
    """Where the trainee stands: classes, hours, certificates, what to go on with."""
    parts = ask.parts(
        enrolments=Question.of("enrollment", "enrolments"),
        record=Question.of("learning", "record"),
        hours_record=Question.of("learning", "hours"),
        certificates=Question.of("learning", "certificates"),
        areas=AREAS,
    )
    if isinstance(parts["enrolments"], Away):
        return parts | {"next_lesson": parts["enrolments"]}
    standing = [e for e in parts["enrolments"] if e["state"] != "withdrawn"]
    asked = [Question.of("catalog", "classes", e["class_id"]) for e in standing]
    for enrolment, class_ in zip(standing, ask.each(asked), strict=True):
        enrolment["class"] = class_
    next_lesson = _next_lesson(ask, standing, parts["record"])
    return parts | {"enrolments": standing, "next_lesson": next_lesson}


def _next_lesson(ask: Asking, enrolments: list[Row], record: Row | Away) -> Any:
    """The first lesson not done in the classes with a seat; Away if nobody can say."""
    if isinstance(record, Away):
        return record
    for enrolment in enrolments:
        if enrolment["state"] != "seated":
            continue
        (course,) = ask.each(
            [Question.of("catalog", "courses", enrolment["course_id"])]
        )
        if isinstance(course, Away):
            return course
        if course is None:
            continue
        done = lessons_done(record, course["id"])
        for place, lesson in enumerate(course["lessons"], 1):
            if lesson["lesson_id"] not in done and lesson["is_completable"]:
                percent = record["watched"].get(lesson["lecture_id"], 0)
                return {
                    "course": course, "lesson": lesson, "place": place,
                    "percent": percent,
                }  # fmt: skip
    return None


def record_of(ask: Asking) -> Row:
    """What a trainee has done and watched; `watched` is Away while nobody can say."""
    if TRAINEE not in visitor().roles:
        return {"courses": [], "watched": {}}
    (record,) = ask.each([Question.of("learning", "record")])
    return {"courses": [], "watched": record} if isinstance(record, Away) else record


def lessons_done(record: Row, course_id: str) -> set[str]:
    """The ids of the lessons done in one course; another may have the same ids."""
    return {
        lesson
        for course in record["courses"]
        if course["course_id"] == course_id
        for lesson in course["lessons_done"]
    }


def officer(ask: Asking) -> Row:
    """The branch: who is below it, open classes with their seats, rosters."""
    parts = ask.parts(
        branches=Question.of("enrollment", "branches"),
        rosters=Question.of("enrollment", "rosters", limit="5"),
        classes=Question.of("catalog", "classes", limit="12"),
    )
    return parts | {"classes": _seen(ask, parts["classes"])}


def staff(ask: Asking) -> Row:
    """All open classes with their seats, and the course system."""
    parts = ask.parts(
        areas=AREAS, classes=Question.of("catalog", "classes", limit="60")
    )
    return parts | {"classes": _seen(ask, parts["classes"])}


def listed(classes: Row | Away) -> list[Row] | Away:
    """The classes of a page of them."""
    if isinstance(classes, Away):
        return classes
    found: list[Row] = classes["classes"]
    return found


def _seen(ask: Asking, classes: Row | Away) -> list[Row] | Away:
    there = listed(classes)
    return there if isinstance(there, Away) else with_seats(ask, there)


def with_seats(ask: Asking, classes: Sequence[Row]) -> list[Row]:
    """Classes with how full they are.

    None while enrollment has not heard of a class, Away while it does not answer.
    """
    seats = ask.each(
        [Question.of("enrollment", "classes", one["id"], "seats") for one in classes]
    )
    return [one | {"seats": held} for one, held in zip(classes, seats, strict=True)]
