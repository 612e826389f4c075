"""The gallery of components: every part that pages are made of, in its states."""

from dataclasses import dataclass
from typing import Any

from chassis.http.routing import Routes, get
from flask import Response, request
from werkzeug.datastructures import MultiDict

from gateway.clients.parts import Unavailable
from gateway.forms.base import PageForm
from gateway.forms.fields import list_choices
from gateway.forms.gallery import GalleryForm
from gateway.forms.searches import CourseSearchForm
from gateway.identity.account import OPERATOR, STAFF
from gateway.pages.components.figures import draw_bars, draw_line, draw_ring
from gateway.pages.components.paging import Pages
from gateway.pages.components.tables import Column, build_heads
from gateway.pages.components.uploads import translate_upload_words
from gateway.pages.rendering import render_page
from gateway.pages.role_guard import for_role
from gateway.texts import N_
from gateway.texts.classes import FORMS
from gateway.texts.language import gettext

PATH = "/docs/components"
MONTHS = (("7", 12), ("8", 31), ("9", 18), ("10", 44), ("11", 9))


@dataclass(frozen=True)
class Moment:
    """A line of a timeline."""

    moment: str
    text: str
    tone: str
    detail: str


@dataclass(frozen=True)
class Tab:
    """A side of a thing."""

    path: str
    text: str
    is_current: bool


class GalleryPages(Routes):
    """For who writes pages."""

    name = "gallery"

    @get(PATH)
    @for_role(STAFF, OPERATOR)
    def show_gallery(self) -> Response:
        """Every component with the data that it takes."""
        return render_page(
            "staff/gallery.html",
            filled=_fill_form(),
            wrong=_fill_wrongly(),
            search=_search_form(),
            heads=build_heads(_columns(), PATH, request.args),
            rows=_rows(),
            moments=_moments(),
            **_figures(),
            words=translate_upload_words(),
        )


def _offer_choices(form: GalleryForm) -> GalleryForm:
    points = [("", "—"), ("cq", "草桥校区"), ("dz", "大庄校区")]
    form.point.choices = list_choices(points)
    forms = [(name, gettext(text)) for name, text in FORMS.items()]
    form.form.choices = list_choices(forms)
    return form


def _fill_form() -> PageForm:
    return _offer_choices(GalleryForm(title="集体协商实务班", seats=60, form="online"))


def _fill_wrongly() -> PageForm:
    form = _offer_choices(GalleryForm(prefix="wrong-"))
    sent = {"wrong-title": "", "wrong-seats": "60 个", "wrong-point": "x"}
    form.process(MultiDict(sent))
    form.validate()
    return form


def _search_form() -> PageForm:
    form = CourseSearchForm(q="协商")
    form.offer_modules([])
    return form


def _columns() -> list[Column]:
    return [
        Column("name", gettext(N_("姓名")), can_sort=True),
        Column("state", gettext(N_("状况"))),
        Column("hours", gettext(N_("学时")), can_sort=True, is_number=True),
    ]


def _rows() -> list[dict[str, Any]]:
    lines = (
        ("李建国", N_("已录取"), "ok", 31.5),
        ("阿依努尔·买买提", N_("候补"), "wait", 4),
        ("陈晓", N_("未收"), "no", 0),
    )
    return [
        {"name": name, "state": gettext(state), "tone": tone, "hours": hours}
        for name, state, tone, hours in lines
    ]


def _moments() -> list[Moment]:
    return [
        Moment("11-28 14:20", gettext(N_("证书签发")), "ok", "BY-2026-7Q4K-M2"),
        Moment("11-20 09:05", gettext(N_("候补转为录取")), "", ""),
        Moment("11-18 16:40", gettext(N_("进入候补")), "wait", ""),
    ]


def _figures() -> dict[str, Any]:
    return {
        "ring": draw_ring(31.5, 50),
        "bars": draw_bars(MONTHS),
        "line": draw_line(MONTHS),
        "pages": Pages(PATH, f"{PATH}?after=x"),
        "tabs": [
            Tab(PATH, gettext(N_("课程")), True),
            Tab(f"{PATH}?side=classes", gettext(N_("班")), False),
        ],
        "seats": {"capacity": 40, "taken": 31, "waiting": 0},
        "unavailable": Unavailable("learning"),
    }
