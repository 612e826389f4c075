"""Refusals as pages a person can read, or as problems for scripts."""

from typing import Any

from chassis.errors import WriteConflict
from chassis.http import problem
from chassis.http.problem import Problem
from contracts.http.shape import TextRefused
from flask import Flask, Response, request
from pymongo.errors import PyMongoError
from werkzeug.exceptions import HTTPException

from gateway.api.request_visitor import is_signed
from gateway.identity.errors import Refusal
from gateway.pages.menu import MenuItem, build_menu
from gateway.pages.rendering import render_page
from gateway.texts.language import translate_refusal

STATUSES = {
    "sign-in-refused": 401,
    "account-disabled": 403,
    "role-missing": 403,
    "old-password-wrong": 403,
    "second-factor-needed": 403,
    "second-factor-unset": 403,
    "second-factor-refused": 401,
    "second-factor-too-often": 429,
    "passkey-refused": 422,
    "unknown-passkey": 404,
    "setup-lapsed": 422,
    "too-many-tries": 429,
    "sign-in-busy": 429,
    "directory-away": 503,
    "not-from-directory": 404,
    "invitation-refused": 404,
    "code-refused": 422,
    "code-wrong": 422,
    "too-many-codes": 429,
    "too-many-feed-reads": 429,
    "proof-needed": 403,
    "contact-taken": 409,
    "contact-illegal": 422,
    "unknown-session": 404,
    "unknown-account": 404,
    "unknown-key": 404,
    "key-scope-refused": 403,
    "weak-password": 422,
    "login-refused": 422,
    "invitation-illegal": 422,
    "unknown-branch": 422,
    "no-address": 422,
    "unknown-deletion": 404,
    "invited-just-now": 429,
    "too-many-messages": 429,
    "round-just-now": 429,
    "broker-away": 503,
    "broker-account-missing": 404,
    "unknown-provider": 404,
    "provider-away": 503,
    "provider-refused": 401,
    "sign-in-lapsed": 422,
    "matches-nobody": 403,
    "matches-several": 403,
    "matches-elsewhere": 403,
    "connect-first": 403,
    "not-connected": 404,
}


def install_error_pages(app: Flask) -> None:
    """Every fault is answered: a page for a browser, a problem for everybody else."""

    def answer_problem(error: Problem) -> Response:
        problem.note_fault(error)
        return _answer_fault(error.status, error.slug, error.detail, **error.members)

    def answer_refusal(error: Refusal) -> Response:
        status = STATUSES.get(error.slug, 409)
        answer = _answer_fault(status, error.slug, str(error), **error.members)
        return with_retry(answer, error)

    def answer_http_error(error: HTTPException) -> Response:
        status = error.code or 500
        slug, sentence = problem.OF_HTTP.get(status, problem.REFUSED)
        answered = _answer_fault(status, slug, translate_refusal(slug, sentence))
        return problem.add_allowed_methods(answered, error)

    def answer_surprise(error: Exception) -> Response:
        problem.note_fault(error)
        return _answer_fault(500, "internal", translate_refusal("internal", ""))

    def answer_unavailable_store(error: Exception) -> Response:
        problem.note_fault(error)
        return _answer_fault(503, "store-away", translate_refusal("store-away", ""))

    def answer_refused_text(error: TextRefused) -> Response:
        """A form that let a text through which the service would refuse."""
        slug = "body-refused"
        return _answer_fault(422, slug, translate_refusal(slug, str(error)))

    app.register_error_handler(TextRefused, answer_refused_text)
    app.register_error_handler(PyMongoError, answer_unavailable_store)
    app.register_error_handler(WriteConflict, answer_unavailable_store)
    app.register_error_handler(Problem, answer_problem)
    app.register_error_handler(Refusal, answer_refusal)
    app.register_error_handler(HTTPException, answer_http_error)
    app.register_error_handler(Exception, answer_surprise)


def with_retry(answer: Response, refusal: Refusal) -> Response:
    """The answer says when to try again, where that is known."""
    if refusal.retry_after:
        answer.headers["Retry-After"] = str(refusal.retry_after)
    return answer


def _way_back() -> MenuItem | None:
    """The menu item that the refused page belongs to, unless it is that item."""
    items = [item for item in build_menu() if item.is_current]
    return items[0] if items and items[0].path not in ("/", request.path) else None


def _answer_fault(status: int, slug: str, detail: str, **members: Any) -> Response:
    wants_page = "text/html" in request.headers.get("Accept", "")
    if wants_page and not is_signed() and not request.path.startswith(("/api/", "/v/")):
        return render_page(
            "error.html",
            status,
            slug=slug,
            detail=detail,
            back=_way_back(),
            can_repeat=status == 503 and request.method == "GET",
        )
    return problem.problem_response(status, slug, detail, **members)
