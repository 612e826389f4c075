"""What a trainee sees first: what is next."""

from typing import Any

from gateway.clients.parts import Unavailable
from gateway.clients.services import PageClient, Question
from gateway.pages.course_system import AREAS
from gateway.pages.learning_record import find_lessons_done

Row = dict[str, Any]


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
