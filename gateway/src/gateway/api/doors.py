"""/api: sessions and invitations for scripts, and the way on to the services."""

from typing import Annotated

import msgspec
import urllib3
from chassis.content import Content, EndsEarly
from chassis.http.auth import public
from chassis.http.bodies import LARGE, SMALL, takes
from chassis.http.body import Name, Shape, Text, answer, body
from chassis.http.client import Client, quoted
from chassis.http.problem import NOTHING_HERE, Problem
from chassis.telemetry import tracing as trace
from flask import Blueprint, Response, request

from gateway.api.visitors import SAFE, current_origin, current_visitor, require_actor
from gateway.clients.services import Services
from gateway.identity.invite_members import INVITED, InvitationRequest, InviteMembers
from gateway.identity.sign_in import SignIn, Visitor

PASSED_ON = {"content-type", "idempotency-key", "accept", "range"}
HANDED_BACK = {
    "content-type", "cache-control", "content-range", "accept-ranges", "content-length",
    "idempotency-replayed", "retry-after",
}  # fmt: skip
KEPT_INSIDE = {"v", "metrics", "livez", "readyz"}
PIECE = 64 * 1024
Password = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class SessionIn(Shape):
    """Login and password."""

    login: Name
    password: Password


class SessionOut(msgspec.Struct, kw_only=True):
    """Who is signed in. A script keeps `device` and sends it as X-Device when it signs
    in again: a known device is let in whatever strangers tried."""

    token: str
    device: str
    login: str
    name: str
    roles: list[str]
    person_id: str
    branch_id: str


class InvitationIn(Shape):
    """Somebody to invite; officers need a branch."""

    login: Name
    name: Name
    email: Name
    role: Annotated[str, msgspec.Meta(pattern=r"^(officer|staff|operator)\Z")]
    branch_id: Text = ""
    branch_name: Text = ""


class AcceptanceIn(Shape):
    """The password an invitation is answered with."""

    password: Password


def blueprint(
    services: Services, sign_in: SignIn, invite_members: InviteMembers
) -> Blueprint:
    """Routes for scripts."""
    bp = Blueprint("doors", __name__)

    @bp.post("/api/session")
    @public
    def create_session() -> Response:
        asked = body(SessionIn)
        return answer(
            to_session_out(sign_in(asked.login, asked.password, current_origin())), 201
        )

    @bp.get("/api/session")
    @public
    def show_session() -> Response:
        return answer(to_session_out(current_visitor()))

    @bp.delete("/api/session")
    @public
    def delete_session() -> Response:
        sign_in.sign_out(current_visitor(), current_origin())
        return answer({"ended": True})

    @bp.post("/api/invitations")
    @public
    def send_invitation() -> Response:
        by = require_actor()
        asked = InvitationRequest(**msgspec.structs.asdict(body(InvitationIn)))
        invited = invite_members(by.account, asked, by.origin)
        account = invited.account
        sent = {"login": account.login, "account": account.id, "done": invited.done}
        return answer(sent, 201 if invited.done == INVITED else 200)

    @bp.post("/api/invitations/<invitation>")
    @public
    def accept_invitation(invitation: str) -> Response:
        password = body(AcceptanceIn).password
        return answer(
            to_session_out(
                sign_in.accept_invitation(invitation, password, current_origin())
            ),
            201,
        )

    @bp.route(
        "/api/<service>/<path:path>", methods=["GET", "POST", "PUT", "DELETE", "PATCH"]
    )
    @public
    @takes(SMALL)
    def forward_request(service: str, path: str) -> Response:
        client, who = services.get_client(service), current_visitor()
        parts = tuple(path.removesuffix("/").split("/"))
        if client is None or parts[0] in KEPT_INSIDE:
            raise Problem(404, "not-found", NOTHING_HERE)
        if who.account is None and request.method not in SAFE:
            raise _sign_in_first()
        token = client.signer.token(service, **who.token_claims())
        answered = _forward_to(client, parts, {"Authorization": f"Bearer {token}"})
        if who.account is None and answered.status_code == 403:
            answered.close()
            raise _sign_in_first()
        return answered

    @bp.put("/api/media/uploads/<upload>/parts/<int:part>")
    @public
    @takes(LARGE)
    def forward_part(upload: str, part: int) -> Response:
        return forward_request("media", f"uploads/{upload}/parts/{part}")

    @bp.get("/v/<token>/<path:path>")
    @public
    def forward_stream(token: str, path: str) -> Response:
        """Stands in for the edge: states who asks, and media compares the token."""
        who = current_visitor()
        if who.account is None:
            raise _sign_in_first()
        speaks = services.media.signer.token("media", **who.token_claims())
        headers = {"Authorization": f"Bearer {speaks}"}
        return _forward_to(services.media, ("v", token, *path.split("/")), headers)

    return bp


def _sign_in_first() -> Problem:
    return Problem(401, "sign-in-first", "请先登录。")


def to_session_out(who: Visitor) -> SessionOut:
    """The session of a visitor, as said."""
    account = who.account
    return SessionOut(
        token=who.token,
        device=who.device,
        login=account.login if account else "",
        name=account.name if account else "",
        roles=sorted(who.roles),
        person_id=account.person_id if account else "",
        branch_id=account.branch_id if account else "",
    )


def _forward_to(
    client: Client, parts: tuple[str, ...], headers: dict[str, str]
) -> Response:
    """Pass the request on and the answer back, both in pieces."""
    traceparent, request_id = trace.current()
    sent = {n: v for n, v in request.headers.items() if n.lower() in PASSED_ON}
    sent |= headers | {"traceparent": traceparent, "X-Request-Id": request_id}
    length, body = request.content_length, None
    if length:
        sent["Content-Length"], body = str(length), Content(request.stream, length)
    query = request.query_string.decode("ascii", "replace")
    asked = client.url + quoted(parts) + (f"?{query}" if query else "")
    try:
        got = client.pool.request(
            request.method,
            asked,
            body=body,
            headers=sent,
            preload_content=False,
            redirect=False,
        )
    except urllib3.exceptions.HTTPError as error:
        raise Problem(503, "service-away", "服务暂时没有回应：请稍后再试。") from error
    except EndsEarly as error:
        raise Problem(400, "body-cut", "内容没有传完：请重新发送。") from error
    back = {n: v for n, v in got.headers.items() if n.lower() in HANDED_BACK}
    answered = Response(got.stream(PIECE), got.status)
    for name, value in back.items():
        answered.headers[name] = value
    answered.call_on_close(got.release_conn)
    return answered
