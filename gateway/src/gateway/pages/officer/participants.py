"""Participants of a class: who is in it, how far they are, and a workbook of that."""

import datetime
from urllib.parse import quote, urlencode

from chassis.http.problem import Problem
from chassis.http.routing import Routes, get
from contracts.http.catalog import ClassOut
from flask import Response, request

from gateway.clients.parts import Unavailable
from gateway.forms.participants import LeaversForm
from gateway.identity.account import OFFICER, STAFF
from gateway.pages.components.paging import AFTER, build_pages
from gateway.pages.components.tables import SORT, build_heads, read_sort
from gateway.pages.formats import ZONE, format_moment
from gateway.pages.officer.participants_read import read_participants
from gateway.pages.officer.participants_view import (
    ParticipantRow,
    can_remind,
    count_sides,
    list_columns,
    pick_rows,
    view_participants,
    view_sides,
)
from gateway.pages.page_client import page_services
from gateway.pages.rendering import render_page
from gateway.pages.role_guard import for_role
from gateway.roster_files.list_workbook import write_list
from gateway.roster_files.roster_workbooks import WORKBOOK_TYPE
from gateway.texts import N_
from gateway.texts.language import gettext
from gateway.texts.participants import ALL, SIDES

PAGE_ROWS = 50
"""Rows that one looks through; filters find whom one looks for."""
LIST_SECONDS = 12.0
"""A class of some thousands is read in pages before it is counted and sorted."""
WORKBOOK_SECONDS = 60.0
"""All of a class, however large, as with the rows of a roster."""
HEADS = (
    N_("姓名"),
    N_("会员号"),
    N_("单位"),
    N_("状态"),
    N_("进度（%）"),
    N_("学完的课时"),
    N_("学时"),
    N_("证书编号"),
    N_("完成时间"),
)


class ParticipantPages(Routes):
    """The page of a class's participants."""

    name = "participant_pages"

    @get("/classes/<class_id>/people")
    @for_role(OFFICER, STAFF)
    def list_people(self, class_id: str) -> Response:
        """Who is in the class, of those whom the visitor sees."""
        services = page_services(LIST_SECONDS)
        asked = services.ask_part(services.catalog.show_class, class_id)
        found = read_participants(services, class_id)
        class_, path = asked.require_answer(), f"/classes/{class_id}/people"
        rows = view_participants(found, class_, college_today())
        side, (sort, is_down) = read_side(), read_sort(list_columns(), request.args)
        chosen = pick_rows(rows, side, sort, is_down)
        start = read_start()
        further = start + PAGE_ROWS
        following = str(further) if further < len(chosen) else ""
        return render_page(
            "officer/participants/list.html",
            class_=class_,
            found=found,
            rows=chosen[start:further],
            side=side,
            sides=view_sides(path, rows, side, request.args.get(SORT, "")),
            counts=count_sides(rows),
            heads=build_heads(list_columns(), path, request.args),
            pages=build_pages(path, request.args, following),
            workbook=f"{path}.xlsx?{urlencode({'state': side})}",
            may_remind=can_remind(class_),
            form=LeaversForm(),
        )

    @get("/classes/<class_id>/people.xlsx")
    @for_role(OFFICER, STAFF)
    def download_people(self, class_id: str) -> Response:
        """The same as a workbook, whole or not at all: a service that is away would
        leave cells empty that are not."""
        services = page_services(WORKBOOK_SECONDS)
        class_ = services.catalog.show_class(class_id)
        found = read_participants(services, class_id, most=None)
        for part in (found.enrolments, found.standings):
            if isinstance(part, Unavailable):
                raise Problem(503, "service-away", f"{part.service} does not answer.")
        rows = view_participants(found, class_, college_today())
        sort, is_down = read_sort(list_columns(), request.args)
        chosen = pick_rows(rows, read_side(), sort, is_down)
        content = write_list(
            gettext(N_("学员")),
            [gettext(head) for head in HEADS],
            map(to_cells, chosen),
        )
        return _answer_workbook(content, class_)


def college_today() -> datetime.date:
    """The day that it is at the college."""
    return datetime.datetime.now(ZONE).date()


def read_side() -> str:
    """The side of the list that the address names; all for what is none."""
    side = request.args.get("state", ALL)
    return side if side in SIDES else ALL


def read_start() -> int:
    """The place at which the asked page begins; the first for what is no number."""
    after = request.args.get(AFTER, "")
    is_number = after.isascii() and after.isdecimal() and len(after) < 7
    return int(after) if is_number else 0


def to_cells(row: ParticipantRow) -> list[str]:
    """A participant as a line of texts."""
    words = gettext(N_("、")).join(text for text, _ in row.tags)
    revoked = gettext(N_("%(number)s（已撤销）")) % {"number": row.certificate}
    return [
        row.name,
        row.member_no,
        row.branch,
        words,
        "" if row.percent is None else str(row.percent),
        row.lessons,
        row.hours_text,
        revoked if row.is_revoked else row.certificate,
        format_moment(row.completed_at) if row.completed_at else "",
    ]


def _answer_workbook(content: bytes, class_: ClassOut) -> Response:
    name = quote(class_.title, safe="")
    answered = Response(content, content_type=WORKBOOK_TYPE)
    named = f"filename=\"people.xlsx\"; filename*=UTF-8''{name}.xlsx"
    answered.headers["Content-Disposition"] = f"attachment; {named}"
    return answered
