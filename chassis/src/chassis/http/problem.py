"""Refusals as `application/problem+json` (RFC 9457)."""

from typing import Any

from flask import Flask, Response, json, request
from pymongo.errors import PyMongoError
from werkzeug.exceptions import HTTPException

from chassis.faults import Contended
from chassis.objects.port import Away as ObjectsAway
from chassis.reasons import reason_of
from chassis.telemetry import trace
from chassis.telemetry.logs import logger

AWAY = "数据暂时存取不了：请稍后再试"
AGAIN_SECONDS = {429: 60, 503: 2}
"""When it is worth asking again, by status."""
TYPE = "https://biyong.example/problems/"


class Problem(Exception):
    """A refusal that says what to do next.

    `slug` is stable and names the kind; `detail` is a sentence for a person.
    """

    def __init__(self, status: int, slug: str, detail: str, **members: Any) -> None:
        super().__init__(detail)
        self.status, self.slug, self.detail, self.members = (
            status,
            slug,
            detail,
            members,
        )


def response(status: int, slug: str, detail: str, **members: Any) -> Response:
    """The refusal as an answer, with the request's id to quote."""
    body = {
        "type": TYPE + slug,
        "title": slug.replace("-", " "),
        "status": status,
        "detail": detail,
        "instance": f"urn:biyong:request:{trace.current()[1]}",
        **members,
    }
    answer = Response(
        json.dumps(body, ensure_ascii=False),
        status,
        content_type="application/problem+json",
    )
    if status in AGAIN_SECONDS:
        answer.headers["Retry-After"] = str(AGAIN_SECONDS[status])
    return answer


def _of_http(error: HTTPException) -> Response:
    status = error.code or 500
    details = {
        404: ("not-found", f"There is nothing at {request.path}."),
        405: ("method-not-allowed", f"{request.method} is not for {request.path}."),
        413: ("too-large", "The request is too large; send it in smaller parts."),
    }
    slug, detail = details.get(
        status, (error.name.lower().replace(" ", "-"), error.description or error.name)
    )
    return response(status, slug, detail)


def _of_surprise(error: Exception) -> Response:
    logger().exception("request_failed", path=request.path)
    return response(
        500, "internal", "Something went wrong here. Try again; quote the instance."
    )


def _of_store(error: Exception) -> Response:
    logger().warning("store_away", path=request.path, reason=reason_of(error))
    return response(503, "store-away", AWAY)


def install(app: Flask) -> None:
    """Answer every refusal and every surprise of the app as a problem."""
    app.register_error_handler(
        Problem, lambda e: response(e.status, e.slug, e.detail, **e.members)
    )
    app.register_error_handler(HTTPException, _of_http)
    app.register_error_handler(PyMongoError, _of_store)
    app.register_error_handler(Contended, _of_store)
    app.register_error_handler(ObjectsAway, _of_store)
    app.register_error_handler(Exception, _of_surprise)


def install_refusals(
    app: Flask, base: type[Exception], statuses: dict[str, int]
) -> None:
    """Answer a domain's refusals: `slug` picks the status (409 unless named)."""

    def refuse(error: Exception) -> Response:
        slug = str(getattr(error, "slug", "refused"))
        members: dict[str, Any] = getattr(error, "members", {})
        return response(statuses.get(slug, 409), slug, str(error), **members)

    app.register_error_handler(base, refuse)
