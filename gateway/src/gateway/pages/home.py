"""The first page: what next, for each kind of visitor."""

from collections.abc import Sequence
from typing import Any

from chassis.http.auth import allow_everyone
from chassis.http.routing import Routes, get
from flask import Response

from gateway.api.request_visitor import current_visitor
from gateway.clients.services import PageClient, Question, Unavailable
from gateway.identity.account import OFFICER, STAFF, TRAINEE
from gateway.pages.layout import page_client, render_page

Row = dict[str, Any]
AREAS = Question.of("catalog", "areas")


class HomePages(Routes):
    """The first page."""

    name = "home"

    @get("/")
    @allow_everyone
    def show_home(self) -> Response:
        roles, client = current_visitor().roles, page_client()
        if TRAINEE in roles:
            return render_page("home/trainee.html", **read_trainee_parts(client))
        if OFFICER in roles:
            return render_page("home/officer.html", **read_officer_parts(client))
        if STAFF in roles:
            return render_page("home/staff.html", **read_staff_parts(client))
        return render_page("home/visitor.html", **read_common_parts(client))


def read_common_parts(client: PageClient) -> Row:
    """The course system and the open classes."""
    parts = client.ask_parts(
        areas=AREAS,
        classes=Question.of("catalog", "classes", limit="6"),
        projects=Question.of("catalog", "projects"),
    )
    return parts | {"classes": classes_of_page(parts["classes"])}


def read_trainee_parts(client: PageClient) -> Row:
    """Where the trainee stands: classes, hours, certificates, what to go on with."""
    parts = client.ask_parts(
        enrolments=Question.of("enrollment", "enrolments"),
        record=Question.of("learning", "record"),
        hours_record=Question.of("learning", "hours"),
        certificates=Question.of("learning", "certificates"),
        areas=AREAS,
    )
    if isinstance(parts["enrolments"], Unavailable):
        return parts | {"next_lesson": parts["enrolments"]}
    standing = [e for e in parts["enrolments"] if e["state"] != "withdrawn"]
    asked = [Question.of("catalog", "classes", e["class_id"]) for e in standing]
    for enrolment, class_ in zip(standing, client.ask_each(asked), strict=True):
        enrolment["class"] = class_
    next_lesson = _find_next_lesson(client, standing, parts["record"])
    return parts | {"enrolments": standing, "next_lesson": next_lesson}


def _find_next_lesson(
    client: PageClient, enrolments: list[Row], record: Row | Unavailable
) -> Any:
    """The first lesson not done in the classes with a seat.

    Unavailable if nobody can say.
    """
    if isinstance(record, Unavailable):
        return record
    for enrolment in enrolments:
        if enrolment["state"] != "seated":
            continue
        (course,) = client.ask_each(
            [Question.of("catalog", "courses", enrolment["course_id"])]
        )
        if isinstance(course, Unavailable):
            return course
        if course is None:
            continue
        done = find_lessons_done(record, course["id"])
        for place, lesson in enumerate(course["lessons"], 1):
            if lesson["lesson_id"] not in done and lesson["is_completable"]:
                percent = record["watched"].get(lesson["lecture_id"], 0)
                shown = {"course": course, "lesson": lesson}
                return shown | {"place": place, "percent": percent}
    return None


def read_record(client: PageClient) -> Row:
    """What a trainee has done and watched.

    `watched` is Unavailable while nobody can say.
    """
    if TRAINEE not in current_visitor().roles:
        return {"courses": [], "watched": {}}
    (record,) = client.ask_each([Question.of("learning", "record")])
    return (
        {"courses": [], "watched": record}
        if isinstance(record, Unavailable)
        else record
    )


def find_lessons_done(record: Row, course_id: str) -> set[str]:
    """The ids of the lessons done in one course; another may have the same ids."""
    return {
        lesson
        for course in record["courses"]
        if course["course_id"] == course_id
        for lesson in course["lessons_done"]
    }


def read_officer_parts(client: PageClient) -> Row:
    """The branch: who is below it, open classes with their seats, rosters."""
    parts = client.ask_parts(
        branches=Question.of("enrollment", "branches"),
        rosters=Question.of("enrollment", "rosters", limit="5"),
        classes=Question.of("catalog", "classes", limit="12"),
    )
    return parts | {
        "classes": _classes_with_seats(client, parts["classes"]),
        "rosters": rosters_of_page(parts["rosters"]),
    }


def read_staff_parts(client: PageClient) -> Row:
    """All open classes with their seats, and the course system."""
    parts = client.ask_parts(
        areas=AREAS, classes=Question.of("catalog", "classes", limit="60")
    )
    return parts | {"classes": _classes_with_seats(client, parts["classes"])}


def classes_of_page(classes: Row | Unavailable) -> list[Row] | Unavailable:
    """The classes in an answer of the catalogue."""
    if isinstance(classes, Unavailable):
        return classes
    rows: list[Row] = classes["classes"]
    return rows


def rosters_of_page(rosters: Row | Unavailable) -> list[Row] | Unavailable:
    """The rosters in an answer of enrollment."""
    if isinstance(rosters, Unavailable):
        return rosters
    rows: list[Row] = rosters["items"]
    return rows


def _classes_with_seats(
    client: PageClient, classes: Row | Unavailable
) -> list[Row] | Unavailable:
    there = classes_of_page(classes)
    return there if isinstance(there, Unavailable) else add_seats(client, there)


def add_seats(client: PageClient, classes: Sequence[Row]) -> list[Row]:
    """Classes with their seats.

    None while enrollment does not know a class, Unavailable while it does not answer.
    """
    seats = client.ask_each(
        [
            Question.of("enrollment", "classes", class_["id"], "seats")
            for class_ in classes
        ]
    )
    return [
        class_ | {"seats": seats_of_class}
        for class_, seats_of_class in zip(classes, seats, strict=True)
    ]
