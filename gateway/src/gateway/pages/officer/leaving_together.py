"""Several participants of a class leave together, and come back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from chassis.http.problem import Problem
from chassis.http.routing import Routes, post
from contracts.http.catalog import ClassOut
from contracts.http.participants import LeaversIn
from flask import Response, request

from gateway.clients.page_services import PageServices
from gateway.forms.base import apply_problem
from gateway.forms.participants import LeaversForm
from gateway.identity.account import OFFICER, STAFF
from gateway.pages.officer.participants import LIST_SECONDS, college_today
from gateway.pages.officer.participants_read import read_participants
from gateway.pages.officer.participants_view import (
    ParticipantRow,
    view_participants,
)
from gateway.pages.page_client import page_services
from gateway.pages.rendering import render_page
from gateway.pages.role_guard import for_role
from gateway.texts import N_
from gateway.texts.language import gettext

UNKNOWN = 503
"""No answer came: it may be done by now, or not."""
NOT_TAKEN = (409, 422, UNKNOWN)


@dataclass(frozen=True)
class LeavingView:
    """What became of those who were picked: a sentence and the names of each kind; ids
    of those who can be given back; the path of the person if it was about one."""

    kinds: list[tuple[str, list[str]]]
    has_changed: bool
    path: str
    returnable: list[str] = field(default_factory=list)


class LeavingPages(Routes):
    """Pages by which participants leave and come back."""

    name = "leaving_pages"

    @post("/classes/<class_id>/people/withdrawal")
    @for_role(OFFICER, STAFF)
    def withdraw_people(self, class_id: str) -> Response:
        """The question, naming who would leave; and the answer yes."""
        form, services = LeaversForm.of_request(), page_services(LIST_SECONDS)
        class_ = services.catalog.show_class(class_id)
        if not form.is_sent():
            return _render_question(class_, form, [], 422)
        if not form.sure.data:
            picked = _find_picked(services, class_, form.enrolment.data or [])
            leaving = [row for row in picked if row.may_leave]
            form.renew()  # a list whose boxes are ticked otherwise asks anew
            return _render_question(class_, form, leaving, 200)
        return _act(services, class_, form, _withdraw)

    @post("/classes/<class_id>/people/returns")
    @for_role(OFFICER, STAFF)
    def return_people(self, class_id: str) -> Response:
        """Who left within the last days comes back, as far as there is room."""
        form, services = LeaversForm.of_request(), page_services(LIST_SECONDS)
        class_ = services.catalog.show_class(class_id)
        if not form.is_sent():
            return _render_question(class_, form, [], 422)
        return _act(services, class_, form, _give_back)


Act = Callable[[PageServices, ClassOut, LeaversForm], LeavingView]


def _act(
    services: PageServices, class_: ClassOut, form: LeaversForm, act: Act
) -> Response:
    """What became of those who were picked, or why nothing did."""
    try:
        view = act(services, class_, form)
    except Problem as problem:
        if problem.status not in NOT_TAKEN:
            raise
        apply_problem(form, problem, problem.detail)
        if problem.status == UNKNOWN:
            return _render_unknown(class_, form)
        return _render_question(class_, form, [], problem.status)
    return render_page(
        "officer/participants/outcome.html",
        class_=class_,
        view=view,
        form=LeaversForm(),
    )


def _withdraw(
    services: PageServices, class_: ClassOut, form: LeaversForm
) -> LeavingView:
    picked = form.enrolment.data or []
    asked = LeaversIn(enrolment_ids=picked)
    done = services.enrollment.withdraw_participants(class_.id, asked, form.once_key)
    rows = _find_picked(services, class_, picked)
    return LeavingView(
        _list_kinds(
            rows,
            (N_("退出了 %(n)s 人。"), done.left),
            (N_("%(n)s 人已结业，证书已签发，没有退出。"), done.finished),
            (N_("%(n)s 人早已退出，或已不在本单位，没有变动。"), done.unknown),
        ),
        bool(done.left),
        _path_of(rows),
        done.left,
    )


def _give_back(
    services: PageServices, class_: ClassOut, form: LeaversForm
) -> LeavingView:
    picked = form.enrolment.data or []
    asked = LeaversIn(enrolment_ids=picked)
    rows = _find_picked(services, class_, picked)  # before new attempts hide them
    done = services.enrollment.return_participants(class_.id, asked, form.once_key)
    return LeavingView(
        _list_kinds(
            rows,
            (N_("%(n)s 人又有了座位。"), done.seated),
            (N_("座位已给了别人，%(n)s 人进入候补。"), done.waiting),
            (
                N_(
                    "%(n)s 人没有恢复：已过七天、班级已满且停止报名，或人已不在本单位。"
                ),
                done.unknown,
            ),
        ),
        bool(done.seated or done.waiting),
        _path_of(rows),
    )


def _find_picked(
    services: PageServices, class_: ClassOut, ids: Sequence[str]
) -> list[ParticipantRow]:
    """The picked ones of those whom the visitor sees."""
    found = read_participants(services, class_.id, most=None)
    wanted = set(ids)
    rows = view_participants(found, class_, college_today())
    return [row for row in rows if row.enrolment_id in wanted]


def _path_of(rows: Sequence[ParticipantRow]) -> str:
    return rows[0].path if len(rows) == 1 else ""


def _list_kinds(
    rows: Sequence[ParticipantRow], *kinds: tuple[str, Sequence[str]]
) -> list[tuple[str, list[str]]]:
    """A sentence for each number that is not 0, with the names that one may see."""
    names = {row.enrolment_id: row.name for row in rows}
    return [
        (
            gettext(text) % {"n": f"{len(ids):,}"},
            [names[id_] for id_ in ids if names.get(id_)],
        )
        for text, ids in kinds
        if ids
    ]


def _render_unknown(class_: ClassOut, form: LeaversForm) -> Response:
    """That nobody knows, and the same form once more: sent again it is done once."""
    return render_page(
        "officer/participants/unknown.html",
        UNKNOWN,
        class_=class_,
        form=form,
        path=request.path,
    )


def _render_question(
    class_: ClassOut, form: LeaversForm, rows: Sequence[ParticipantRow], status: int
) -> Response:
    return render_page(
        "officer/participants/question.html",
        status,
        class_=class_,
        form=form,
        rows=rows,
    )
