"""A lecture: watch it, see how far, what is missing."""

from typing import Any

from chassis.http.problem import Problem
from flask import Blueprint, Response

from gateway.api.visitors import visitor
from gateway.clients.services import Asking
from gateway.identity.account import STAFF, TRAINEE
from gateway.pages.frame import asking, for_role, gettext, page
from gateway.pages.home import lessons_done
from gateway.pages.words import PLAYER


def blueprint() -> Blueprint:
    """The lecture page."""
    bp = Blueprint("learn", __name__)

    @bp.get("/learn/<course_id>/<lesson_id>")
    @for_role(TRAINEE, STAFF)
    def lecture(course_id: str, lesson_id: str) -> Response:
        ask = asking()
        course = ask.one("catalog", f"/courses/{course_id}")
        lessons = {lesson["lesson_id"]: lesson for lesson in course["lessons"]}
        lesson = lessons.get(lesson_id)
        if lesson is None:
            raise Problem(404, "not-found", "这门课里没有这一讲")
        words: dict[str, Any] = {"course": course, "lesson": lesson}
        words |= _state(ask, lesson)
        words["record"] = (
            ask.one("learning", "/record")
            if TRAINEE in visitor().roles
            else {"courses": [], "watched": {}}
        )
        words["done"] = lessons_done(words["record"], course_id)
        words["player_texts"] = {name: gettext(text) for name, text in PLAYER.items()}
        return page("learn/lecture.html", **words)

    @bp.get("/learn/<course_id>/<lesson_id>/making")
    @for_role(TRAINEE, STAFF)
    def making(course_id: str, lesson_id: str) -> Response:
        """How far the lecture's making is; the whole page again once it is ready."""
        ask = asking()
        course = ask.one("catalog", f"/courses/{course_id}")
        lesson = next(
            (one for one in course["lessons"] if one["lesson_id"] == lesson_id), None
        )
        if lesson is None or not lesson["is_completable"]:
            raise Problem(404, "not-found", "这门课里没有这一讲")
        state = _making(ask, lesson["lecture_id"])
        if state["state"] in ("ready", "failed"):
            return Response("", 200, {"HX-Refresh": "true"})
        words = {"course": course, "lesson": lesson, "making": state}
        return page("learn/making.html", **words)

    return bp


def _state(ask: Asking, lesson: dict[str, Any]) -> dict[str, Any]:
    """A ticket to stream, or how far the making is, or why not.

    Nothing of all that for a lesson that is no lecture.
    """
    if not lesson["is_completable"]:
        return {"ticket": None, "making": None, "refused": None}
    try:
        ticket = ask.ask(
            "media",
            "POST",
            f"/lectures/{lesson['lecture_id']}/grants",
            dict[str, Any],
            body={"session": visitor().session},
        )
    except Problem as problem:
        if problem.slug in ("not-ready", "unknown-lecture"):
            state = _making(ask, lesson["lecture_id"])
            return {"ticket": None, "making": state, "refused": None}
        return {"ticket": None, "making": None, "refused": problem}
    return {"ticket": ticket, "making": None, "refused": None}


def _making(ask: Asking, lecture_id: str) -> dict[str, Any]:
    """How far media is; what it has not heard of yet is an upload being checked."""
    try:
        return ask.one("media", f"/lectures/{lecture_id}")
    except Problem as problem:
        if problem.slug != "unknown-lecture":
            raise
        return {"state": "waiting", "percent": 0, "reason": ""}
