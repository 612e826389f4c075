"""People: whom one looks for, among those one sees."""

from collections.abc import Mapping
from dataclasses import dataclass

from chassis.http.problem import Problem
from chassis.http.routing import Routes, get, post
from contracts.http.enrollment import PersonOut
from contracts.http.people import PeopleSearchIn
from flask import Response

from gateway.forms.base import apply_problem
from gateway.forms.persons import PeopleSearchForm
from gateway.identity.account import OFFICER, STAFF
from gateway.pages.branch_words import (
    name_branches,
    name_memberships,
    pick_branch,
)
from gateway.pages.page_client import page_services
from gateway.pages.rendering import render_page
from gateway.pages.role_guard import for_role

TEMPLATE = "officer/people/search.html"


@dataclass(frozen=True)
class FoundPerson:
    """A line of what was found."""

    person_id: str
    name: str
    phone: str
    numbers: str


class PeoplePages(Routes):
    """The page on which people are looked for."""

    name = "people_pages"

    @get("/people")
    @for_role(OFFICER, STAFF)
    def show_search(self) -> Response:
        """Nothing is looked for yet."""
        return render_page(TEMPLATE, form=PeopleSearchForm(), people=None, following="")

    @post("/people")
    @for_role(OFFICER, STAFF)
    def search_people(self) -> Response:
        """By part of a name, phone or member number: none of them is in the address."""
        form, services = PeopleSearchForm.of_request(), page_services()
        branch = pick_branch(services, form, "branch") if form.is_sent() else None
        if branch is None:
            return render_page(TEMPLATE, 422, form=form, people=None, following="")
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
            return render_page(
                TEMPLATE, problem.status, form=form, people=None, following=""
            )
        ids = {m.branch_id for one in page.items for m in one.memberships}
        names = name_branches(services, ids)
        found = [view_found(one, names) for one in page.items]
        return render_page(TEMPLATE, form=form, people=found, following=page.next)


def view_found(person: PersonOut, names: Mapping[str, str]) -> FoundPerson:
    """A person as one line; by branch and member number people tell namesakes apart."""
    numbers = name_memberships(person.memberships, names)
    return FoundPerson(person.person_id, person.name, person.phone, numbers)
