"""The page of a lecture: to watch it, how far, what is missing."""

from collections.abc import Mapping
from typing import Any

from chassis.http.problem import Problem
from chassis.http.routing import Routes, get
from flask import Response

from gateway.api.request_visitor import current_visitor
from gateway.clients.services import PageClient
from gateway.identity.account import STAFF, TRAINEE
from gateway.pages.language import gettext
from gateway.pages.learning_record import find_lessons_done, read_record
from gateway.pages.page_client import page_client
from gateway.pages.rendering import render_page
from gateway.pages.role_guard import for_role
from gateway.pages.trainee.player_modules import player_modules
from gateway.texts.player import PLAYER

Row = dict[str, Any]
NO_LESSON = "这门课里没有这一讲"
REFRESH = {"HX-Refresh": "true"}
FASTEST = 2.0
"""The rate that counts where the service names none."""
SPEEDS = (0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0)
"""What is offered, as far as the course allows it."""


class LearnPages(Routes):
    """The lecture page."""

    name = "learn"

    @get("/learn/<course_id>/<lesson_id>")
    @for_role(TRAINEE, STAFF)
    def show_lecture(self, course_id: str, lesson_id: str) -> Response:
        client = page_client()
        course, lesson = _get_lesson(client, course_id, lesson_id)
        context: dict[str, Any] = {"course": course, "lesson": lesson}
        context["record"] = read_record(client)
        context["done"] = find_lessons_done(context["record"], course_id)
        context |= _lesson_places(course, lesson)
        state, status = _read_lecture_state(client, lesson)
        if state["grant"]:
            context["player"] = _player_data(state["grant"], lesson)
            context["player_modules"] = player_modules()
            context["speeds"] = [s for s in SPEEDS if s <= context["player"]["fastest"]]
        return render_page("trainee/learn/lecture.html", status, **context, **state)

    @get("/learn/<course_id>/<lesson_id>/making")
    @for_role(TRAINEE, STAFF)
    def show_making(self, course_id: str, lesson_id: str) -> Response:
        """The progress of the lecture's making; the whole page once it is ready."""
        client = page_client()
        course, lesson = _get_lesson(client, course_id, lesson_id)
        if not lesson["is_completable"]:
            raise Problem(404, "not-found", NO_LESSON)
        try:
            state = client.read_object("media", "lectures", lesson["lecture_id"])
        except Problem as problem:
            if problem.status != 404:
                raise
            return Response("", 200, REFRESH)
        if state["state"] == "ready":
            return Response("", 200, REFRESH)
        context: Row = {"course": course, "lesson": lesson, "making": state}
        return render_page("trainee/learn/making.html", **context)


def _get_lesson(client: PageClient, course_id: str, lesson_id: str) -> tuple[Row, Row]:
    """A course and one lesson of it. Raises Problem 404."""
    course = client.read_object("catalog", "courses", course_id)
    for lesson in course["lessons"]:
        if lesson["lesson_id"] == lesson_id:
            return course, lesson
    raise Problem(404, "not-found", NO_LESSON)


def _lesson_places(course: Row, lesson: Row) -> Row:
    """The lesson's place in its course, of how many, and the next one to watch."""
    lessons = course["lessons"]
    place = 1 + [other["lesson_id"] for other in lessons].index(lesson["lesson_id"])
    behind = [
        {"place": number, **other}
        for number, other in enumerate(lessons, 1)
        if number > place and other["is_completable"]
    ]
    return {
        "place": place,
        "count": len(lessons),
        "next_lesson": behind[0] if behind else None,
    }


def _player_data(grant: Row, lesson: Row) -> Row:
    """The player's data: whose it is, what it plays, and its texts."""
    who = current_visitor()
    return {
        "grant": grant,
        "person": who.account.person_id if who.account else "",
        "earns": TRAINEE in who.roles,
        "fastest": grant.get("rate", FASTEST),
        "lesson": lesson["lesson_id"],
        "words": _translate_texts(PLAYER),
    }


def _translate_texts(texts: Mapping[str, Any]) -> Row:
    """Texts, also those in groups, in the language of the page."""
    return {
        name: gettext(text) if isinstance(text, str) else _translate_texts(text)
        for name, text in texts.items()
    }


def _read_lecture_state(client: PageClient, lesson: Row) -> tuple[Row, int]:
    """A stream token, or how far the making is, or why there is neither; with a status.

    Nothing of all that for a lesson that is no lecture.
    """
    state: Row = {"grant": None, "making": None, "refused": None}
    if not lesson["is_completable"]:
        return state, 200
    try:
        return state | {"grant": _issue_stream_token(client, lesson["lecture_id"])}, 200
    except Problem as problem:
        refused = problem
    if refused.slug in ("not-ready", "unknown-lecture"):
        try:
            making = client.read_object("media", "lectures", lesson["lecture_id"])
            if making["state"] != "ready":
                return state | {"making": making}, 200
        except Problem as problem:
            refused = problem
    failed = refused.status == 404 or refused.status >= 500
    return state | {"refused": refused}, refused.status if failed else 200


def _issue_stream_token(client: PageClient, lecture_id: str) -> Row:
    path, seconds = ("lectures", lecture_id, "grants"), client.seconds_left()
    return client.call_service(
        "media", "POST", path, dict[str, Any], body={}, seconds=seconds
    )
