"""Take a whole roster back, and redo it."""

import time
from dataclasses import dataclass

from chassis.http.problem import Problem
from chassis.http.routing import Routes, post, route
from contracts.http.rosters import TakingBackOut
from flask import Response, request

from gateway.clients.page_services import PageServices
from gateway.clients.parts import Unavailable
from gateway.forms.base import PageForm
from gateway.identity.account import OFFICER
from gateway.pages.officer.roster_view import view_roster
from gateway.pages.page_client import page_services
from gateway.pages.rendering import is_part, redirect_to, render_page
from gateway.pages.role_guard import for_role
from gateway.texts import N_
from gateway.texts.language import gettext, translate_refusal

COUNTING_SECONDS = 20.0
"""A roster of 20,000 rows is counted person by person: half of it for one answer."""


@dataclass(frozen=True)
class TakingBackView:
    """What taking a roster back would do: a sentence for each number that is not 0."""

    leaving: list[str]
    staying: list[str]
    count: int


class RosterTurnPages(Routes):
    """Pages that take back and redo."""

    name = "roster_turns"

    @route("/rosters/<branch>/<roster>/taking-back", "GET", "POST")
    @for_role(OFFICER)
    def take_back(self, branch: str, roster: str) -> Response:
        """The question, as a page of its own or within one; and the answer yes."""
        services, refusal, status = page_services(COUNTING_SECONDS), "", 200
        if request.method == "POST":
            try:
                services.enrollment.post_taking_back(branch, roster, _once())
                return redirect_to(f"/rosters/{branch}/{roster}")
            except Problem as problem:
                refusal = translate_refusal(problem.slug, problem.detail)
                status = problem.status
        about = services.enrollment.show_roster(branch, roster)
        back = None if refusal else _foresee(services, branch, roster)
        page = "taking_back_question" if is_part() else "taking_back"
        return render_page(
            f"officer/rosters/{page}.html",
            status,
            roster=view_roster(about, {}, {}, time.time()),
            back=back,
            refusal=refusal,
        )

    @post("/rosters/<branch>/<roster>/redoing")
    @for_role(OFFICER)
    def redo_roster(self, branch: str, roster: str) -> Response:
        page_services().enrollment.post_redoing(branch, roster, _once())
        return redirect_to(f"/rosters/{branch}/{roster}")


def _foresee(services: PageServices, branch: str, roster: str) -> TakingBackView | None:
    asked = services.ask_part(services.enrollment.show_taking_back, branch, roster)
    return view_taking_back(asked.get_answer())


def view_taking_back(counts: TakingBackOut | Unavailable) -> TakingBackView | None:
    """What will happen, in numbers; None if nobody can count now."""
    if isinstance(counts, Unavailable):
        return None
    leaving = {
        N_("%(n)s 人失去座位，空出的座位给后面候补的人。"): counts.seated,
        N_("%(n)s 人退出候补。"): counts.waiting,
    }
    staying = {
        N_("%(n)s 人已开始学习，留下。"): counts.begun,
        N_("%(n)s 人已结业，留下。"): counts.finished,
    }
    return TakingBackView(
        [gettext(text) % {"n": f"{n:,}"} for text, n in leaving.items() if n],
        [gettext(text) % {"n": f"{n:,}"} for text, n in staying.items() if n],
        counts.seated + counts.waiting,
    )


def _once() -> str:
    """The form's id: a form that is sent twice has one effect."""
    return PageForm(request.form).once_key
