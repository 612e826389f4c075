"""Staff see a person's hours, why each stands, add to them and correct them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import quote

from chassis.http.problem import Problem
from chassis.http.routing import Routes, route
from contracts.http.enrollment import PersonOut
from contracts.http.learning import (
    ExplanationOut,
    HoursAdditionIn,
    HoursCorrectionIn,
    HoursEntryOut,
    HoursOut,
    HoursQuery,
)
from flask import Response, request

from gateway.forms.base import PageForm, apply_problem
from gateway.forms.hours import (
    AdditionForm,
    CorrectionForm,
    UndoingForm,
    read_quarters,
)
from gateway.identity.account import STAFF
from gateway.pages.components.tables import Column, Head, build_heads
from gateway.pages.formats import format_hours, format_moment
from gateway.pages.hours_view import HourView, view_hour
from gateway.pages.page_client import page_services
from gateway.pages.rendering import redirect_to, render_page
from gateway.pages.role_guard import for_role
from gateway.pages.staff.course_head import Side
from gateway.pages.years import read_year
from gateway.texts import N_
from gateway.texts.hours import KINDS
from gateway.texts.language import gettext

FindNames = Callable[[Iterable[str]], dict[str, str]]
"""The names of accounts, by their ids."""
NOT_TAKEN = (404, 409, 422, 503)
HOURS = "/people/<person_id>/hours"


@dataclass(frozen=True)
class EntryLine:
    """An entry of a year as a line; it leads to why it stands."""

    path: str
    moment: str
    title: str
    kind: str
    hours: str
    note: str


class StaffHoursPages(Routes):
    """The pages of a person's hours, for staff."""

    name = "staff_hours"

    def __init__(self, find_names: FindNames) -> None:
        self.find_names = find_names

    @route(HOURS, "GET", "POST")
    @for_role(STAFF)
    def list_hours(self, person_id: str) -> Response:
        """A year of hours, and a form to add what was earned elsewhere."""
        services, form = page_services(), AdditionForm.of_request()
        person = services.enrollment.show_person(person_id)
        is_sent = form.is_sent()
        shown = None if request.method == "POST" else read_year(request.args)
        if is_sent:
            asked = HoursAdditionIn(
                title=form.title.data or "",
                year=form.year.data or 0,
                quarters=read_quarters(form.hours.data or ""),
                reason=form.reason.data or "",
                seen=form.read_seen(),
            )
            try:
                services.learning.post_addition(person_id, asked, form.once_key)
            except Problem as problem:
                return self._refuse_addition(person, form, problem, shown)
            return redirect_to(f"{path_of(person_id)}?year={asked.year}&done=added")
        found = services.learning.show_hours_of(person_id, HoursQuery(year=shown))
        if request.method == "GET":
            form = AdditionForm(year=found.year, seen=str(found.additions))
        return _render_year(person, found, form, 422 if form.find_faults() else 200)

    def _refuse_addition(
        self, person: PersonOut, form: AdditionForm, problem: Problem, year: int | None
    ) -> Response:
        if problem.status not in NOT_TAKEN:
            raise problem
        apply_problem(form, problem, problem.detail)
        asked = HoursQuery(year=form.year.data)
        found = page_services().learning.show_hours_of(person.person_id, asked)
        form.seen.data = str(found.additions)
        return _render_year(person, found, form, problem.status)

    @route(f"{HOURS}/<entry_id>", "GET", "POST")
    @for_role(STAFF)
    def correct_hour(self, person_id: str, entry_id: str) -> Response:
        """Why an entry stands, and a form to correct it."""
        form = CorrectionForm.of_request()
        person = page_services().enrollment.show_person(person_id)
        if not form.is_sent():
            found = self._explain(person_id, entry_id)
            if request.method == "GET":
                form = CorrectionForm(seen=str(found.seen))
            return self._render_hour(person, found, form)
        asked = HoursCorrectionIn(
            reason=form.reason.data or "",
            seen=form.read_seen(),
            quarters=form.read_change(),
        )
        if refused := self._send(person_id, entry_id, asked, form):
            found = self._explain(person_id, entry_id)
            form.seen.data = str(found.seen)
            return self._render_hour(person, found, form, refused)
        return redirect_to(f"{path_of(person_id, entry_id)}?done=corrected")

    @route(f"{HOURS}/<entry_id>/undoing", "GET", "POST")
    @for_role(STAFF)
    def undo_correction(self, person_id: str, entry_id: str) -> Response:
        """The question before a correction is taken back, and doing so."""
        form, status = UndoingForm.of_request(), 200
        found = self._explain(person_id, entry_id)
        if form.is_sent():
            asked = HoursCorrectionIn(
                reason=form.reason.data or "",
                seen=form.read_seen(),
                undoes=(form.correction.data or "")[:200] or "-",
            )
            status = self._send(person_id, entry_id, asked, form)
            if not status:
                return redirect_to(f"{path_of(person_id, entry_id)}?done=corrected")
            found = self._explain(person_id, entry_id)
        elif request.method == "POST":
            status = 422
        form.seen.data = str(found.seen)
        return self._render_undoing(person_id, found, form, status)

    def _send(
        self, person_id: str, entry_id: str, asked: HoursCorrectionIn, form: PageForm
    ) -> int:
        """Send a correction; the status of a refusal, which the form then shows, or 0.
        Raises Problem."""
        learning = page_services().learning
        try:
            learning.post_correction(person_id, entry_id, asked, form.once_key)
        except Problem as problem:
            if problem.status not in NOT_TAKEN:
                raise
            apply_problem(form, problem, problem.detail)
            return problem.status
        return 0

    def _explain(self, person_id: str, entry_id: str) -> ExplanationOut:
        return page_services().learning.explain_of(person_id, entry_id)

    def _view(self, person_id: str, found: ExplanationOut) -> HourView:
        accounts = {one.by for one in (found.entry, *found.corrections)} - {""}
        names = self.find_names(accounts)
        return view_hour(found, path_of(person_id), names, can_undo=True)

    def _render_hour(
        self,
        person: PersonOut,
        found: ExplanationOut,
        form: CorrectionForm,
        status: int = 0,
    ) -> Response:
        return render_page(
            "staff/hours/show.html",
            status or (422 if form.find_faults() else 200),
            person=person,
            hour=self._view(person.person_id, found),
            form=form,
            is_done=_has_done("corrected"),
        )

    def _render_undoing(
        self, person_id: str, found: ExplanationOut, form: UndoingForm, status: int
    ) -> Response:
        hour = self._view(person_id, found)
        wanted = [one for one in hour.corrections if one.id == form.correction.data]
        return render_page(
            "staff/hours/undoing.html",
            status,
            hour=hour,
            wanted=wanted[0] if wanted else None,
            form=form,
            path=path_of(person_id, found.entry.id),
        )


def path_of(person_id: str, entry_id: str = "") -> str:
    """The address of a person's hours, or of one entry."""
    path = f"/people/{quote(person_id)}/hours"
    return f"{path}/{quote(entry_id)}" if entry_id else path


def _render_year(
    person: PersonOut, found: HoursOut, form: AdditionForm, status: int
) -> Response:
    path = path_of(person.person_id)
    years = sorted({*found.years, found.year}, reverse=True)
    return render_page(
        "staff/hours/list.html",
        status,
        person=person,
        year=found,
        years=[Side(f"{path}?year={y}", str(y), y == found.year) for y in years],
        heads=_heads(path),
        lines=[_view_line(one, path) for one in found.entries],
        form=form,
        is_added=_has_done("added"),
    )


def _has_done(what: str) -> bool:
    """Whether the page says that this was done just now."""
    return request.method == "GET" and request.args.get("done") == what


def _heads(path: str) -> list[Head]:
    columns = (
        Column("at", gettext(N_("时间"))),
        Column("title", gettext(N_("学习内容"))),
        Column("kind", gettext(N_("由来"))),
        Column("hours", gettext(N_("学时")), is_number=True),
    )
    return build_heads(columns, path, {})


def _view_line(entry: HoursEntryOut, path: str) -> EntryLine:
    text = f"{entry.hours:+g}" if entry.corrects else format_hours(entry.hours)
    return EntryLine(
        f"{path}/{quote(entry.corrects or entry.id)}",
        format_moment(entry.at),
        entry.title,
        gettext(KINDS.get(entry.reason, entry.reason)),
        text,
        entry.note,
    )
