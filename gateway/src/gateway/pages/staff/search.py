"""One box over courses, classes, people, rosters and certificates."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar
from urllib.parse import quote

from chassis.http.routing import Routes, route
from contracts.http.catalog import ClassesQuery, ClassOut, ClassState
from contracts.http.drafts import DraftOut, DraftsQuery
from contracts.http.learning import CertificatesQuery, IssuedOut
from contracts.http.traces import TracedPersonOut, TracedRosterOut, TracesIn, TracesOut
from fields import Illegal
from fields.codes import plain_certificate_number, plain_id_number, plain_phone
from flask import Response

from gateway.clients.page_services import PageServices
from gateway.clients.parts import Unavailable
from gateway.forms.staff_search import StaffSearchForm
from gateway.identity.account import STAFF
from gateway.pages.formats import format_day, format_moment
from gateway.pages.page_client import page_services
from gateway.pages.rendering import render_page
from gateway.pages.role_guard import for_role
from gateway.pages.staff.course_head import state_of
from gateway.texts import N_, courses, rosters
from gateway.texts.language import gettext

PATH = "/staff/search"
MOST_SHOWN = 8
"""Of each kind: who wants more writes more, or goes to the list of that kind."""
CLASSES: tuple[ClassState, ...] = ("", "over", "closed")
"""States that together are all classes, those under way first."""
NO_STORE = "private, no-store, no-transform"
Row = TypeVar("Row")


class Rows(Protocol[Row]):
    """The answer of a service that lists something."""

    items: list[Row]


@dataclass(frozen=True)
class FoundLine:
    """Something that was found, what tells it apart, and where it leads."""

    text: str
    about: str
    path: str


@dataclass(frozen=True)
class FoundGroup:
    """What was found of one kind, or that its service does not answer; `more` is the
    list of that kind, where all of them are."""

    id: str
    name: str
    lines: list[FoundLine] | Unavailable
    more: str = ""


class StaffSearchPages(Routes):
    """The page of the search box."""

    name = "staff_search"

    @route(PATH, "GET", "POST")
    @for_role(STAFF)
    def search_all(self) -> Response:
        """Nothing is looked for yet, or what was found, kind by kind."""
        form, groups, status = StaffSearchForm.of_request(), None, 200
        if form.is_sent():
            groups = find_groups(page_services(), form.words.data or "")
        elif form.find_faults():
            status = 422
        page = render_page("staff/search/show.html", status, form=form, groups=groups)
        page.headers["Cache-Control"] = NO_STORE
        return page


def find_groups(services: PageServices, words: str) -> list[FoundGroup]:
    """What the services have under these words, asked side by side; kinds of which
    nothing was found are left out, and who is away is said in its place.

    A phone or ID number goes to enrollment alone, which writes down who was looked up.
    """
    traced = services.ask_part(services.enrollment.find_traces, TracesIn(words=words))
    groups = list[FoundGroup]()
    if not _is(plain_phone, words) and not _is(plain_id_number, words):
        groups += _find_learning(services, words)
    groups = _list_traces(traced.get_answer()) + groups
    return [group for group in groups if group.lines or is_away(group)]


def is_away(group: FoundGroup) -> bool:
    """Whether nobody knows if there is something of this kind."""
    return isinstance(group.lines, Unavailable)


def _find_learning(services: PageServices, words: str) -> list[FoundGroup]:
    """Classes, courses and certificates."""
    catalog, learning = services.catalog, services.learning
    classes = [
        services.ask_part(
            catalog.list_classes, ClassesQuery(q=words, state=state, limit=MOST_SHOWN)
        )
        for state in CLASSES
    ]
    asked = DraftsQuery(q=words, limit=MOST_SHOWN)
    drafts = services.ask_part(catalog.list_drafts, asked)
    groups = [
        _group_of(
            "classes", N_("班级"), [p.get_answer() for p in classes], _view_class
        ),
        _group_of("courses", N_("课程"), [drafts.get_answer()], _view_course),
    ]
    if _is(plain_certificate_number, words):
        wanted = CertificatesQuery(number=words)
        issued = services.ask_part(learning.list_issued, wanted).get_answer()
        groups.append(
            _group_of("certificates", N_("证书"), [issued], _view_certificate)
        )
    return groups


def _group_of(
    id_: str,
    name: str,
    answers: Sequence[Rows[Row] | Unavailable],
    view: Callable[[Row], FoundLine],
) -> FoundGroup:
    lines = list[FoundLine]()
    for found in answers:
        if isinstance(found, Unavailable):
            return FoundGroup(id_, gettext(name), found)
        lines += map(view, found.items)
    return FoundGroup(id_, gettext(name), lines[:MOST_SHOWN])


def _list_traces(found: TracesOut | Unavailable) -> list[FoundGroup]:
    """People and rosters."""
    people, sent = gettext(N_("学员")), gettext(N_("名册"))
    if isinstance(found, Unavailable):
        both = gettext(N_("学员和名册"))
        return [FoundGroup("people", both, found)]
    return [
        FoundGroup("people", people, _view_all(found.people, _view_person), "/people"),
        FoundGroup("rosters", sent, _view_all(found.rosters, _view_roster)),
    ]


def _view_all(rows: Iterable[Row], view: Callable[[Row], FoundLine]) -> list[FoundLine]:
    return [view(row) for row in rows][:MOST_SHOWN]


def _view_class(class_: ClassOut) -> FoundLine:
    days = gettext(N_("%(a)s 至 %(b)s")) % {
        "a": format_day(class_.starts_on),
        "b": format_day(class_.ends_on),
    }
    return FoundLine(class_.title, days, f"/staff/classes/{quote(class_.id)}")


def _view_course(draft: DraftOut) -> FoundLine:
    text, _ = courses.STATES[state_of(draft)]
    return FoundLine(draft.title, gettext(text), f"/staff/courses/{quote(draft.id)}")


def _view_certificate(one: IssuedOut) -> FoundLine:
    state = gettext(N_("已撤销")) if one.revoked_on else format_day(one.issued_on)
    path = f"/staff/certificates/{quote(one.number)}"
    return FoundLine(one.number, f"{one.title} · {state}", path)


def _view_person(person: TracedPersonOut) -> FoundLine:
    about = " · ".join([person.phone, *person.branches])
    return FoundLine(person.name, about, f"/people/{quote(person.person_id)}")


def _view_roster(roster: TracedRosterOut) -> FoundLine:
    text, _ = rosters.STATES.get(roster.state, (roster.state, ""))
    rows = gettext(N_("%(n)s 行")) % {"n": roster.rows}
    about = [roster.branch, format_moment(roster.received), rows, gettext(text)]
    branch = f"/branches/{quote(roster.branch_id)}"
    return FoundLine(roster.name or roster.roster_id, " · ".join(about), branch)


def _is(read: Callable[[str], str], words: str) -> bool:
    """Whether it is one, in any writing."""
    try:
        return bool(read(words))
    except Illegal:
        return False
