"""A participant is replaced by somebody else, who gets the seat."""

from dataclasses import dataclass

from chassis.http.problem import Problem
from chassis.http.routing import Routes, get, post
from contracts.http.catalog import ClassOut
from contracts.http.participants import NamedPersonOut, ReplacementIn
from flask import Response, request

from gateway.clients.page_services import PageServices
from gateway.forms.base import apply_problem
from gateway.forms.participants import ReplacementForm
from gateway.identity.account import OFFICER, STAFF
from gateway.pages.branch_words import pick_branch
from gateway.pages.officer.participants import LIST_SECONDS
from gateway.pages.officer.participants_read import read_enrolments
from gateway.pages.page_client import page_services
from gateway.pages.rendering import render_page
from gateway.pages.role_guard import for_role
from gateway.texts.change_reasons import CHANGE_REASONS
from gateway.texts.language import gettext
from gateway.texts.rosters import REASONS

NOT_TAKEN = (403, 409, 422, 503)
AT_FIELD = {
    "member-unknown": "member_no",
    "newcomer-enrolled": "member_no",
    "replaces-itself": "member_no",
    "unknown-branch": "branch",
    "not-your-branch": "branch",
    "branch-closed": "branch",
    "quota-full": "branch",
}
"""The field of a reason, where its first words do not name it."""
FIRST_WORDS = {
    "member-number": "member_no",
    "name": "name",
    "phone": "phone",
    "id-number": "id_number",
    "email": "email",
    "branch": "branch",
}


@dataclass(frozen=True)
class LeaverView:
    """Who leaves: by which enrolment, and what they are called."""

    enrolment_id: str
    person_id: str
    name: str
    member_no: str


class ReplacementPages(Routes):
    """The page on which a seat passes on."""

    name = "replacement_pages"

    @get("/classes/<class_id>/people/<enrolment_id>/replacement")
    @for_role(OFFICER, STAFF)
    def show_replacement(self, class_id: str, enrolment_id: str) -> Response:
        """Who would leave, what stays, and who is to come; `back` names the enrolment
        of whoever was replaced before, so that no number stands in the address."""
        services = page_services(LIST_SECONDS)
        class_ = services.catalog.show_class(class_id)
        leaver = _find_leaver(services, class_id, enrolment_id)
        form = ReplacementForm()
        if back := request.args.get("back", ""):
            form.member_no.data = _find_leaver(services, class_id, back).member_no
        return _render(class_, leaver, form)

    @post("/classes/<class_id>/people/<enrolment_id>/replacement")
    @for_role(OFFICER, STAFF)
    def replace_participant(self, class_id: str, enrolment_id: str) -> Response:
        """The seat is somebody else's from now on, or a fault says why not."""
        services, form = page_services(LIST_SECONDS), ReplacementForm.of_request()
        class_ = services.catalog.show_class(class_id)
        leaver = _find_leaver(services, class_id, enrolment_id)
        branch = pick_branch(services, form, "branch") if form.is_sent() else None
        if branch is None:
            return _render(class_, leaver, form, 422)
        asked = ReplacementIn(
            enrolment_id=enrolment_id,
            member_no=form.member_no.data or "",
            branch_id=branch,
            name=form.name_of.data or "",
            phone=form.phone.data or "",
            email=form.email.data or "",
            id_number=form.id_number.data or "",
        )
        try:
            brought = services.enrollment.replace_participant(
                class_id, asked, form.once_key
            )
        except Problem as problem:
            if problem.status not in NOT_TAKEN:
                raise
            refuse_replacement(form, problem)
            return _render(class_, leaver, form, problem.status)
        newcomer = _name(services, brought.person_id)
        return render_page(
            "officer/people/replaced.html",
            class_=class_,
            leaver=leaver,
            newcomer=newcomer,
            enrolment_id=brought.id,
        )


def refuse_replacement(form: ReplacementForm, problem: Problem) -> None:
    """Why the seat does not pass on, at the field that it is about."""
    reason = str(problem.members.get("reason", ""))
    text = CHANGE_REASONS.get(reason) or REASONS.get(reason)
    if text is None:
        apply_problem(form, problem, problem.detail)
        return
    form.renew()
    words = [field for start, field in FIRST_WORDS.items() if reason.startswith(start)]
    field = AT_FIELD.get(reason) or next(iter(words), "")
    form.refuse(gettext(text), "name_of" if field == "name" else field)


def _find_leaver(
    services: PageServices, class_id: str, enrolment_id: str
) -> LeaverView:
    """Raises Problem 404 where the visitor does not see the enrolment, or reaches its
    person no longer."""
    found, _ = read_enrolments(services, class_id, None)
    whose = {one.id: one.person_id for one in found}
    person = _name(services, whose.get(enrolment_id, ""))
    if person is None:
        raise Problem(404, "unknown-enrolment", "No such enrolment that you reach.")
    numbers = [one.member_no for one in person.memberships]
    return LeaverView(
        enrolment_id, person.record_id, person.name, next(iter(numbers), "")
    )


def _name(services: PageServices, person_id: str) -> NamedPersonOut | None:
    named = services.enrollment.name_people([person_id]) if person_id else []
    return next(iter(named), None)


def _render(
    class_: ClassOut, leaver: LeaverView, form: ReplacementForm, status: int = 200
) -> Response:
    return render_page(
        "officer/people/replacement.html",
        status,
        class_=class_,
        leaver=leaver,
        form=form,
    )
