"""The courses that staff edit: their list, and a new one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlencode

import msgspec
from chassis.http.body import FAULT, name_fault
from chassis.http.problem import Problem
from chassis.http.routing import Routes, get, route
from contracts.http.drafts import CourseIn, DraftOut, DraftsOut, DraftsQuery
from flask import Response, request

from gateway.clients.page_services import PageServices
from gateway.clients.parts import Unavailable
from gateway.forms.base import apply_problem
from gateway.forms.courses import DraftSearchForm, NewCourseForm, offer_modules
from gateway.identity.account import STAFF
from gateway.pages.components.paging import build_pages
from gateway.pages.components.tables import Column, build_heads
from gateway.pages.formats import format_moment
from gateway.pages.page_client import page_services
from gateway.pages.rendering import is_part, redirect_to, render_page
from gateway.pages.role_guard import for_role
from gateway.pages.staff.course_head import UNRECORDED, Side, path_of, state_of
from gateway.pages.staff.editor_names import EditorNames
from gateway.texts import N_
from gateway.texts.courses import STATES, TABS
from gateway.texts.language import gettext

PATH = "/staff/courses"
PAGE_SIZE = 30
"""Rows that one looks over on one page."""
LONGEST_CURSOR = 1400
"""As the catalogue takes them."""


@dataclass(frozen=True)
class CourseLine:
    """A course in the list; `edited` says who wrote it last, and when."""

    path: str
    title: str
    teacher: str
    module: str
    lessons: int
    state: str
    tone: str
    edited: str


class StaffCoursePages(Routes):
    """The list of courses that are edited, and the form of a new one."""

    name = "staff_courses"

    def __init__(self, names: EditorNames) -> None:
        self.names = names

    @get(PATH)
    @for_role(STAFF)
    def list_drafts(self) -> Response:
        services, form = page_services(), DraftSearchForm.of_request()
        areas = services.ask_part(services.catalog.list_areas)
        found = services.ask_part(services.catalog.list_drafts, _read_query(form))
        named, drafts = areas.get_answer(), found.get_answer()
        form.offer_choices(named)
        modules = {m.code: m.name for area in named for m in area.modules}
        context: dict[str, Any] = {
            "form": form,
            "drafts": drafts,
            "heads": build_heads(_columns(), PATH, {}),
            "tabs": view_tabs(drafts, form.state.data or "", request.args),
            "lines": self._view_lines(drafts, modules),
            "pages": build_pages(
                PATH,
                request.args,
                "" if isinstance(drafts, Unavailable) else drafts.next,
            ),
        }
        part, whole = "staff/courses/found.html", "staff/courses/list.html"
        return render_page(part if is_part() else whole, **context)

    @route(f"{PATH}/new", "GET", "POST")
    @for_role(STAFF)
    def create_course(self) -> Response:
        """A course is begun, and its editor follows."""
        services, form = page_services(), NewCourseForm.of_request()
        offer_modules(form.module, services.catalog.list_areas(), gettext(N_("请选择")))
        status = 200 if request.method == "GET" else 422
        if form.is_sent():
            try:
                if made := _post_course(services, form):
                    return redirect_to(path_of(made.id))
            except Problem as problem:
                apply_problem(form, problem)
                status = problem.status
        return render_page("staff/courses/new.html", status, form=form)

    def _view_lines(
        self, drafts: DraftsOut | Unavailable, modules: Mapping[str, str]
    ) -> list[CourseLine]:
        if isinstance(drafts, Unavailable):
            return []
        names = self.names.get_names({draft.edited_by for draft in drafts.items})
        return [view_line(draft, modules, names) for draft in drafts.items]


def view_line(
    draft: DraftOut, modules: Mapping[str, str], names: Mapping[str, str]
) -> CourseLine:
    """A draft as a line, with the names of modules and of accounts."""
    text, tone = STATES[state_of(draft)]
    when = format_moment(draft.edited_at) if draft.edited_at else gettext(UNRECORDED)
    who = names.get(draft.edited_by, "")
    return CourseLine(
        path_of(draft.id),
        draft.title,
        draft.teacher,
        modules.get(draft.module, draft.module),
        len(draft.lessons),
        gettext(text),
        tone,
        f"{when} · {who}" if who else when,
    )


def view_tabs(
    drafts: DraftsOut | Unavailable, state: str, query: Mapping[str, str]
) -> list[Side]:
    """The states as tabs, with how many there are where that is known."""
    filters = {n: v for n, v in query.items() if n in ("q", "module", "sort") and v}
    tabs = []
    for name, text in TABS.items():
        asked = urlencode(filters | ({"state": name} if name else {}))
        path = f"{PATH}?{asked}" if asked else PATH
        tabs.append(Side(path, _with_count(drafts, name, text), name == state))
    return tabs


def _with_count(drafts: DraftsOut | Unavailable, name: str, text: str) -> str:
    if isinstance(drafts, Unavailable):
        return gettext(text)
    counts = drafts.counts
    count = getattr(counts, name) if name else counts.draft + counts.published
    return f"{gettext(text)} {count}"


def _columns() -> list[Column]:
    return [
        Column("title", gettext(N_("课程"))),
        Column("module", gettext(N_("模块"))),
        Column("lessons", gettext(N_("课时")), is_number=True),
        Column("state", gettext(N_("状况"))),
        Column("edited", gettext(N_("最近的修改"))),
    ]


def _read_query(form: DraftSearchForm) -> DraftsQuery:
    """What is asked; a state or an order that there is not counts as none."""
    query = DraftsQuery(
        q=form.q.data or "",
        module=form.module.data or "",
        after=request.args.get("after", "")[:LONGEST_CURSOR],
        limit=PAGE_SIZE,
    )
    if form.state.data in TABS:
        query.state = cast(Any, form.state.data)
    if form.sort.data == "title":
        query.sort = "title"
    return query


def _post_course(services: PageServices, form: NewCourseForm) -> DraftOut | None:
    """The course that is begun; None with the fault in the form. Raises Problem."""
    typed = {name: form[name].data or "" for name in ("title", "module", "teacher")}
    try:
        asked = msgspec.convert(typed, CourseIn)
    except msgspec.ValidationError as error:
        apply_problem(form, Problem(422, FAULT, "", **name_fault(error)))
        return None
    return services.catalog.post_course(asked, form.once_key)
