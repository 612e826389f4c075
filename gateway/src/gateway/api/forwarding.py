"""/api/SERVICE, /v and /pictures: the way on to the services, for scripts, players and
pages."""

from functools import partial

import urllib3
from chassis.content import Content, EndsEarly
from chassis.http.auth import allow_everyone
from chassis.http.body_limits import LARGE, SMALL, limit_body
from chassis.http.client import Client, quote_path
from chassis.http.problem import NOTHING_HERE, Problem
from chassis.http.routing import Routes, get, post, put, route
from flask import Response, request

from gateway.api.request_visitor import SAFE, current_visitor, require_operator
from gateway.clients.services import OWN, Services
from gateway.identity.sign_in import Visitor

PASSED_ON = {"content-type", "idempotency-key", "accept", "range"}
PASSED_ON |= {"if-match", "if-none-match"}
ATTRIBUTES = "ce-"
"""How headers begin that are attributes of a CloudEvent in binary mode."""
ANSWER_HEADERS = (
    "content-type cache-control content-range accept-ranges content-length "
    "idempotency-replayed retry-after etag"
)
HANDED_BACK = frozenset(ANSWER_HEADERS.split())
KEPT_INSIDE = {"v", "metrics", "livez", "readyz"}
PIECE = 64 * 1024
"""Bytes passed on at once: a large file is never in memory as a whole."""


class ForwardingRoutes(Routes):
    """Routes that pass a request on in the name of its visitor."""

    name = "forwarding"
    is_documented = False

    def __init__(self, services: Services) -> None:
        self.services = services

    @route("/api/<service>/<path:path>", "GET", "POST", "PUT", "DELETE", "PATCH")
    @allow_everyone
    @limit_body(SMALL)
    def forward_request(self, service: str, path: str) -> Response:
        client, who = self.services.get_client(service), current_visitor()
        parts = tuple(path.removesuffix("/").split("/"))
        is_inside = parts[0] in KEPT_INSIDE or (service == OWN and parts[0] != "events")
        if client is None or is_inside:
            raise Problem(404, "not-found", NOTHING_HERE)
        if service == OWN:
            require_operator()  # before it takes a second thread of this process
        if who.account is None and request.method not in SAFE:
            raise _sign_in_first()
        token = client.signer.sign_token(service, **who.token_claims())
        answered = _forward_to(client, parts, {"Authorization": f"Bearer {token}"})
        if who.account is None and answered.status_code == 403:
            answered.close()
            raise _sign_in_first()
        return answered

    @put("/api/media/uploads/<upload>/parts/<int:part>")
    @allow_everyone
    @limit_body(LARGE)
    def forward_part(self, upload: str, part: int) -> Response:
        return self.forward_request("media", f"uploads/{upload}/parts/{part}")

    @put("/api/media/lectures/<lecture_id>/captions/<language>")
    @allow_everyone
    @limit_body(LARGE)
    def forward_captions(self, lecture_id: str, language: str) -> Response:
        path = f"lectures/{lecture_id}/captions/{language}"
        return self.forward_request("media", path)

    @post("/api/media/pictures")
    @allow_everyone
    @limit_body(LARGE)
    def forward_picture(self) -> Response:
        return self.forward_request("media", "pictures")

    @get("/pictures/<id_>/<int:width>")
    @allow_everyone
    def show_picture(self, id_: str, width: int) -> Response:
        """A course's picture, to whoever asks: pages of visitors show it."""
        media = self.services.media
        speaks = media.signer.sign_token("media", **Visitor().token_claims())
        path, headers = (
            ("pictures", id_, str(width)),
            {"Authorization": f"Bearer {speaks}"},
        )
        return _forward_to(media, path, headers)

    @get("/v/<token>/<path:path>")
    @allow_everyone
    def forward_stream(self, token: str, path: str) -> Response:
        """A rendition's pieces; media compares the stream token with the account."""
        who = current_visitor()
        if who.account is None:
            raise _sign_in_first()
        speaks = self.services.media.signer.sign_token("media", **who.token_claims())
        headers = {"Authorization": f"Bearer {speaks}"}
        return _forward_to(self.services.media, ("v", token, *path.split("/")), headers)


def _sign_in_first() -> Problem:
    return Problem(401, "sign-in-first", "请先登录。")


def _forward_to(
    client: Client, parts: tuple[str, ...], headers: dict[str, str]
) -> Response:
    """The request goes to a service and the answer back, both in pieces."""
    sent = {n: v for n, v in request.headers.items() if _is_passed_on(n.lower())}
    sent |= headers
    length, body = request.content_length, None
    if length:
        sent["Content-Length"], body = str(length), Content(request.stream, length)
    query = request.query_string.decode("ascii", "replace")
    asked = client.url + quote_path(parts) + (f"?{query}" if query else "")
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
    answered.call_on_close(partial(_let_go, got))
    return answered


def _is_passed_on(header: str) -> bool:
    return header in PASSED_ON or header.startswith(ATTRIBUTES)


def _let_go(got: urllib3.BaseHTTPResponse) -> None:
    """The connection goes back if the answer was read to its end: what is still on its
    way would be taken for the answer to whatever is asked next."""
    if got.closed:
        got.release_conn()
    else:
        got.close()
