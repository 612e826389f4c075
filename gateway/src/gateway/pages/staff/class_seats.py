"""The seats of a class and the quotas of branches are changed, once looked at."""

from dataclasses import dataclass
from typing import Any

import msgspec
from chassis.http.body import FAULT, name_fault
from chassis.http.problem import Problem
from chassis.http.routing import Routes, route
from contracts.http.class_seats import ForeseenSeatsOut, SeatPlanIn, SeatPlanOut
from flask import Response, request

from gateway.clients.page_services import PageServices
from gateway.forms.base import apply_problem
from gateway.forms.classes import SeatsForm
from gateway.identity.account import STAFF
from gateway.pages.branch_words import name_branches
from gateway.pages.college_day import Today
from gateway.pages.page_client import page_services
from gateway.pages.rendering import redirect_to, render_page
from gateway.pages.role_guard import for_role
from gateway.pages.staff.class_lines import PATH, path_of, view_class
from gateway.pages.staff.class_quotas import (
    fill_quotas,
    find_field,
    read_form,
    read_quotas,
)
from gateway.texts import N_
from gateway.texts.language import gettext, translate_refusal

CONFLICT = N_("在您打开之后有人改过席位：请对照现在的情况，再保存一次就以您写的为准。")
NO_QUOTA = "—"


@dataclass(frozen=True)
class ChangedNumber:
    """A number before and after a change, as it is shown."""

    name: str
    before: str
    after: str

    @property
    def is_changed(self) -> bool:
        """Whether there is a difference."""
        return self.before != self.after


@dataclass(frozen=True)
class SeatChangeView:
    """What a change would bring about: numbers that matter, and who moves up."""

    numbers: list[ChangedNumber]
    promoted: list[tuple[str, int]]
    people: int


class ClassSeatPages(Routes):
    """The form of a class's seats."""

    name = "class_seats"

    def __init__(self, today: Today) -> None:
        self.today = today

    @route(f"{PATH}/<class_id>/seats", "GET", "POST")
    @for_role(STAFF)
    def change_seats(self, class_id: str) -> Response:
        """What would change is shown first; what was looked at is then done."""
        services = page_services()
        class_ = services.catalog.show_class(class_id)
        plan = services.enrollment.show_seat_plan(class_id)
        form = read_form(SeatsForm, len(plan.quotas))
        status, shown = (200, None) if request.method == "GET" else (422, None)
        is_late = False
        if request.method == "GET":
            _fill_form(services, form, plan)
        elif form.is_sent() and (asked := _read_plan(services, form)):
            try:
                if form.sure.data:
                    services.enrollment.put_seat_plan(
                        class_id, asked, form.seen_version
                    )
                    return redirect_to(f"{path_of(class_id)}?done=seats")
                foreseen = services.enrollment.preview_seat_plan(class_id, asked)
                status, shown = 200, view_change(services, foreseen)
            except Problem as problem:
                if problem.status not in (409, 412, 422, 503):
                    raise
                status, is_late = problem.status, problem.status == 412
                _refuse(form, problem, plan)
        form.sure.data = ""
        return render_page(
            "staff/classes/change_seats.html",
            status,
            form=form,
            shown=view_class(services, class_, "", self.today()),
            current=_view_current(services, plan) if is_late else None,
            change=shown,
            sent=_fields_of(form) if shown else {},
        )


def view_change(services: PageServices, foreseen: ForeseenSeatsOut) -> SeatChangeView:
    """What a change would bring about, with the names of branches."""
    before, after = foreseen.before, foreseen.after
    old = {quota.branch_id: quota.seats for quota in before.quotas}
    new = {quota.branch_id: quota.seats for quota in after.quotas}
    promoted = {one.branch_id: one.people for one in foreseen.promoted}
    names = name_branches(services, {*old, *new, *promoted})
    quotas = [
        ChangedNumber(
            gettext(N_("%(branch)s的名额")) % {"branch": names.get(branch, branch)},
            str(old.get(branch, NO_QUOTA)),
            str(new.get(branch, NO_QUOTA)),
        )
        for branch in sorted({*old, *new})
    ]
    return SeatChangeView(
        [
            *_count_numbers(before, after),
            *(quota for quota in quotas if quota.is_changed),
        ],
        [(names.get(branch, branch), people) for branch, people in promoted.items()],
        sum(promoted.values()),
    )


def _count_numbers(before: SeatPlanOut, after: SeatPlanOut) -> list[ChangedNumber]:
    return [
        ChangedNumber(gettext(N_("席位")), str(before.capacity), str(after.capacity)),
        ChangedNumber(gettext(N_("已录取")), str(before.taken), str(after.taken)),
        ChangedNumber(gettext(N_("候补")), str(before.waiting), str(after.waiting)),
    ]


def _view_current(services: PageServices, plan: SeatPlanOut) -> list[tuple[str, str]]:
    """The seats as they are now, for who wrote from older ones."""
    names = name_branches(services, (quota.branch_id for quota in plan.quotas))
    quotas = [
        (names.get(quota.branch_id, quota.branch_id), str(quota.seats))
        for quota in plan.quotas
    ]
    return [(gettext(N_("席位")), str(plan.capacity)), *quotas]


def _fill_form(services: PageServices, form: SeatsForm, plan: SeatPlanOut) -> None:
    form.capacity.data = plan.capacity
    form.version.data = str(plan.version)
    fill_quotas(services, form, {quota.branch_id: quota.seats for quota in plan.quotas})


def _read_plan(services: PageServices, form: SeatsForm) -> SeatPlanIn | None:
    """What was written; None with the faults at their fields."""
    quotas = read_quotas(services, form)
    if quotas is None:
        return None
    listed = [{"branch_id": id_, "seats": seats} for id_, seats in quotas.items()]
    typed = {"capacity": form.capacity.data, "quotas": listed}
    try:
        return msgspec.convert(typed, SeatPlanIn)
    except msgspec.ValidationError as error:
        apply_problem(form, Problem(422, FAULT, "", **name_fault(error)))
        return None


def _refuse(form: SeatsForm, problem: Problem, current: SeatPlanOut) -> None:
    """The refusal in the form, at the quota that it is about; after a conflict the next
    is of what is shown."""
    if problem.status == 412:
        form.renew()
        form.refuse(gettext(CONFLICT))
        form.version.data = str(current.version)
        return
    branch = str(problem.members.get("branch_id", ""))
    if field := find_field(form, branch) if branch else "":
        form.renew()
        form.refuse(translate_refusal(problem.slug, problem.detail), field)
        return
    apply_problem(form, problem, problem.detail)


def _fields_of(form: SeatsForm) -> dict[str, Any]:
    """What the form says, to be sent again as it was looked at."""
    written = {field.name: field._value() for field in form if hasattr(field, "_value")}
    return {name: value for name, value in written.items() if value} | {"sure": "y"}
