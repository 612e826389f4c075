"""A lecture: watch it, see how far, what is missing."""

from collections.abc import Mapping
from typing import Any

from chassis.http.problem import Problem
from flask import Blueprint, Response

from gateway.api.visitors import visitor
from gateway.clients.services import Asking
from gateway.identity.account import STAFF, TRAINEE
from gateway.pages.frame import asking, for_role, gettext, page
from gateway.pages.home import lessons_done, record_of
from gateway.pages.modules import player_modules
from gateway.pages.words import PLAYER

Row = dict[str, Any]
NO_LESSON = "这门课里没有这一讲"
REFRESH = {"HX-Refresh": "true"}
FASTEST = 2.0
"""The rate that counts where the service names none."""
SPEEDS = (0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0)
"""What is offered, as far as the course allows it."""


def blueprint() -> Blueprint:
    """The lecture page."""
    bp = Blueprint("learn", __name__)

    @bp.get("/learn/<course_id>/<lesson_id>")
    @for_role(TRAINEE, STAFF)
    def lecture(course_id: str, lesson_id: str) -> Response:
        ask = asking()
        course, lesson = _lesson(ask, course_id, lesson_id)
        words: dict[str, Any] = {"course": course, "lesson": lesson}
        words["record"] = record_of(ask)
        words["done"] = lessons_done(words["record"], course_id)
        words |= _places(course, lesson)
        state, status = _state(ask, lesson)
        if state["ticket"]:
            words["player"] = _player(state["ticket"], lesson)
            words["player_modules"] = player_modules()
            words["speeds"] = [s for s in SPEEDS if s <= words["player"]["fastest"]]
        return page("learn/lecture.html", status, **words, **state)

    @bp.get("/learn/<course_id>/<lesson_id>/making")
    @for_role(TRAINEE, STAFF)
    def making(course_id: str, lesson_id: str) -> Response:
        """How far the lecture's making is; the whole page again once it is ready."""
        ask = asking()
        course, lesson = _lesson(ask, course_id, lesson_id)
        if not lesson["is_completable"]:
            raise Problem(404, "not-found", NO_LESSON)
        try:
            state = ask.one("media", "lectures", lesson["lecture_id"])
        except Problem as problem:
            if problem.status != 404:
                raise
            return Response("", 200, REFRESH)
        if state["state"] == "ready":
            return Response("", 200, REFRESH)
        words: Row = {"course": course, "lesson": lesson, "making": state}
        return page("learn/making.html", **words)

    return bp


def _lesson(ask: Asking, course_id: str, lesson_id: str) -> tuple[Row, Row]:
    """A course and one lesson of it. Raises Problem 404."""
    course = ask.one("catalog", "courses", course_id)
    for lesson in course["lessons"]:
        if lesson["lesson_id"] == lesson_id:
            return course, lesson
    raise Problem(404, "not-found", NO_LESSON)


def _places(course: Row, lesson: Row) -> Row:
    """The lesson's place in its course, of how many, and the next one to watch."""
    lessons = course["lessons"]
    place = 1 + [one["lesson_id"] for one in lessons].index(lesson["lesson_id"])
    behind = [
        {"place": number, **one}
        for number, one in enumerate(lessons, 1)
        if number > place and one["is_completable"]
    ]
    return {
        "place": place,
        "count": len(lessons),
        "next_lesson": behind[0] if behind else None,
    }


def _player(ticket: Row, lesson: Row) -> Row:
    """What the page's player is told: whose it is, what it plays, and its words."""
    who = visitor()
    return {
        "grant": ticket,
        "person": who.account.person_id if who.account else "",
        "earns": TRAINEE in who.roles,
        "fastest": ticket.get("rate", FASTEST),
        "lesson": lesson["lesson_id"],
        "words": _translated(PLAYER),
    }


def _translated(texts: Mapping[str, Any]) -> Row:
    """Texts, also those in groups, in the language of the page."""
    return {
        name: gettext(text) if isinstance(text, str) else _translated(text)
        for name, text in texts.items()
    }


def _state(ask: Asking, lesson: Row) -> tuple[Row, int]:
    """A ticket to stream, or how far the making is, or why not; with a status.

    Nothing of all that for a lesson that is no lecture.
    """
    state: Row = {"ticket": None, "making": None, "refused": None}
    if not lesson["is_completable"]:
        return state, 200
    try:
        return state | {"ticket": _ticket(ask, lesson["lecture_id"])}, 200
    except Problem as problem:
        refused = problem
    if refused.slug in ("not-ready", "unknown-lecture"):
        try:
            making = ask.one("media", "lectures", lesson["lecture_id"])
            if making["state"] != "ready":
                return state | {"making": making}, 200
        except Problem as problem:
            refused = problem
    failed = refused.status == 404 or refused.status >= 500
    return state | {"refused": refused}, refused.status if failed else 200


def _ticket(ask: Asking, lecture_id: str) -> Row:
    path, seconds = ("lectures", lecture_id, "grants"), ask.seconds()
    return ask.ask("media", "POST", path, dict[str, Any], body={}, seconds=seconds)
