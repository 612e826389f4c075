"""People: whom one looks for, among those one sees, and all of them in a list."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from chassis.http.problem import Problem
from chassis.http.routing import Routes, get, post
from contracts.http.catalog import ClassesQuery
from contracts.http.enrollment import PersonOut
from contracts.http.people import PeopleSearchIn
from flask import Response, request

from gateway.clients.page_services import PageServices
from gateway.clients.parts import Unavailable
from gateway.forms.base import apply_problem
from gateway.forms.people import InviteesForm, PeopleFilterForm
from gateway.forms.persons import PeopleSearchForm
from gateway.identity.account import OFFICER, STAFF
from gateway.pages.branch_words import (
    name_branches,
    name_memberships,
    pick_branch,
)
from gateway.pages.components.paging import AFTER, build_pages
from gateway.pages.officer.invitations import offer_shown_branches, pick_shown_branch
from gateway.pages.officer.participants import LIST_SECONDS, WORKBOOK_SECONDS
from gateway.pages.officer.participants import to_cells as participant_cells
from gateway.pages.officer.participants_view import can_remind
from gateway.pages.officer.people_list import ListedPerson, PeopleWanted, ReadPeople
from gateway.pages.officer.person_view import FindStates
from gateway.pages.page_client import page_services
from gateway.pages.rendering import is_part, render_page
from gateway.pages.role_guard import for_role
from gateway.roster_files.list_workbook import write_list
from gateway.roster_files.roster_workbooks import WORKBOOK_TYPE
from gateway.texts import N_
from gateway.texts.language import gettext
from gateway.texts.participants import ALL, SIDES

TEMPLATE = "officer/people/search.html"
HEADS = (
    N_("姓名"),
    N_("会员号"),
    N_("单位"),
    N_("账号"),
    N_("状态"),
    N_("进度（%）"),
    N_("学完的课时"),
    N_("学时"),
    N_("证书编号"),
    N_("完成时间"),
)
"""The last ones are of a class."""


@dataclass(frozen=True)
class FoundPerson:
    """A line of what was found."""

    person_id: str
    name: str
    phone: str
    numbers: str


class PeoplePages(Routes):
    """The page on which people are looked for, listed and acted on."""

    name = "people_pages"

    def __init__(self, find_states: FindStates) -> None:
        self.find_states = find_states

    @get("/people")
    @for_role(OFFICER, STAFF)
    def list_people(self) -> Response:
        """The people whom the visitor sees, as they are filtered."""
        services = page_services(LIST_SECONDS)
        form, near, wanted = _read_wanted(services)
        after = request.args.get(AFTER, "")
        page = ReadPeople(services, self.find_states).read_page(wanted, after)
        return render_page(
            f"officer/people/{'listed' if is_part() else 'search'}.html",
            form=PeopleSearchForm(),
            people=None,
            following="",
            filter_form=form,
            near=near,
            class_=wanted.class_,
            page=page,
            may_remind=wanted.class_ is not None and can_remind(wanted.class_),
            pages=build_pages("/people", request.args, page.following),
            workbook=f"/people.xlsx?{urlencode(_query_of(wanted))}",
            once=InviteesForm().once_key,
        )

    @get("/people.xlsx")
    @for_role(OFFICER, STAFF)
    def download_people(self) -> Response:
        """The same as a workbook, whole or not at all."""
        services = page_services(WORKBOOK_SECONDS)
        _, _, wanted = _read_wanted(services)
        read = ReadPeople(services, self.find_states)
        rows = [to_cells(one) for one in read.read_all(wanted)]
        if read.away is not None:
            raise Problem(503, "service-away", f"{read.away.service} does not answer.")
        heads = [gettext(head) for head in HEADS]
        if wanted.class_ is None:
            heads, rows = heads[:4], [cells[:4] for cells in rows]
        content = write_list(gettext(N_("学员")), heads, rows)
        answered = Response(content, content_type=WORKBOOK_TYPE)
        answered.headers["Content-Disposition"] = 'attachment; filename="people.xlsx"'
        return answered

    @post("/people")
    @for_role(OFFICER, STAFF)
    def search_people(self) -> Response:
        """By part of a name, phone or member number: none of them is in the address."""
        form, services = PeopleSearchForm.of_request(), page_services()
        branch = pick_branch(services, form, "branch") if form.is_sent() else None
        if branch is None:
            return _render_search(form, 422)
        asked = PeopleSearchIn(
            words=form.words.data or "",
            branch=branch,
            after=form.after.data or "",
        )
        try:
            page = services.enrollment.search_people(asked)
        except Problem as problem:
            if problem.status not in (409, 422, 503):
                raise
            apply_problem(form, problem, problem.detail)
            return _render_search(form, problem.status)
        ids = {m.branch_id for one in page.items for m in one.memberships}
        names = name_branches(services, ids)
        found = [view_found(one, names) for one in page.items]
        return _render_search(form, 200, found, page.next)


def _read_wanted(
    services: PageServices,
) -> tuple[PeopleFilterForm, list[str], PeopleWanted]:
    """The filter as it is set, names that its branch may mean, and what it means."""
    form = PeopleFilterForm.of_request()
    branch, near = pick_shown_branch(services, form)
    class_id = form.class_id.data or ""
    class_ = services.catalog.show_class(class_id) if class_id else None
    side = form.state.data or ALL
    wanted = PeopleWanted(
        branch, class_, side if side in SIDES else ALL, form.account.data or ""
    )
    offer_shown_branches(services, form, branch)
    asked = services.ask_part(services.catalog.list_classes, ClassesQuery())
    listed = asked.get_answer()
    classes = [] if isinstance(listed, Unavailable) else list(listed.items)
    if class_ is not None and class_.id not in {one.id for one in classes}:
        classes.append(class_)
    form.offer_classes(classes)
    return form, near, wanted


def _query_of(wanted: PeopleWanted) -> dict[str, str]:
    """The filter as an address names it."""
    class_id = wanted.class_.id if wanted.class_ else ""
    query = {"branch": wanted.branch, "class_id": class_id, "account": wanted.account}
    query |= {"state": wanted.side} if class_id else {}
    return {name: value for name, value in query.items() if value}


def to_cells(person: ListedPerson) -> list[str]:
    """A person as a line of texts; of a class also how they stand in it."""
    own = [
        person.name,
        person.member_no,
        person.branch,
        person.account[0] if person.account else "",
    ]
    return own + (participant_cells(person.row)[3:] if person.row else [])


def _render_search(
    form: PeopleSearchForm,
    status: int,
    found: list[FoundPerson] | None = None,
    following: str = "",
) -> Response:
    return render_page(
        TEMPLATE, status, form=form, people=found, following=following, page=None
    )


def view_found(person: PersonOut, names: Mapping[str, str]) -> FoundPerson:
    """A person as one line; by branch and member number people tell namesakes apart."""
    numbers = name_memberships(person.memberships, names)
    return FoundPerson(person.person_id, person.name, person.phone, numbers)
