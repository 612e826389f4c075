"""The page of a lesson: its video is uploaded here, made, and gets captions."""

from typing import Any

from chassis.http.problem import Problem
from chassis.http.routing import Routes, get, post
from contracts.http.catalog import LessonOut
from contracts.http.drafts import DraftOut
from contracts.http.media import MakingOut
from flask import Response, request

from gateway.clients.catalog import CatalogClient
from gateway.clients.page_services import PageServices
from gateway.clients.parts import Unavailable
from gateway.forms.captions import CaptionForm
from gateway.identity.account import STAFF
from gateway.pages.components.figures import Chart
from gateway.pages.components.uploads import translate_upload_words
from gateway.pages.page_client import page_services
from gateway.pages.rendering import redirect_to, render_page
from gateway.pages.role_guard import for_role
from gateway.pages.staff.course_content import content_of
from gateway.pages.staff.course_head import path_of, view_head
from gateway.pages.staff.editor_names import EditorNames
from gateway.pages.staff.lesson_views import (
    draw_drop_off,
    require_lesson,
    view_captions,
    view_making,
)

LINK_TRIES = 5
"""Somebody else may save the course in between; five times running is no accident."""
LONGEST_ID = 80


class LessonPages(Routes):
    """A lesson of a course that is edited."""

    name = "staff_lessons"

    def __init__(self, names: EditorNames) -> None:
        self.names = names

    @get("/staff/courses/<course_id>/lessons/<lesson_id>")
    @for_role(STAFF)
    def show_lesson(self, course_id: str, lesson_id: str) -> Response:
        return render_lesson(self.names, course_id, lesson_id, CaptionForm())

    @get("/staff/courses/<course_id>/lessons/<lesson_id>/making")
    @for_role(STAFF)
    def show_making(self, course_id: str, lesson_id: str) -> Response:
        """How far the video is, for a page that is open."""
        services = page_services()
        lesson = require_lesson(services.catalog.show_draft(course_id), lesson_id)
        making = services.ask_part(find_making, services, lesson).get_answer()
        context = _show_video(making, path_of(course_id), lesson)
        return render_page("staff/courses/making.html", **context)

    @post("/staff/courses/<course_id>/lessons/<lesson_id>/making")
    @for_role(STAFF)
    def change_making(self, course_id: str, lesson_id: str) -> Response:
        """A video that failed is made again, or one under way no more."""
        services = page_services()
        lesson = require_lesson(services.catalog.show_draft(course_id), lesson_id)
        action = request.form.get("action", "")
        if action == "retry":
            services.media.post_retry(lesson.lecture_id)
        elif action == "cancel":
            services.media.post_cancellation(lesson.lecture_id)
        else:
            raise Problem(422, "action-unknown", "没有这种操作")
        return redirect_to(f"{path_of(course_id)}/lessons/{lesson_id}")

    @post("/staff/courses/<course_id>/lessons/<lesson_id>/lecture")
    @for_role(STAFF)
    def link_lecture(self, course_id: str, lesson_id: str) -> Response:
        """A lesson shows the lecture that is being uploaded; what else staff edit at
        the same time stays."""
        lecture_id = request.form.get("lecture_id", "")[:LONGEST_ID]
        link_lecture(page_services().catalog, course_id, lesson_id, lecture_id)
        return Response("", 204)


def link_lecture(
    catalog: CatalogClient, course_id: str, lesson_id: str, lecture_id: str
) -> None:
    """A lesson of the draft shows this lecture. Raises Problem."""
    for tries in range(1, LINK_TRIES + 1):
        draft = catalog.show_draft(course_id)
        if require_lesson(draft, lesson_id).lecture_id == lecture_id:
            return
        content = content_of(draft)
        for lesson in content.lessons:
            if lesson.lesson_id == lesson_id:
                lesson.kind, lesson.lecture_id = "lecture", lecture_id
        try:
            catalog.replace_course(course_id, content, draft.version)
            return
        except Problem as problem:
            if problem.slug != "edit-conflict" or tries == LINK_TRIES:
                raise


def find_making(services: PageServices, lesson: LessonOut) -> MakingOut | None:
    """How far a lesson's video is; None where none has come."""
    if not lesson.lecture_id:
        return None
    try:
        return services.media.show_making(lesson.lecture_id)
    except Problem as problem:
        if problem.status != 404:
            raise
        return None


def render_lesson(
    names: EditorNames,
    course_id: str,
    lesson_id: str,
    form: CaptionForm,
    status: int = 200,
    **more: Any,
) -> Response:
    """The page of a lesson, with this form of captions."""
    services = page_services()
    draft = services.catalog.show_draft(course_id)
    lesson = require_lesson(draft, lesson_id)
    making = services.ask_part(find_making, services, lesson)
    captions = services.ask_part(_find_captions, services, names, lesson)
    watched = services.ask_part(_find_drop_off, services, lesson)
    context = _show_video(making.get_answer(), path_of(course_id), lesson)
    context |= {
        "head": view_head(draft, names.get_name(draft.edited_by), ""),
        "place": _place_of(draft, lesson),
        "captions": captions.get_answer(),
        "watched": watched.get_answer(),
        "form": form,
        "words": translate_upload_words(),
        "faults": [],
    }
    return render_page("staff/courses/lesson-page.html", status, **context | more)


def _show_video(
    making: MakingOut | Unavailable | None, path: str, lesson: LessonOut
) -> dict[str, Any]:
    is_away = isinstance(making, Unavailable)
    return {
        "video": making if is_away else view_making(making),  # type: ignore[arg-type]
        "path": f"{path}/lessons/{lesson.lesson_id}",
        "lesson": lesson,
        "watch": path.replace("/staff/courses/", "/learn/") + f"/{lesson.lesson_id}",
    }


def _find_captions(
    services: PageServices, names: EditorNames, lesson: LessonOut
) -> list[Any]:
    """The captions of a lesson's video; none where none has come."""
    if not lesson.lecture_id:
        return []
    try:
        found = services.media.list_captions(lesson.lecture_id).items
    except Problem as problem:
        if problem.status != 404:
            raise
        return []
    by = names.get_names({one.account for one in found})
    return list(view_captions(found, by))


def _find_drop_off(services: PageServices, lesson: LessonOut) -> Chart | None:
    """The curve of who still watches; None where nobody has begun, or nothing can be
    watched yet."""
    if not lesson.lecture_id:
        return None
    try:
        found = services.media.show_drop_off(lesson.lecture_id)
    except Problem as problem:
        if problem.status not in (404, 409):
            raise
        return None
    return draw_drop_off(found) if found.watchers else None


def _place_of(draft: DraftOut, lesson: LessonOut) -> int:
    return 1 + [one.lesson_id for one in draft.lessons].index(lesson.lesson_id)
