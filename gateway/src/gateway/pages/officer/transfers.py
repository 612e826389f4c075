"""A person leaves a branch, joins another, or returns."""

from chassis.http.problem import Problem
from chassis.http.routing import Routes, get, post
from contracts.http.enrollment import PersonOut
from contracts.http.people import TransferIn
from flask import Response

from gateway.forms.persons import TransferForm
from gateway.identity.account import OFFICER, STAFF
from gateway.pages.branch_words import name_branches, name_memberships
from gateway.pages.officer.person import refuse_field
from gateway.pages.page_client import page_services
from gateway.pages.rendering import redirect_to, render_page
from gateway.pages.role_guard import for_role

TEMPLATE = "officer/people/transfer.html"


class TransferPages(Routes):
    """The page on which memberships end and begin."""

    name = "transfers"

    @get("/people/<person_id>/transfers")
    @for_role(OFFICER, STAFF)
    def show_transfer(self, person_id: str) -> Response:
        """Where the person is a member, and where to."""
        person = page_services().enrollment.show_person(person_id)
        return _render_transfer(person, TransferForm())

    @post("/people/<person_id>/transfers")
    @for_role(OFFICER, STAFF)
    def post_transfer(self, person_id: str) -> Response:
        """From that day on; then the person, or the search where nobody is seen."""
        form, enrollment = TransferForm.of_request(), page_services().enrollment
        person, status = enrollment.show_person(person_id), 422
        if form.is_sent():
            asked = TransferIn(
                day=form.day.data or "",
                leaves=form.leaves.data or "",
                joins=form.joins.data or "",
                member_no=form.member_no.data or "",
            )
            try:
                moved = enrollment.transfer_person(person_id, asked)
            except Problem as problem:
                if problem.status not in (403, 404, 409, 422):
                    raise
                refuse_field(form, problem)
                status = problem.status
            else:
                is_seen = bool(moved.memberships)
                return redirect_to(f"/people/{person_id}" if is_seen else "/people")
        return _render_transfer(person, form, status)


def _render_transfer(
    person: PersonOut, form: TransferForm, status: int = 200
) -> Response:
    standing = [one for one in person.memberships if not one.until]
    names = name_branches(page_services(), {one.branch_id for one in standing})
    form.offer_memberships(
        (one.branch_id, name_memberships([one], names)) for one in standing
    )
    return render_page(TEMPLATE, status, form=form, person=person)
