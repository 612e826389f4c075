"""Requests to join as the branch sees them: picked, approved or refused."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from chassis.http.problem import Problem
from chassis.http.routing import Routes, get, post
from contracts.http.catalog import ClassOut
from contracts.http.join_requests import (
    DecisionOut,
    DecisionsIn,
    JoinRequestOut,
    RequestsQuery,
)
from flask import Response, request

from gateway.api.request_visitor import current_visitor
from gateway.clients.page_services import PageServices
from gateway.clients.parts import Unavailable
from gateway.forms.base import apply_problem
from gateway.forms.joining import DecisionForm
from gateway.identity.account import OFFICER, STAFF, TRAINEE
from gateway.pages.components.paging import build_pages
from gateway.pages.page_client import page_services
from gateway.pages.rendering import redirect_to, render_page
from gateway.pages.role_guard import for_role
from gateway.texts import N_
from gateway.texts.joining import SEATS, STATES
from gateway.texts.language import gettext, translate_refusal

PATH = "/requests"
SHOWN = 50
LONGEST_CURSOR = 400
DECIDING_SECONDS = 20.0
"""For as many as a page shows, each with a seat of its own, on a busy morning."""


@dataclass(frozen=True)
class Tab:
    """A side of the page: those that wait, or those that are decided."""

    path: str
    text: str
    is_current: bool


@dataclass(frozen=True)
class RequestView:
    """A request as a line: who asks for what, and how it stands."""

    id: str
    name: str
    member_no: str
    person_id: str
    branch_name: str
    class_id: str
    class_title: str
    why: str
    reason: str
    asked: datetime
    decided: datetime | None
    state: str
    tone: str


@dataclass(frozen=True)
class Outcome:
    """What became of the decisions just made: how many of each, and why of others."""

    counts: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


class JoinRequestPages(Routes):
    """The page on which officers decide."""

    name = "join_request_pages"

    @get(PATH)
    @for_role(OFFICER, STAFF, TRAINEE)
    def list_requests(self) -> Response:
        """Those that wait for the branch; a trainee sees the own ones instead."""
        if not current_visitor().roles & {OFFICER, STAFF}:
            return redirect_to(f"{PATH}/own")
        return _render_list(DecisionForm())

    @post(PATH)
    @for_role(OFFICER, STAFF)
    def decide_requests(self) -> Response:
        """All that were picked are approved or refused; the page says what became of
        each."""
        form = DecisionForm.of_request()
        if not form.is_decided():
            return _render_list(form, 422)
        asked = DecisionsIn(
            ids=list(form.request.data or []),
            decision=form.decision.data,
            reason=form.reason.data or "",
        )
        try:
            services = page_services(DECIDING_SECONDS)
            done = services.enrollment.post_decisions(asked, form.once_key)
        except Problem as problem:
            if problem.status not in (404, 409, 422, 503):
                raise
            apply_problem(form, problem, problem.detail)
            form.renew()  # those that are decided by now are gone from the list
            return _render_list(form, problem.status)
        return _render_list(DecisionForm(), outcome=view_outcome(done))


def _render_list(
    form: DecisionForm, status: int = 200, outcome: Outcome | None = None
) -> Response:
    services = page_services()
    is_decided = request.args.get("decided") == "y"
    asked = RequestsQuery(
        decided=is_decided,
        after=request.args.get("after", "")[:LONGEST_CURSOR],
        limit=SHOWN,
    )
    page = services.enrollment.list_requests(asked)
    form.offer_decisions()
    return render_page(
        "officer/requests/list.html",
        status,
        form=form,
        outcome=outcome,
        is_decided=is_decided,
        tabs_shown=_list_tabs(is_decided),
        requests=view_requests(page.items, _name_classes(services, page.items)),
        picked=set(form.request.data or []),
        pages=build_pages(PATH, request.args, page.next),
    )


def _list_tabs(is_decided: bool) -> list[Tab]:
    return [
        Tab(PATH, gettext("等答复"), not is_decided),
        Tab(f"{PATH}?decided=y", gettext("已答复"), is_decided),
    ]


def _name_classes(
    services: PageServices, items: Sequence[JoinRequestOut]
) -> Mapping[str, ClassOut]:
    """The classes of a page's requests, as far as the catalogue answers."""
    ids = list(dict.fromkeys(one.class_id for one in items))
    found = services.ask_part(services.catalog.find_classes, ids).get_answer()
    return {} if isinstance(found, Unavailable) else found


def view_requests(
    items: Sequence[JoinRequestOut], classes: Mapping[str, ClassOut]
) -> list[RequestView]:
    """Requests as lines; an approved one says how the person stands in the class."""
    return [_view_request(one, classes.get(one.class_id)) for one in items]


def _view_request(one: JoinRequestOut, class_: ClassOut | None) -> RequestView:
    states: dict[str, Any] = SEATS if one.seat in SEATS else STATES
    text, tone = states.get(one.seat or one.state, (one.state, ""))
    return RequestView(
        id=one.id,
        name=one.name,
        member_no=one.member_no,
        person_id=one.person_id,
        branch_name=one.branch_name,
        class_id=one.class_id,
        class_title=class_.title if class_ else one.class_id,
        why=one.why,
        reason=one.reason,
        asked=one.asked,
        decided=one.decided,
        state=gettext(text),
        tone=tone,
    )


def view_outcome(done: Sequence[DecisionOut]) -> Outcome:
    """What became of many, counted; what could not be done, with why."""
    texts = (
        (N_("已同意并录取 %(n)s 人"), [d for d in done if d.seat == "seated"]),
        (
            N_("已同意、名额已满进入候补 %(n)s 人"),
            [d for d in done if d.seat == "waiting"],
        ),
        (
            N_("已同意、本来就在班里 %(n)s 人"),
            [d for d in done if d.state == "approved" and not d.seat],
        ),
        (N_("没有同意 %(n)s 人"), [d for d in done if d.state == "refused"]),
    )
    counts = [gettext(text) % {"n": len(of)} for text, of in texts if of]
    codes = dict.fromkeys(one.refused for one in done if one.refused)
    refused = [
        gettext(N_("%(n)s 个没有办成：%(why)s"))
        % {
            "n": sum(one.refused == code for one in done),
            "why": translate_refusal(code, code),
        }
        for code in codes
    ]
    return Outcome(counts, refused)
