"""The page of a lecture: to watch it, how far, what is missing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from chassis.http.problem import Problem
from chassis.http.routing import Routes, get
from contracts.http.catalog import CourseOut, LessonOut
from contracts.http.media import GrantOut, LectureOut
from flask import Response

from gateway.api.request_visitor import current_visitor
from gateway.clients.catalog import CatalogClient
from gateway.clients.media import MediaClient
from gateway.identity.account import STAFF, TRAINEE
from gateway.pages.learning_record import ask_progress, ask_record, to_progress
from gateway.pages.page_client import page_services
from gateway.pages.rendering import render_page
from gateway.pages.role_guard import for_role
from gateway.static_files import module_paths
from gateway.texts.language import gettext
from gateway.texts.player import PLAYER

NO_LESSON = "这门课里没有这一讲"
REFRESH = {"HX-Refresh": "true"}
SPEEDS = (0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0)
"""What is offered, as far as the course allows it."""


@dataclass(frozen=True)
class LectureState:
    """A grant to stream a lecture, or how far its making is, or why there is neither.

    Nothing of all that for a lesson that is no lecture.
    """

    grant: GrantOut | None = None
    making: LectureOut | None = None
    refused: Problem | None = None

    @property
    def status(self) -> int:
        """The status of its page."""
        refused = self.refused
        is_fault = refused and (refused.status == 404 or refused.status >= 500)
        return refused.status if refused and is_fault else 200


@dataclass(frozen=True)
class NextLesson:
    """The next lesson of a course that can be watched, and its place from 1."""

    place: int
    lesson_id: str
    title: str


@dataclass(frozen=True)
class LessonPlace:
    """A lesson's place in its course, of how many, and the next one to watch."""

    place: int
    count: int
    next_lesson: NextLesson | None


@dataclass(frozen=True)
class PlayerData:
    """The player's data: whose it is, whether watching earns and up to which speed,
    what it plays, and its texts."""

    grant: GrantOut
    person: str
    earns: bool
    fastest: float
    lesson: str
    words: Mapping[str, Any]


class LearnPages(Routes):
    """The lecture page."""

    name = "learn"

    @get("/learn/<course_id>/<lesson_id>")
    @for_role(TRAINEE, STAFF)
    def show_lecture(self, course_id: str, lesson_id: str) -> Response:
        services = page_services()
        asked_record = ask_record(services)
        course, lesson = _get_lesson(services.catalog, course_id, lesson_id)
        asked_progress = ask_progress(services, asked_record, course)
        context: dict[str, Any] = {"course": course, "lesson": lesson}
        context |= vars(_find_place(course, lesson))
        state = _read_lecture_state(services.media, lesson)
        if state.grant:
            player = _player_data(state.grant, lesson)
            context["player"] = msgspec.to_builtins(player)
            context["player_modules"] = module_paths("player", "page.js")
            context["speeds"] = [s for s in SPEEDS if s <= player.fastest]
        context |= vars(state)
        context["progress"] = to_progress(asked_progress, course)
        page = render_page("trainee/learn/lecture.html", state.status, **context)
        if state.grant:  # a stream token: not packed, so nothing can be told by lengths
            page.headers["Cache-Control"] = "no-store, no-transform"
        return page

    @get("/learn/<course_id>/<lesson_id>/making")
    @for_role(TRAINEE, STAFF)
    def show_making(self, course_id: str, lesson_id: str) -> Response:
        """The progress of the lecture's making; the whole page once it is ready."""
        services = page_services()
        course, lesson = _get_lesson(services.catalog, course_id, lesson_id)
        if not lesson.is_completable:
            raise Problem(404, "not-found", NO_LESSON)
        try:
            making = services.media.show_lecture(lesson.lecture_id)
        except Problem as problem:
            if problem.status != 404:
                raise
            return Response("", 200, REFRESH)
        if making.state == "ready":
            return Response("", 200, REFRESH)
        return render_page(
            "trainee/learn/making.html", course=course, lesson=lesson, making=making
        )


def _get_lesson(
    catalog: CatalogClient, course_id: str, lesson_id: str
) -> tuple[CourseOut, LessonOut]:
    """A course and one lesson of it. Raises Problem 404."""
    course = catalog.show_course(course_id)
    for lesson in course.lessons:
        if lesson.lesson_id == lesson_id:
            return course, lesson
    raise Problem(404, "not-found", NO_LESSON)


def _find_place(course: CourseOut, lesson: LessonOut) -> LessonPlace:
    """Where a lesson stands in its course."""
    place = 1 + course.lessons.index(lesson)
    behind = enumerate(course.lessons[place:], place + 1)
    watchable = [
        NextLesson(number, other.lesson_id, other.title)
        for number, other in behind
        if other.is_completable
    ]
    return LessonPlace(place, len(course.lessons), next(iter(watchable), None))


def _player_data(grant: GrantOut, lesson: LessonOut) -> PlayerData:
    """What the player needs to play a granted lecture to this visitor."""
    who = current_visitor()
    return PlayerData(
        grant,
        person=who.account.person_id if who.account else "",
        earns=TRAINEE in who.roles,
        fastest=grant.rate,
        lesson=lesson.lesson_id,
        words=_translate_texts(PLAYER),
    )


def _translate_texts(texts: Mapping[str, Any]) -> dict[str, Any]:
    """Texts, also those in groups, in the language of the page."""
    return {
        name: gettext(text) if isinstance(text, str) else _translate_texts(text)
        for name, text in texts.items()
    }


def _read_lecture_state(media: MediaClient, lesson: LessonOut) -> LectureState:
    """A grant, or where there is none how the lecture stands."""
    if not lesson.is_completable:
        return LectureState()
    try:
        return LectureState(grant=media.post_grant(lesson.lecture_id))
    except Problem as problem:
        refused = problem
    if refused.slug in ("not-ready", "unknown-lecture"):
        try:
            making = media.show_lecture(lesson.lecture_id)
        except Problem as problem:
            return LectureState(refused=problem)
        if making.state != "ready":
            return LectureState(making=making)
    return LectureState(refused=refused)
