"""Operations: what is parked and why, mended by hand; one request from end to end."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from chassis.clock import utc_now
from chassis.http.problem import Problem
from chassis.http.routing import Routes, get, post
from chassis.operations.console import EventConsole
from chassis.operations.operations import each_of
from chassis.operations.shapes import Edit, Id, Which
from chassis.operations.trace import find_trace
from chassis.outbox.backlog import MOST
from flask import Blueprint, Response, request

from gateway.clients.everywhere import Everywhere
from gateway.forms.searches import OperationSearchForm, TraceForm
from gateway.identity.account import OPERATOR
from gateway.pages.operator.findings import find_findings
from gateway.pages.operator.overview_view import (
    ask_services,
    list_jobs,
    list_releases,
    list_rooms,
)
from gateway.pages.operator.timeline import draw_timeline
from gateway.pages.page_client import page_services
from gateway.pages.rendering import redirect_to, render_page
from gateway.pages.role_guard import for_role
from gateway.texts import N_
from gateway.texts import overview as texts
from gateway.texts.event_titles import EVENTS
from gateway.texts.language import gettext
from gateway.texts.operations import ACTIONS, DONE, NOTHING_DONE, STEPS

OVERVIEW_SECONDS = 2.4
"""Half of it for one answer: with what the gateway itself does the page is there within
two seconds, whoever hangs."""
SHOWN_LINES, MOST_LINES = 12, 100
"""A screen of the audit at once, and as much behind it as one service answers."""
NOT_SAVED = N_("没有保存，请改好再存一次。%(why)s")
UNDER_WAY = ("marking", "filling", "sweeping")
CHANGES = {"replay": EventConsole.replay_parked, "drop": EventConsole.drop_parked}
WORDS = {
    "actions": ACTIONS,
    "titles": EVENTS,
    "steps": STEPS,
    "busy": UNDER_WAY,
    "most": MOST,
    "shown": SHOWN_LINES,
    "roles": texts.ROLES,
    "part_names": texts.PARTS,
    "job_names": texts.JOBS,
    "room_names": texts.ROOMS,
}
REBUILDS = {"rebuild": EventConsole.rebuild_model, "stop": EventConsole.stop_rebuild}


class OperationPages(Routes):
    """Pages for operators."""

    name = "operations"

    def blueprint(self) -> Blueprint:
        """The blueprint, whose templates have the texts of actions and steps."""
        blueprint = super().blueprint()
        blueprint.context_processor(lambda: WORDS)
        return blueprint

    @get("/operations")
    @for_role(OPERATOR)
    def show_overview(self) -> Response:
        """All there is to see, asked at once: what hangs costs its own place only."""
        services = ask_services(page_services(OVERVIEW_SECONDS))
        told = [(one.name, one.overview) for one in services if one.overview]
        parked = [(name, row) for name, overview in told for row in overview.parked]
        audit = [(name, row) for name, overview in told for row in overview.audit]
        return render_page(
            "operator/operations/overview.html",
            services=services,
            findings=find_findings(services),
            jobs=list_jobs(services),
            rooms=list_rooms(services),
            releases=list_releases(services),
            parked=sorted(parked, key=lambda row: -row[1].sequences),
            models=[(name, row) for name, overview in told for row in overview.models],
            audit=sorted(audit, key=lambda row: row[1].at, reverse=True)[:MOST_LINES],
            untold=[one.name for one in services if not one.overview],
            form=OperationSearchForm(),
            done=_done(request.args),
            now=utc_now(),
        )

    @get("/operations/models")
    @for_role(OPERATOR)
    def show_models(self) -> Response:
        """The projections alone, for a page that follows a rebuild."""
        operations = Everywhere(page_services())
        rows = each_of(operations.ask_all(EventConsole.find_models))
        return render_page(
            "operator/operations/models.html",
            models=rows,
            untold=sorted(operations.away),
        )

    @get("/operations/trace")
    @for_role(OPERATOR)
    def show_trace(self) -> Response:
        """The event timeline of an id."""
        form, operations = TraceForm.of_request(), Everywhere(page_services())
        id_ = form.id.data or ""
        search = OperationSearchForm()
        search.words.data = id_
        entries = find_trace(operations, id_) if id_ else []
        return render_page(
            "operator/operations/trace.html",
            id=id_,
            form=search,
            entries=entries,
            drawn=draw_timeline(entries),
            away=sorted(operations.away),
        )

    @get("/operations/<service>/parked")
    @for_role(OPERATOR)
    def show_sequence(self, service: str) -> Response:
        """One parked sequence."""
        return _sequence(service, request.args.get("key", ""))

    @post("/operations/<service>/parked")
    @for_role(OPERATOR)
    def change_sequences(self, service: str) -> Response:
        """What an operator does about parked sequences, or about a drop."""
        form, operations = request.form, Everywhere(page_services())
        key, action = form.get("key", ""), form.get("action", "")
        if action == "take-back":
            operations.ask(service, EventConsole.take_back, Id(id=form.get("line", "")))
            return redirect_to("/operations?done=take-back")
        if action == "edit":
            fault = _edit(operations, service, form)
            if fault:
                return _sequence(service, key, fault, form)
            if not form.get("event"):
                return redirect_to("/operations?done=rewrite")
            return redirect_to(
                f"/operations/{service}/parked?key={quote(key, safe='')}&done=edit"
            )
        if action not in CHANGES:
            raise _unknown_action()
        cause = "" if key else form.get("cause", "")
        which = Which(key=key, cause=cause, why=form.get("why", ""))
        count = operations.ask(service, CHANGES[action], which).sequences
        return redirect_to(f"/operations?done={action}&n={count}")

    @post("/operations/<service>/models")
    @for_role(OPERATOR)
    def change_rebuild(self, service: str) -> Response:
        """Start or stop the rebuild of a projection."""
        action, model = request.form.get("action", ""), request.form.get("model", "")
        if action not in REBUILDS:
            raise _unknown_action()
        Everywhere(page_services()).ask(service, REBUILDS[action], Id(id=model))
        return redirect_to("/operations#models")


def _unknown_action() -> Problem:
    return Problem(422, "action-unknown", gettext(N_("没有这种操作。")))


def _edit(operations: Everywhere, service: str, form: Mapping[str, str]) -> str:
    """Put the edit in; why not, or nothing."""
    key, event = form.get("key", ""), form.get("event", "")
    try:
        edit = Edit(key=key, text=form.get("data", ""), event=event)
        operations.ask(service, EventConsole.edit_event, edit)
    except Problem as refusal:
        if refusal.status not in {409, 422}:
            raise
        return gettext(NOT_SAVED) % {"why": refusal.detail}
    return ""


def _sequence(
    service: str, key: str, fault: str = "", form: Mapping[str, str] | None = None
) -> Response:
    """The page of a sequence, with what was typed where it was not saved."""
    sequence = Everywhere(page_services()).ask(
        service, EventConsole.get_sequence, Id(id=key)
    )
    typed = {event["id"]: _as_text(event["data"]) for event in sequence.events}
    if form is not None:
        typed[form.get("event", "")] = form.get("data", "")
    return render_page(
        "operator/operations/parked.html",
        422 if fault else 200,
        service=service,
        sequence=sequence,
        typed=typed,
        fault=fault,
        done="" if fault else _done(request.args),
    )


def _as_text(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2)


def _done(args: Mapping[str, str]) -> str:
    """What the action that led here did; empty when none did."""
    count = args.get("n", "")
    text = NOTHING_DONE if count == "0" else DONE.get(args.get("done", ""), "")
    return gettext(text) % {"n": count if count.isdecimal() else ""} if text else ""
