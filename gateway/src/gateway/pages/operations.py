"""Operations: what is parked and why, mended by hand; one request from end to end."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import msgspec
from chassis.broker.port import FACTS, PARKED
from chassis.events.envelope import Refused
from chassis.http.auth import public
from chassis.http.problem import Problem
from chassis.operations.console import Operating
from chassis.operations.parked import NotDropped, NotMendable, NotParked, Which
from chassis.operations.queue_status import answers, kind_of, unheard
from chassis.outbox.backlog import MOST
from flask import Blueprint, Response, request

from gateway.api.request_visitor import require_operator
from gateway.clients.everywhere import ALL, OWN, Everywhere
from gateway.clients.services import NAMES
from gateway.identity.account import OPERATOR
from gateway.pages.layout import (
    for_role,
    gettext,
    page_client,
    redirect_to,
    render_page,
)
from gateway.pages.page_texts import (
    ACTIONS,
    DONE,
    EVENTS,
    NOTHING_DONE,
    REFUSALS,
    STEPS,
)
from gateway.pages.timeline import timeline
from gateway.texts import N_

SHOWN_LINES, MOST_LINES = 12, 100
NO_DOOR = "not-found"
GONE, NOT_BACK = REFUSALS["not-parked"], REFUSALS["not-dropped"]
NOT_SAVED = N_("没有保存，请改好再存一次。%(why)s")
NOT_YET = N_("这个服务还是早先的版本，不会重建：请先升级。")
Row = dict[str, Any]


def blueprint(own: Operating) -> Blueprint:
    """Pages for operators."""
    bp = Blueprint("operations", __name__)
    bp.context_processor(lambda: {"actions": ACTIONS, "titles": EVENTS, "steps": STEPS})

    def everywhere() -> Everywhere:
        return Everywhere(page_client(), own)

    @bp.get("/operations")
    @for_role(OPERATOR)
    def overview() -> Response:
        all_ = everywhere()
        parked = [
            {**group, "service": service}
            for service, groups in all_.parked().items()
            for group in groups
        ]
        words: Row = {
            "parked": sorted(parked, key=lambda group: -group["sequences"]),
            "queues": {s: _summed(q) for s, q in all_.topology().items()},
            "unsaid": all_.unsaid(),
            "most": MOST,
            "failing": all_.failing(),
            "models": all_.models(),
            "audit": all_.audit()[:MOST_LINES],
            "shown": SHOWN_LINES,
            "done": _done(request.args),
        }
        away, earlier = sorted(set(all_.away)), sorted(set(all_.earlier))
        return render_page(
            "operations/overview.html", away=away, earlier=earlier, **words
        )

    @bp.get("/operations/models")
    @for_role(OPERATOR)
    def models() -> Response:
        return render_page("operations/models.html", models=everywhere().models())

    @bp.get("/operations/trace")
    @for_role(OPERATOR)
    def trace() -> Response:
        id_ = request.args.get("id", "").strip()
        found = everywhere().trace(id_) if id_ else {"entries": [], "away": []}
        drawn = timeline(found["entries"])
        return render_page("operations/trace.html", id=id_, drawn=drawn, **found)

    @bp.get("/operations/<service>/parked")
    @for_role(OPERATOR)
    def show(service: str) -> Response:
        return _sequence(_sequences(own, service), service, request.args.get("key", ""))

    @bp.post("/operations/<service>/parked")
    @for_role(OPERATOR)
    def act(service: str) -> Response:
        form, sequences = request.form, _sequences(own, service)
        key, action = form.get("key", ""), form.get("action", "")
        if action not in {"edit", "replay", "drop", "take-back"}:
            raise Problem(422, "action-unknown", gettext(N_("没有这种操作。")))
        if action == "take-back":
            sequences.take_back(form.get("line", ""))
            return redirect_to("/operations?done=take-back")
        if action == "edit":
            fault = _edited(sequences, form)
            if fault:
                return _sequence(sequences, service, key, fault, form)
            if not form.get("event"):
                return redirect_to("/operations?done=rewrite")
            of = quote(key, safe="")
            return redirect_to(f"/operations/{service}/parked?key={of}&done=edit")
        picked = {"key": key} if key else {"cause": form.get("cause", "")}
        count = sequences.act(action, picked, form.get("why", ""))
        return redirect_to(f"/operations?done={action}&n={count}")

    @bp.post("/operations/<service>/models")
    @for_role(OPERATOR)
    def rebuild(service: str) -> Response:
        action = request.form.get("action", "")
        if service not in NAMES or action not in {"rebuild", "stop"}:
            raise Problem(422, "action-unknown", gettext(N_("没有这种操作。")))
        model = {"model": request.form.get("model", "")}
        path = ("events", "models", action)
        try:
            page_client().call_service(
                service, "POST", path, dict[str, Any], body=model
            )
        except Problem as problem:
            if problem.slug != NO_DOOR:
                raise
            raise Problem(404, "earlier-release", gettext(NOT_YET)) from problem
        return redirect_to("/operations#models")

    @bp.get("/api/gateway/events/trace")
    @public
    def trace_for_scripts() -> Response:
        require_operator()
        found = everywhere().trace(request.args.get("id", ""))
        return Response(msgspec.json.encode(found), content_type="application/json")

    return bp


class _Elsewhere:
    """The parked sequences of another service."""

    def __init__(self, service: str) -> None:
        self.service = service

    def show(self, key: str) -> Row:
        return page_client().read_object(
            self.service, "events", "parked", "one", key=key
        )

    def act(self, action: str, picked: Row, why: str) -> int:
        path, body = ("events", "parked", action), {**picked, "why": why}
        did = page_client().call_service(
            self.service, "POST", path, dict[str, int], body=body
        )
        return did["sequences"]

    def take_back(self, line: str) -> None:
        path = ("events", "parked", "back")
        page_client().call_service(
            self.service, "POST", path, dict[str, Any], body={"line": line}
        )

    def edit(self, change: Row) -> None:
        path = ("events", "parked", "one")
        page_client().call_service(
            self.service, "PUT", path, dict[str, Any], body=change
        )


class _Own:
    """The gateway's own."""

    def __init__(self, own: Operating) -> None:
        self.parked = own.parked

    def show(self, key: str) -> Row:
        try:
            shown: Row = msgspec.to_builtins(self.parked.show(key))
        except NotParked as gone:
            raise Problem(404, "not-parked", gettext(GONE)) from gone
        return shown

    def act(self, action: str, picked: Row, why: str) -> int:
        if action == "replay":
            return self.parked.replay(Which(**picked), require_operator())
        return self.parked.drop(Which(**picked), require_operator(), why)

    def take_back(self, line: str) -> None:
        try:
            self.parked.take_back(line, require_operator())
        except NotDropped as gone:
            raise Problem(404, "not-dropped", gettext(NOT_BACK)) from gone

    def edit(self, change: Row) -> None:
        try:
            if "text" in change:
                self.parked.rewrite(change["key"], change["text"], require_operator())
            else:
                self.parked.edit(
                    change["key"], change["event"], change["data"], require_operator()
                )
        except (Refused, NotMendable) as refusal:
            raise Problem(422, "event-refused", str(refusal)) from refusal
        except NotParked as gone:
            raise Problem(404, "not-parked", gettext(GONE)) from gone


def _sequences(own: Operating, service: str) -> _Elsewhere | _Own:
    if service not in ALL:
        raise Problem(404, "not-found", gettext(N_("没有这个服务。")))
    return _Own(own) if service == OWN else _Elsewhere(service)


def _edited(sequences: _Elsewhere | _Own, form: Any) -> str:
    """Put the edit in; why not, or nothing."""
    key, said = form.get("key", ""), form.get("data", "")
    change: Row = {"key": key, "text": said}
    if form.get("event"):
        try:
            change = {"key": key, "event": form["event"], "data": json.loads(said)}
        except json.JSONDecodeError as fault:
            why = gettext(N_("不是 JSON：%(why)s")) % {"why": fault}
            return gettext(NOT_SAVED) % {"why": why}
    try:
        sequences.edit(change)
    except Problem as refusal:
        if refusal.status not in {409, 422}:
            raise
        return gettext(NOT_SAVED) % {"why": refusal.detail}
    return ""


def _sequence(
    sequences: _Elsewhere | _Own, service: str, key: str, fault: str = "",
    form: Any = None,
) -> Response:  # fmt: skip
    shown = sequences.show(key)
    typed = {form["event"]: form["data"]} if form and form.get("event") else {}
    for event in shown["events"]:
        data = json.dumps(event["data"], ensure_ascii=False, indent=2)
        event["typed"] = typed.get(event["id"], data)
    shown["typed"] = form["data"] if form and not form.get("event") else ""
    shown |= {"service": service, "fault": fault}
    shown["audit"] = [{**line, "service": service} for line in shown["audit"]]
    shown["done"] = "" if fault else _done(request.args)
    return render_page("operations/parked.html", 422 if fault else 200, **shown)


def _done(said: Mapping[str, str]) -> str:
    """What the action that led here did; empty when none did."""
    text = NOTHING_DONE if said.get("n") == "0" else DONE.get(said.get("done", ""), "")
    count = said.get("n", "")
    return gettext(text) % {"n": count if count.isdecimal() else ""} if text else ""


def _summed(queues: list[Row]) -> Row:
    """A service's queues in a few numbers."""
    hearing = [queue for queue in queues if kind_of(queue) == FACTS]
    return {
        "queues": len(hearing),
        "missing": [q["name"] for q in queues if not q["there"] and answers(q)],
        "silent": [q["name"] for q in queues if not answers(q)],
        "unbound": [t for q in hearing for t in q["unbound"]],
        "unheard": unheard(queues),
        "waiting": sum(q["waiting"] for q in hearing),
        "aside": sum(q["waiting"] for q in queues if kind_of(q) == PARKED),
    }
