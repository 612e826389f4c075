"""/api: sessions and invitations for scripts, and the way on to the services."""

from typing import Annotated, Any

import msgspec
import urllib3
from chassis.http.auth import public
from chassis.http.bodies import LARGE, SMALL, takes
from chassis.http.body import Name, Shape, Text, answer, body
from chassis.http.client import Client, quoted
from chassis.http.problem import NOTHING_HERE, Problem
from chassis.telemetry import trace
from flask import Blueprint, Response, request

from gateway.api.visitors import SAFE, visitor
from gateway.clients.services import Services
from gateway.identity.account import OFFICER, OPERATOR, STAFF
from gateway.identity.invite_people import InvitePeople, Mailing
from gateway.identity.sign_in import (
    SignIn,
    Visitor,
    invited_account,
    invited_again,
)
from gateway.identity.store import StoredAccounts

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
    services: Services, sign_in: SignIn, accounts: StoredAccounts, invite: InvitePeople
) -> Blueprint:
    """Routes for scripts."""
    bp = Blueprint("doors", __name__)

    @bp.post("/api/session")
    @public
    def begin() -> Response:
        asked = body(SessionIn)
        return answer(_session(sign_in(asked.login, asked.password)), 201)

    @bp.get("/api/session")
    @public
    def show() -> Response:
        return answer(_session(visitor()))

    @bp.delete("/api/session")
    @public
    def end() -> Response:
        sign_in.sign_out(visitor())
        return answer({"ended": True})

    @bp.post("/api/invitations")
    @public
    def send() -> Response:
        if not visitor().roles & {OPERATOR, STAFF}:
            raise Problem(403, "role-missing", "只有教务和运维可以邀请。")
        asked = body(InvitationIn)
        if asked.role != OFFICER and OPERATOR not in visitor().roles:
            raise Problem(403, "role-missing", "教务和运维由运维邀请。")
        if asked.role == OFFICER and not asked.branch_id:
            raise Problem(422, "branch-missing", "请写明单位编号。")
        account, invitation = invited_account(
            asked.login, asked.name, (asked.role,), branch_id=asked.branch_id
        )
        if not accounts.add(account) and not invited_again(accounts, account):
            raise Problem(409, "login-taken", f"登录名 {asked.login} 已被使用。")
        invite.send([Mailing(account, invitation, asked.email, asked.branch_name)])
        return answer({"login": account.login}, 201)

    @bp.post("/api/invitations/<invitation>")
    @public
    def accept(invitation: str) -> Response:
        return answer(
            _session(sign_in.accept(invitation, body(AcceptanceIn).password)), 201
        )

    @bp.route(
        "/api/<service>/<path:path>", methods=["GET", "POST", "PUT", "DELETE", "PATCH"]
    )
    @public
    @takes(SMALL)
    def forward(service: str, path: str) -> Response:
        client, who = services.named(service), visitor()
        parts = tuple(path.removesuffix("/").split("/"))
        if client is None or parts[0] in KEPT_INSIDE:
            raise Problem(404, "not-found", NOTHING_HERE)
        if who.account is None and request.method not in SAFE:
            raise _sign_in_first()
        token = client.signer.token(service, **who.speaks_for())
        answered = _forward(client, parts, {"Authorization": f"Bearer {token}"})
        if who.account is None and answered.status_code == 403:
            answered.close()
            raise _sign_in_first()
        return answered

    @bp.put("/api/media/uploads/<upload>/parts/<int:part>")
    @public
    @takes(LARGE)
    def forward_part(upload: str, part: int) -> Response:
        return forward("media", f"uploads/{upload}/parts/{part}")

    @bp.get("/v/<token>/<path:path>")
    @public
    def stream(token: str, path: str) -> Response:
        """Stands in for the edge: only the session a token was made for may use it."""
        parts = token.split("-")
        if len(parts) < 2 or not parts[1] or parts[1] != visitor().session:
            raise Problem(
                403, "stream-refused", "这个播放地址不是给您的：请从课程页打开。"
            )
        return _forward(services.media, ("v", token, *path.split("/")), {})

    return bp


def _sign_in_first() -> Problem:
    return Problem(401, "sign-in-first", "请先登录。")


def _session(who: Visitor) -> dict[str, Any]:
    account = who.account
    return {
        "token": who.token,
        "login": account.login if account else "",
        "name": account.name if account else "",
        "roles": sorted(who.roles),
        "person_id": account.person_id if account else "",
        "branch_id": account.branch_id if account else "",
    }


def _forward(
    client: Client, parts: tuple[str, ...], headers: dict[str, str]
) -> Response:
    """Pass the request on and the answer back, in pieces."""
    traceparent, request_id = trace.current()
    sent = {n: v for n, v in request.headers.items() if n.lower() in PASSED_ON}
    sent |= headers | {"traceparent": traceparent, "X-Request-Id": request_id}
    query = request.query_string.decode("ascii", "replace")
    asked = client.url + quoted(parts) + (f"?{query}" if query else "")
    try:
        got = client.pool.request(
            request.method,
            asked,
            body=request.get_data() or None,
            headers=sent,
            preload_content=False,
            redirect=False,
        )
    except urllib3.exceptions.HTTPError as error:
        raise Problem(503, "service-away", "服务暂时没有回应：请稍后再试。") from error
    back = {n: v for n, v in got.headers.items() if n.lower() in HANDED_BACK}
    answered = Response(got.stream(PIECE), got.status)
    for name, value in back.items():
        answered.headers[name] = value
    answered.call_on_close(got.release_conn)
    return answered
