"""Refusals as pages a person can read, or as problems for scripts."""

from typing import Any

from chassis.errors import Contended
from chassis.http import problem
from chassis.http.problem import Problem
from flask import Flask, Response, request
from pymongo.errors import PyMongoError
from werkzeug.exceptions import HTTPException

from gateway.api.visitors import is_signed
from gateway.identity.errors import Refusal
from gateway.pages.frame import page, refusal

STATUSES = {
    "sign-in-refused": 401,
    "account-disabled": 403,
    "role-missing": 403,
    "old-password-wrong": 403,
    "too-many-tries": 429,
    "sign-in-busy": 429,
    "invitation-refused": 404,
    "unknown-account": 404,
    "weak-password": 422,
    "login-refused": 422,
    "invitation-illegal": 422,
    "unknown-branch": 422,
    "no-address": 422,
    "invited-just-now": 429,
}


def install(app: Flask) -> None:
    """Answer every fault: a page for a browser, a problem for everybody else."""

    def of_problem(error: Problem) -> Response:
        return _answer(error.status, error.slug, error.detail, **error.members)

    def of_refusal(error: Refusal) -> Response:
        status = STATUSES.get(error.slug, 409)
        answer = _answer(status, error.slug, str(error), **error.members)
        return with_retry(answer, error)

    def of_http(error: HTTPException) -> Response:
        status = error.code or 500
        slug, sentence = problem.OF_HTTP.get(status, problem.REFUSED)
        answered = _answer(status, slug, refusal(slug, sentence))
        return problem.with_methods(answered, error)

    def of_surprise(error: Exception) -> Response:
        problem.note_surprise()
        return _answer(500, "internal", refusal("internal", ""))

    def of_store(error: Exception) -> Response:
        problem.note_away(error)
        return _answer(503, "store-away", refusal("store-away", ""))

    app.register_error_handler(PyMongoError, of_store)
    app.register_error_handler(Contended, of_store)
    app.register_error_handler(Problem, of_problem)
    app.register_error_handler(Refusal, of_refusal)
    app.register_error_handler(HTTPException, of_http)
    app.register_error_handler(Exception, of_surprise)


def with_retry(answer: Response, refusal: Refusal) -> Response:
    """Say when to try again, where that is known."""
    if refusal.retry_after:
        answer.headers["Retry-After"] = str(refusal.retry_after)
    return answer


def _answer(status: int, slug: str, detail: str, **members: Any) -> Response:
    wants_page = "text/html" in request.headers.get("Accept", "")
    if wants_page and not is_signed() and not request.path.startswith(("/api/", "/v/")):
        return page("error.html", status, slug=slug, detail=detail)
    return problem.response(status, slug, detail, **members)
