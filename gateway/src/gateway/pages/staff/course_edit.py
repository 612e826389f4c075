"""The editor of a course: shown, changed lesson by lesson, saved, merged."""

from collections.abc import Sequence
from typing import Any

import msgspec
from chassis.http.body import FAULT, name_fault
from chassis.http.body_limits import LARGE, limit_body
from chassis.http.problem import Problem
from chassis.http.routing import Routes, route
from contracts.http.drafts import CourseIn, DraftOut
from flask import Response, request

from gateway.clients.page_services import PageServices
from gateway.forms.base import apply_problem
from gateway.forms.courses import CourseForm
from gateway.forms.lessons import (
    LessonAction,
    LessonRow,
    change_lessons,
    mark_untitled,
    read_action,
    read_lessons,
)
from gateway.identity.account import STAFF
from gateway.pages.page_client import page_services
from gateway.pages.rendering import redirect_to, render_page
from gateway.pages.role_guard import for_role
from gateway.pages.staff.course_content import (
    content_of,
    form_of,
    load_base,
    read_content,
    rows_of,
)
from gateway.pages.staff.course_head import path_of, view_head
from gateway.pages.staff.course_views import view_clashes, view_rows
from gateway.pages.staff.editor_names import EditorNames
from gateway.pages.staff.merging import find_clashes, merge_contents
from gateway.texts import N_
from gateway.texts.courses import KINDS, PICTURE_FAULTS
from gateway.texts.language import gettext, translate_refusal
from gateway.texts.upload import EDITOR

SAVE_SECONDS = 12.0
"""A page that saves may have a picture made, which takes some seconds."""
CHOICE = "take-"
"""Before a field's name: whose value is taken."""


class CourseEditPages(Routes):
    """The editor."""

    name = "course_edit"

    def __init__(self, names: EditorNames) -> None:
        self.names = names

    @route("/staff/courses/<course_id>", "GET", "POST")
    @for_role(STAFF)
    @limit_body(LARGE)
    def edit_course(self, course_id: str) -> Response:
        """The course as it is written now; what is sent is saved, or comes back."""
        services = page_services(SAVE_SECONDS)
        draft = services.catalog.show_draft(course_id)
        if request.method == "GET":
            content = content_of(draft)
            form = form_of(content, draft.version)
            return self._render(services, draft, form, rows_of(content))
        form, rows = CourseForm.of_request(), read_lessons(request.form)
        action = read_action(request.form)
        changed = change_lessons(rows, action)
        if changed is not None:
            return self._render(services, draft, form, changed, is_dirty=True)
        if action.name == "unpicture":
            form.picture.data = ""
            return self._render(services, draft, form, rows, is_dirty=True)
        return self._save(services, draft, form, rows, action)

    def _save(
        self,
        services: PageServices,
        draft: DraftOut,
        form: CourseForm,
        rows: Sequence[LessonRow],
        action: LessonAction,
    ) -> Response:
        """What was typed is saved; with faults, or behind somebody else, it is shown
        again."""
        form.offer_choices([])  # so that its choices can be judged
        marked = mark_untitled(rows)
        is_right = form.validate()
        if any(row.is_wrong for row in marked):
            form.refuse(gettext(N_("有的课时没有名称：请填写，或删去这一讲")))
        if not is_right or form.refusals or not _take_picture(services, form):
            return self._render(services, draft, form, marked, 422, is_dirty=True)
        try:
            content = _merge(draft, form, read_content(form, marked), action)
            if content is None:
                return self._render_conflict(services, draft, form, marked)
            services.catalog.replace_course(draft.id, content, form.seen_version)
        except msgspec.ValidationError as error:
            apply_problem(form, Problem(422, FAULT, "", **name_fault(error)))
            return self._render(services, draft, form, marked, 422, is_dirty=True)
        except Problem as problem:
            if problem.slug == "edit-conflict":
                now = services.catalog.show_draft(draft.id)
                return self._render_conflict(services, now, form, marked)
            apply_problem(form, problem)
            status = problem.status
            return self._render(services, draft, form, marked, status, is_dirty=True)
        if action.name == "lecture":
            return redirect_to(path_of(draft.id, f"lessons/{action.lesson_id}"))
        return redirect_to(f"{path_of(draft.id)}?saved=1")

    def _render(
        self,
        services: PageServices,
        draft: DraftOut,
        form: CourseForm,
        rows: Sequence[LessonRow],
        status: int = 200,
        *,
        is_dirty: bool = False,
    ) -> Response:
        """The editor with what was typed."""
        areas = services.ask_part(services.catalog.list_areas).get_answer()
        form.offer_choices(areas)
        context: dict[str, Any] = {
            "head": view_head(draft, self.names.get_name(draft.edited_by), ""),
            "form": form,
            "rows": view_rows(rows, draft),
            "blank": LessonRow(""),
            "kinds": KINDS,
            "areas": areas,
            "is_dirty": is_dirty,
            "is_saved": "saved" in request.args and request.method == "GET",
            "words": {name: gettext(text) for name, text in EDITOR.items()},
        }
        return render_page("staff/courses/edit.html", status, **context)

    def _render_conflict(
        self,
        services: PageServices,
        now: DraftOut,
        form: CourseForm,
        rows: Sequence[LessonRow],
    ) -> Response:
        """Both values of each field beside each other; what was typed goes along."""
        areas = services.ask_part(services.catalog.list_areas).get_answer()
        modules = {m.code: m.name for area in areas for m in area.modules}
        base, mine = load_base(form.base.data or ""), read_content(form, rows)
        clashes = find_clashes(base, mine, content_of(now))
        form.version.data = str(now.version)
        context: dict[str, Any] = {
            "head": view_head(now, self.names.get_name(now.edited_by), ""),
            "form": form,
            "rows": [row for row in rows if not row.is_removed],
            "clashes": view_clashes(clashes, base, modules),
        }
        return render_page("staff/courses/conflict.html", 412, **context)


def _merge(
    draft: DraftOut, form: CourseForm, mine: CourseIn, action: LessonAction
) -> CourseIn | None:
    """What to save: as typed, or merged as chosen; None if it changed once more."""
    if action.name != "merge":
        return mine
    if draft.version != form.seen_version:
        return None
    choices = {
        name.removeprefix(CHOICE): value
        for name, value in request.form.items()
        if name.startswith(CHOICE)
    }
    base = load_base(form.base.data or "")
    return merge_contents(base, mine, content_of(draft), choices)


def _take_picture(services: PageServices, form: CourseForm) -> bool:
    """A picture that came along becomes the course's; False with the fault at its
    field."""
    sent = form.picture_file.data
    if sent is None or not getattr(sent, "filename", ""):
        return True
    try:
        made = services.media.post_picture(sent.read(), form.once_key)
    except Problem as problem:
        reason = problem.members.get("reason", "")
        text = PICTURE_FAULTS.get(reason)
        words = gettext(text) if text else translate_refusal(problem.slug, "")
        form.refuse(words, "picture_file")
        return False
    form.picture.data = made.id
    return True
