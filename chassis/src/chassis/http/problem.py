"""Refusals as `application/problem+json` (RFC 9457)."""

from typing import Any

from flask import Flask, Response, g, json, request
from pymongo.errors import PyMongoError
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from chassis.errors import Unavailable, WriteConflict
from chassis.telemetry.tracing import current_request_id

AWAY = "数据暂时存取不了：请稍后再试"
NOTHING_HERE = "There is nothing at this address."
OF_HTTP = {
    400: ("request-refused", "The request is not as it should be."),
    401: ("sign-in-first", "Sign in first."),
    404: ("not-found", NOTHING_HERE),
    405: ("method-not-allowed", "This address does not take that method."),
    406: ("not-acceptable", "There is no answer in a form that you accept."),
    408: ("too-slow", "The request took too long; send it again."),
    413: ("too-large", "The request is too large; send it in smaller parts."),
    415: ("not-json", "Send the body as application/json."),
    416: ("range-refused", "There are no such bytes."),
    429: ("too-many", "Too many requests; wait a little."),
}
"""Status → slug and sentence for what the framework refuses by itself."""
REFUSED = ("refused", "The request was refused.")
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


def problem_response(status: int, slug: str, detail: str, **members: Any) -> Response:
    """The refusal as an answer, with the request's id to quote."""
    body = {
        "type": TYPE + slug,
        "title": slug.replace("-", " "),
        "status": status,
        "detail": detail,
        "instance": f"urn:biyong:request:{current_request_id()}",
        **members,
    }
    answer = Response(
        json.dumps(body, ensure_ascii=False),
        status,
        content_type="application/problem+json",
    )
    if status in AGAIN_SECONDS:
        answer.headers["Retry-After"] = str(AGAIN_SECONDS[status])
    if status == 401:
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def http_problem_response(error: HTTPException) -> Response:
    """What the framework refuses, in our words."""
    status = error.code or 500
    return add_allowed_methods(
        problem_response(status, *OF_HTTP.get(status, REFUSED)), error
    )


def add_allowed_methods(answer: Response, error: HTTPException) -> Response:
    """The answer with the methods that the address does take, if that was asked."""
    if isinstance(error, MethodNotAllowed):
        answer.headers["Allow"] = ", ".join(sorted(error.valid_methods or ()))
    return answer


def note_fault(error: Exception) -> None:
    """Keep the fault for what the log says of this request at its end."""
    g.fault = error


def current_route() -> str:
    """The rule of the route that this request came by."""
    return request.url_rule.rule if request.url_rule else "none"


def _answer_problem(error: Problem) -> Response:
    note_fault(error)
    return problem_response(error.status, error.slug, error.detail, **error.members)


def _answer_surprise(error: Exception) -> Response:
    note_fault(error)
    return problem_response(
        500, "internal", "Something went wrong here. Try again; quote the instance."
    )


def _answer_store_away(error: Exception) -> Response:
    note_fault(error)
    return problem_response(503, "store-away", AWAY)


def install_problems(app: Flask) -> None:
    """Answer every refusal and every surprise of the app as a problem."""
    app.register_error_handler(Problem, _answer_problem)
    app.register_error_handler(HTTPException, http_problem_response)
    app.register_error_handler(PyMongoError, _answer_store_away)
    app.register_error_handler(WriteConflict, _answer_store_away)
    app.register_error_handler(Unavailable, _answer_store_away)
    app.register_error_handler(Exception, _answer_surprise)


def install_refusals(
    app: Flask, base: type[Exception], statuses: dict[str, int]
) -> None:
    """Answer a domain's refusals: `slug` picks the status (409 unless named)."""

    def answer_refusal(error: Exception) -> Response:
        slug = str(getattr(error, "slug", "refused"))
        members: dict[str, Any] = getattr(error, "members", {})
        return problem_response(statuses.get(slug, 409), slug, str(error), **members)

    app.register_error_handler(base, answer_refusal)
