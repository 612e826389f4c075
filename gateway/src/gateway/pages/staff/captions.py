"""Captions of a lesson's video: added, replaced, downloaded, deleted."""

from chassis.http.body_limits import LARGE, limit_body
from chassis.http.problem import Problem
from chassis.http.routing import Routes, get, post
from contracts.http.media import CaptionsIn
from flask import Response, request

from gateway.forms.base import apply_problem
from gateway.forms.captions import CaptionForm
from gateway.identity.account import STAFF
from gateway.pages.page_client import page_services
from gateway.pages.rendering import redirect_to
from gateway.pages.role_guard import for_role
from gateway.pages.staff.course_head import path_of
from gateway.pages.staff.editor_names import EditorNames
from gateway.pages.staff.lesson_views import list_caption_faults, require_lesson
from gateway.pages.staff.lessons import render_lesson
from gateway.texts import N_
from gateway.texts.language import gettext, translate_refusal

OF_LESSON = "/staff/courses/<course_id>/lessons/<lesson_id>/captions"
SAVE_SECONDS = 8.0
"""A large file is read line by line."""


class CaptionPages(Routes):
    """Captions as staff edit them."""

    name = "staff_captions"

    def __init__(self, names: EditorNames) -> None:
        self.names = names

    @post(OF_LESSON)
    @for_role(STAFF)
    @limit_body(LARGE)
    def put_captions(self, course_id: str, lesson_id: str) -> Response:
        """A file becomes the captions in its language; with faults the page comes
        back and names them by line."""
        form, faults, status = CaptionForm.of_request(), [], 422
        services = page_services(SAVE_SECONDS)
        draft = services.catalog.show_draft(course_id)
        lesson = require_lesson(draft, lesson_id)
        if form.validate():
            try:
                asked = _read_captions(form)
                services.media.put_captions(
                    lesson.lecture_id, str(form.language.data), asked, _read_version()
                )
                return redirect_to(_path(course_id, lesson_id))
            except ValueError:  # of which a shape's refusal is one
                form.refuse(translate_refusal("field-illegal", ""), "label")
            except Problem as problem:
                faults, status = list_caption_faults(problem.members), problem.status
                _show_problem(form, problem)
        return render_lesson(
            self.names, course_id, lesson_id, form, status, faults=faults
        )

    @get(f"{OF_LESSON}/<language>.vtt")
    @for_role(STAFF)
    def download_captions(
        self, course_id: str, lesson_id: str, language: str
    ) -> Response:
        services = page_services()
        lesson = require_lesson(services.catalog.show_draft(course_id), lesson_id)
        text = services.media.show_captions(lesson.lecture_id, language).text
        answer = Response(text, content_type="text/vtt; charset=utf-8")
        name = f"{lesson_id}.{language}.vtt"
        answer.headers.set("Content-Disposition", "attachment", filename=name)
        return answer

    @post(f"{OF_LESSON}/<language>/deletion")
    @for_role(STAFF)
    def remove_captions(
        self, course_id: str, lesson_id: str, language: str
    ) -> Response:
        services = page_services()
        lesson = require_lesson(services.catalog.show_draft(course_id), lesson_id)
        services.media.remove_captions(lesson.lecture_id, language, _read_version())
        return redirect_to(_path(course_id, lesson_id))


def _read_captions(form: CaptionForm) -> CaptionsIn:
    """The file and its label. Raises ValueError for a label that is none."""
    return CaptionsIn(content=form.file.data.read(), label=form.label.data or "")


def _path(course_id: str, lesson_id: str) -> str:
    return f"{path_of(course_id)}/lessons/{lesson_id}#captions"


def _read_version() -> int:
    """The version that was seen; 0 stands for captions that are new."""
    written = request.form.get("version", "")
    return int(written) if written.isdecimal() and len(written) < 10 else 0


def _show_problem(form: CaptionForm, problem: Problem) -> None:
    """The refusal at its field: of the file, or that there are captions already."""
    if problem.slug == "edit-conflict":
        form.refuse(gettext(N_("这种语言已有字幕：请用那一行的“替换”")), "language")
    else:
        apply_problem(form, problem)
