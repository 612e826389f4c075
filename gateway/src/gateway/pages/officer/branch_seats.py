"""What an officer's branch and those below it have of the seats of open classes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from chassis.http.routing import Routes, get
from contracts.http.catalog import ClassesQuery, ClassOut
from contracts.http.class_seats import BranchQuotaOut, OwnSeatsOut
from flask import Response, request

from gateway.clients.parts import Unavailable
from gateway.identity.account import OFFICER
from gateway.pages.components.paging import build_pages
from gateway.pages.components.tables import Column, build_heads
from gateway.pages.formats import format_day
from gateway.pages.page_client import page_services
from gateway.pages.rendering import render_page
from gateway.pages.role_guard import for_role
from gateway.texts import N_
from gateway.texts.language import gettext

PATH = "/seats"
PAGE_SIZE = 30
"""Classes that one looks over on one page, with their seats asked at once."""
LONGEST_CURSOR = 400
"""As the catalogue takes them."""


@dataclass(frozen=True)
class BranchSeatsLine:
    """A class as it stands for the own branch; `quota` is empty where it has none, and
    `below` are the quotas of branches below it."""

    path: str
    title: str
    days: str
    quota: str
    seated: int
    waiting: int
    free: int
    is_closed: bool
    below: list[BranchQuotaOut]


class BranchSeatPages(Routes):
    """The seats of an officer's branch."""

    name = "branch_seats"

    @get(PATH)
    @for_role(OFFICER)
    def show_seats(self) -> Response:
        """The open classes, the nearest first, and what the branch has of each."""
        services = page_services()
        after = request.args.get("after", "")[:LONGEST_CURSOR]
        asked = ClassesQuery(after=after, limit=PAGE_SIZE)
        page = services.ask_part(services.catalog.list_classes, asked).get_answer()
        classes = [] if isinstance(page, Unavailable) else page.items
        ask_seats = services.enrollment.list_own_seats
        found = services.ask_part(ask_seats, [one.id for one in classes]).get_answer()
        away = [part for part in (page, found) if isinstance(part, Unavailable)]
        context: dict[str, Any] = {
            "away_part": away[0] if away else None,
            "lines": view_lines(classes, list(found)),
            "heads": build_heads(_columns(), PATH, {}),
            "pages": build_pages(
                PATH, request.args, "" if isinstance(page, Unavailable) else page.next
            ),
        }
        return render_page("officer/seats.html", **context)


def view_lines(
    classes: Sequence[ClassOut], found: Sequence[OwnSeatsOut]
) -> list[BranchSeatsLine]:
    """The classes in their order, as far as enrollment knows their seats."""
    of_class = {seats.class_id: seats for seats in found}
    return [
        _view_line(class_, of_class[class_.id])
        for class_ in classes
        if class_.id in of_class
    ]


def _view_line(class_: ClassOut, seats: OwnSeatsOut) -> BranchSeatsLine:
    own = [one for one in seats.quotas if one.branch_id == seats.branch_id]
    return BranchSeatsLine(
        f"/classes/{class_.id}/people",
        class_.title,
        f"{format_day(class_.starts_on)} – {format_day(class_.ends_on)}",
        f"{own[0].taken} / {own[0].seats}" if own else "",
        seats.seated,
        seats.waiting,
        seats.free,
        seats.closed,
        [one for one in seats.quotas if one.branch_id != seats.branch_id],
    )


def _columns() -> list[Column]:
    return [
        Column("title", gettext(N_("班级"))),
        Column("quota", gettext(N_("名额"))),
        Column("seated", gettext(N_("已录取"))),
        Column("waiting", gettext(N_("候补"))),
        Column("free", gettext(N_("还能录取"))),
    ]
