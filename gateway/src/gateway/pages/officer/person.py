"""One person: what is known, and correcting it."""

from chassis.http.problem import Problem
from chassis.http.routing import Routes, get, post
from contracts.http.enrollment import CorrectionIn
from flask import Response

from gateway.api.request_visitor import current_visitor
from gateway.forms.base import PageForm, apply_problem
from gateway.forms.persons import CorrectionForm
from gateway.identity.account import OFFICER, STAFF
from gateway.pages.officer.person_view import (
    FindNames,
    FindStates,
    PersonView,
    read_person,
)
from gateway.pages.page_client import page_services
from gateway.pages.rendering import redirect_to, render_page
from gateway.pages.role_guard import for_role
from gateway.texts.language import gettext, translate_refusal
from gateway.texts.rosters import REASONS

NOT_TAKEN = (403, 409, 412, 422, 503)


class PersonPages(Routes):
    """The page of a person."""

    name = "person_pages"

    def __init__(self, find_names: FindNames, find_states: FindStates) -> None:
        self.find_names, self.find_states = find_names, find_states

    def _read_view(self, person_id: str) -> PersonView:
        is_staff = STAFF in current_visitor().roles
        return read_person(
            page_services(), person_id, self.find_names, self.find_states, is_staff
        )

    @get("/people/<person_id>")
    @for_role(OFFICER, STAFF)
    def show_person(self, person_id: str) -> Response:
        """A person that the visitor sees."""
        view = self._read_view(person_id)
        form = CorrectionForm(name=view.person.name, version=str(view.person.version))
        return _render_person(view, form)

    @post("/people/<person_id>")
    @for_role(OFFICER, STAFF)
    def correct_person(self, person_id: str) -> Response:
        """What was written is corrected; what was left empty stays."""
        form = CorrectionForm.of_request()
        if not form.is_sent():
            return _render_person(self._read_view(person_id), form, 422)
        given = {
            name: form[name].data.strip()
            for name in ("name", "phone", "email", "id_number")
            if (form[name].data or "").strip()
        }
        try:
            page_services().enrollment.correct_person(
                person_id, CorrectionIn(**given), read_version(form)
            )
        except Problem as problem:
            if problem.status not in NOT_TAKEN:
                raise
            refuse_field(form, problem)
            view = self._read_view(person_id)
            form.version.data = str(view.person.version)
            return _render_person(view, form, problem.status)
        return redirect_to(f"/people/{person_id}")


def read_version(form: CorrectionForm) -> int:
    """The version that its editor saw; none that there is for what is no number."""
    seen = form.version.data or ""
    return int(seen) if seen.isdecimal() and len(seen) < 10 else 0


def refuse_field(form: PageForm, problem: Problem) -> None:
    """A refusal at its field: a service names the field and why it is illegal."""
    field, reason = problem.members.get("field"), problem.members.get("reason", "")
    if not field:
        apply_problem(form, problem, problem.detail)
        return
    form.renew()
    text = REASONS.get(str(reason), "")
    shown = gettext(text) if text else translate_refusal(problem.slug, "")
    form.refuse(shown, str(field))


def _render_person(
    view: PersonView, form: CorrectionForm, status: int = 200
) -> Response:
    return render_page("officer/people/person.html", status, view=view, form=form)
