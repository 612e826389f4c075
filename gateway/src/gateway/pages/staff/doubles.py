"""Doubles: records that look like one human, side by side, merged or told apart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chassis.http.problem import Problem
from chassis.http.routing import Routes, get, post
from contracts.http.enrollment import PersonOut
from contracts.http.people import DoubleOut, DoublesQuery, PeopleSearchIn
from flask import Response, request

from gateway.api.request_visitor import require_actor
from gateway.forms.base import apply_problem
from gateway.forms.merges import AccountsForm, DoubleForm, MergeForm
from gateway.identity.account import STAFF, Account
from gateway.identity.twins import Twins
from gateway.pages.branch_words import name_branches, name_memberships
from gateway.pages.components.paging import build_pages
from gateway.pages.page_client import page_services
from gateway.pages.rendering import redirect_to, render_page
from gateway.pages.role_guard import for_role
from gateway.pages.staff.account_lists import shown_login
from gateway.texts import N_
from gateway.texts.language import gettext, translate_refusal
from gateway.texts.people import LIKENESSES

TEMPLATE = "staff/people/doubles.html"
DISMISS = "dismiss"
UNDECIDED = N_("两份都有在用的账号：请先选合并后哪个停用，或都不停用")
UNKNOWN_OUTCOME = 500
"""From this status on nobody knows whether it was done."""
MOST_NAMESAKES = 20
"""To choose from; whoever is none of them is merged by number."""


@dataclass(frozen=True)
class ShownDouble:
    """Two records side by side, and the form that decides."""

    why: str
    people: list[PersonOut]
    form: DoubleForm


class DoublePages(Routes):
    """The page on which staff decide about doubles, and what merges and undoes."""

    name = "doubles"

    def __init__(self, twins: Twins) -> None:
        self.twins = twins

    @get("/people/doubles")
    @for_role(STAFF)
    def list_doubles(self) -> Response:
        """What looks alike and nobody has decided."""
        return self._render_doubles(request.args.get("after", ""))

    @post("/people/doubles")
    @for_role(STAFF)
    def decide_double(self) -> Response:
        """The two are merged into the one that was chosen, or told apart for good."""
        form, enrollment = DoubleForm.of_request(), page_services().enrollment
        pair = form.pair.data or ""
        try:
            if request.form.get("action") == DISMISS:
                enrollment.dismiss_double(pair)
                return redirect_to("/people/doubles")
            keep = form.keep.data or ""
            others = [id_ for id_ in pair.split(".") if id_ != keep]
            if keep not in pair.split(".") or len(others) != 1:
                return self._render_doubles("", 422, gettext("请先选保留哪一份"))
            self._offer_accounts(form, [keep, others[0]])
            if form.lacks_choice():
                return self._render_doubles("", 422, gettext(UNDECIDED))
            self._merge(form, keep, others[0])
        except Problem as problem:
            if problem.status not in (404, 409):
                raise
            fault = translate_refusal(problem.slug, problem.detail)
            return self._render_doubles("", problem.status, fault)
        return redirect_to(f"/people/{keep}")

    @get("/people/<person_id>/merges")
    @for_role(STAFF)
    def show_merge(self, person_id: str) -> Response:
        """Which other record is of the same human."""
        person = page_services().enrollment.show_person(person_id)
        form = MergeForm()
        form.offer_namesakes(_find_namesakes(person))
        return _render_merge(form, person)

    @post("/people/<person_id>/merges")
    @for_role(STAFF)
    def merge_people(self, person_id: str) -> Response:
        """The other record counts for this person."""
        form = MergeForm.of_request()
        person = page_services().enrollment.show_person(person_id)
        form.offer_namesakes(_find_namesakes(person))
        if not form.is_sent():
            return _render_merge(form, person, 422)
        other = form.get_other()
        if not other:
            form.refuse(gettext("请选一份，或写上编号"), "other")
            return _render_merge(form, person, 422)
        self._offer_accounts(form, [person_id, other])
        if form.lacks_choice():
            form.refuse(gettext(UNDECIDED), "accounts")
            return _render_merge(form, person, 422)
        try:
            self._merge(form, person_id, other)
        except Problem as problem:
            if problem.status not in (404, 409, 422):
                raise
            apply_problem(form, problem, problem.detail)
            return _render_merge(form, person, problem.status)
        return redirect_to(f"/people/{person_id}")

    @post("/people/<person_id>/merges/<other_id>/removal")
    @for_role(STAFF)
    def unmerge_people(self, person_id: str, other_id: str) -> Response:
        """The two are two again."""
        page_services().enrollment.unmerge_people(person_id, other_id)
        return redirect_to(f"/people/{person_id}")

    def _offer_accounts(self, form: AccountsForm, person_ids: Sequence[str]) -> None:
        """The form asks which accounts go on where both records have one in use."""
        [in_use] = self.twins.find_in_use([person_ids])
        form.offer_accounts([(one.id, shown_login(one)) for one in in_use])

    def _merge(self, form: AccountsForm, keep: str, other: str) -> None:
        """Merge, and close the account that was chosen, also where nobody knows whether
        they were merged; that it may be closed is asked first. Raises Problem,
        RoleMissing, OwnAccount."""
        by, closed = require_actor(), form.get_closed()
        if closed:
            self.twins.require_closable(by, closed)
        try:
            page_services().enrollment.merge_people(keep, other)
        except Problem as problem:
            if closed and problem.status >= UNKNOWN_OUTCOME:
                self.twins.close(by, closed)
            raise
        if closed:
            self.twins.close(by, closed)

    def _render_doubles(
        self, after: str, status: int = 200, fault: str = ""
    ) -> Response:
        services = page_services()
        page = services.enrollment.list_doubles(DoublesQuery(after=after))
        people = [person for double in page.items for person in double.people]
        ids = {one.branch_id for person in people for one in person.memberships}
        names = name_branches(services, ids)
        pairs = [[person.person_id for person in one.people] for one in page.items]
        in_use = self.twins.find_in_use(pairs)
        return render_page(
            TEMPLATE,
            status,
            doubles=[
                view_double(one, names, accounts)
                for one, accounts in zip(page.items, in_use, strict=True)
            ],
            names=names,
            pages=build_pages("/people/doubles", request.args, page.next),
            fault=fault,
        )


def view_double(
    double: DoubleOut, names: Mapping[str, str], in_use: Sequence[Account]
) -> ShownDouble:
    """A pair with its form; the records are told apart by branch and number."""
    form = DoubleForm(None, pair=double.id)
    form.offer_people(
        [
            (one.person_id, f"{one.name} {name_memberships(one.memberships, names)}")
            for one in double.people
        ]
    )
    form.offer_accounts([(one.id, shown_login(one)) for one in in_use])
    return ShownDouble(gettext(LIKENESSES[double.why]), double.people, form)


def _find_namesakes(person: PersonOut) -> list[tuple[str, str]]:
    """The other records under this name, each with what tells it apart."""
    services = page_services()
    asked = PeopleSearchIn(words=person.name, limit=MOST_NAMESAKES)
    found = services.enrollment.search_people(asked).items
    others = [one for one in found if one.person_id != person.person_id]
    ids = {m.branch_id for one in others for m in one.memberships}
    names = name_branches(services, ids)
    return [
        (
            one.person_id,
            f"{one.name} {name_memberships(one.memberships, names)} {one.phone}",
        )
        for one in others
    ]


def _render_merge(form: MergeForm, person: PersonOut, status: int = 200) -> Response:
    if not form.accounts.choices:
        del form.accounts  # there is no question
    return render_page("staff/people/merge.html", status, form=form, person=person)
