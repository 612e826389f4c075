"""A class gets another title, other days, another place or form."""

import datetime
from typing import Any

import msgspec
from chassis.http.body import FAULT, name_fault
from chassis.http.problem import Problem
from chassis.http.routing import Routes, route
from contracts.http.catalog import ClassEditIn, ClassOut
from flask import Response, request

from gateway.clients.page_services import PageServices
from gateway.forms.base import apply_problem
from gateway.forms.classes import ClassEditForm, ParticularsForm
from gateway.identity.account import STAFF
from gateway.pages.college_day import Today
from gateway.pages.page_client import page_services
from gateway.pages.rendering import redirect_to, render_page
from gateway.pages.role_guard import for_role
from gateway.pages.staff.class_lines import PATH, path_of, view_class
from gateway.texts import N_
from gateway.texts.language import gettext

TEXTS = ("title", "point", "form")
CONFLICT = N_(
    "在您打开之后有人改过这个班：请对照现在的情况，再保存一次就以您写的为准。"
)


class ClassParticularsPages(Routes):
    """The form in which a class is changed."""

    name = "class_particulars"

    def __init__(self, today: Today) -> None:
        self.today = today

    @route(f"{PATH}/<class_id>/edit", "GET", "POST")
    @for_role(STAFF)
    def edit_class(self, class_id: str) -> Response:
        """What was written becomes the class's, unless somebody was faster."""
        services, form = page_services(), ClassEditForm.of_request()
        form.offer_choices()
        class_ = services.catalog.show_class(class_id)
        status, is_late = 200 if request.method == "GET" else 422, False
        if request.method == "GET":
            fill_form(form, class_)
        elif form.is_sent():
            try:
                if self._replace_class(services, form, class_):
                    return redirect_to(f"{path_of(class_id)}?done=changed")
            except Problem as problem:
                if problem.status not in (412, 422, 503):
                    raise
                status, is_late = problem.status, problem.status == 412
                self._refuse(form, problem, class_)
        return render_page(
            "staff/classes/edit.html",
            status,
            form=form,
            shown=view_class(services, class_, "", self.today()),
            is_late=is_late,
        )

    def _replace_class(
        self, services: PageServices, form: ClassEditForm, known: ClassOut
    ) -> bool:
        """Whether it is done; False with the faults in the form. Raises Problem."""
        typed = read_particulars(form, self.today(), known.ends_on)
        if typed is None:
            return False
        try:
            asked = msgspec.convert(typed, ClassEditIn)
        except msgspec.ValidationError as error:
            apply_problem(form, Problem(422, FAULT, "", **name_fault(error)))
            return False
        services.catalog.replace_class(known.id, asked, form.seen_version)
        return True

    def _refuse(self, form: ClassEditForm, problem: Problem, current: ClassOut) -> None:
        """The refusal in the form; after a conflict the next is of what is shown."""
        if problem.status != 412:
            apply_problem(form, problem, problem.detail)
            return
        form.renew()
        form.refuse(gettext(CONFLICT))
        form.version.data = str(current.version)


def fill_form(form: ParticularsForm, class_: ClassOut) -> None:
    """What the form of a class shows before anything is changed."""
    for name in TEXTS:
        form[name].data = getattr(class_, name)
    form.starts_on.data = datetime.date.fromisoformat(class_.starts_on)
    form.ends_on.data = datetime.date.fromisoformat(class_.ends_on)
    if isinstance(form, ClassEditForm):
        form.version.data = str(class_.version)


def read_particulars(
    form: ParticularsForm, today: datetime.date, known_last: str = ""
) -> dict[str, Any] | None:
    """What was typed; None with a fault at its field.

    A last day that has passed is right only where it is the one known already.
    """
    first, last = form.starts_on.data, form.ends_on.data
    if first is None or last is None:
        return None
    if last < first:
        form.refuse(gettext(N_("结束日期早于开始日期：请核对日期")), "ends_on")
        return None
    if last < today and last.isoformat() != known_last:
        form.refuse(gettext(N_("这一天已经过去：请改为今天或以后")), "ends_on")
        return None
    texts = {name: form[name].data or "" for name in TEXTS}
    return texts | {"starts_on": first.isoformat(), "ends_on": last.isoformat()}
