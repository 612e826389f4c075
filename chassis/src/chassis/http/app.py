"""The Flask app every service starts from."""

import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from flask import Flask, Response, g, request
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from werkzeug.routing import IntegerConverter, RequestRedirect

from chassis.http import auth, bodies, problem
from chassis.http.body import answer
from chassis.http.problem import Problem
from chassis.http.proxies import Proxies
from chassis.http.readiness import Check, Readiness
from chassis.telemetry import metrics
from chassis.telemetry import tracing as trace


class Number(IntegerConverter):
    """A number in a path. One of more digits than any store keeps is not found."""

    regex = r"[0-9]{1,9}"


def new_app(
    name: str,
    verifier: auth.Verifier | None,
    checks: Mapping[str, Check],
    gauge: Callable[[], None] = lambda: None,
    proxies: Proxies | None = None,
    metrics_door: Callable[[], None] = lambda: None,
) -> Flask:
    """Ids, doors, errors, health and metrics, in that order.

    `gauge` sets those metrics that are counted only when somebody asks;
    `metrics_door` raises the Problem for whoever may not read them.
    """
    app = Flask(name, static_folder=None)
    app.url_map.strict_slashes = False
    app.url_map.converters["int"] = Number
    app.wsgi_app = (proxies or Proxies()).before(app.wsgi_app)  # type: ignore[method-assign]
    _carry_ids(app)
    _measure(app)
    bodies.install(app)
    _refuse_hidden_slashes(app)
    _stay_on_this_site(app)
    if verifier is not None:
        auth.install(app, verifier)
    problem.install(app)
    _health(app, Readiness(checks))
    _show_metrics(app, gauge, metrics_door)
    return app


def _stay_on_this_site(app: Flask) -> None:
    """The framework's own redirects name the host that the caller named."""

    def stay(response: Response) -> Response:
        is_own = isinstance(request.routing_exception, RequestRedirect)
        if is_own and "Location" in response.headers:
            to = urlsplit(response.headers["Location"])
            where = urlunsplit(("", "", "/" + to.path.lstrip("/"), to.query, ""))
            response.headers["Location"] = where
            response.set_data(b"")
        return response

    app.after_request(stay)


def _refuse_hidden_slashes(app: Flask) -> None:
    """A slash within an id would make another route of it."""

    def refuse() -> None:
        path = str(request.environ.get("REQUEST_URI", "")).partition("?")[0]
        if "%2f" in path.lower():
            raise Problem(404, "not-found", problem.NOTHING_HERE)

    app.before_request(refuse)


def _carry_ids(app: Flask) -> None:
    def begin() -> None:
        known = trace.request_id_of(request.headers.get("X-Request-Id", ""))
        g.trace = trace.at_work(request.headers.get("traceparent"), known)
        g.trace.__enter__()

    def show(response: Response) -> Response:
        response.headers["X-Request-Id"] = trace.current_ids()[1]
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        return response

    def end(_: BaseException | None) -> None:
        work = g.pop("trace", None)
        if work is not None:
            work.__exit__(None, None, None)

    app.before_request(begin)
    app.after_request(show)
    app.teardown_request(end)


def _measure(app: Flask) -> None:
    def begin() -> None:
        g.began = time.perf_counter()

    def count(response: Response) -> Response:
        endpoint = request.endpoint or "none"
        metrics.requests.labels(endpoint, response.status_code).inc()
        if "began" in g:
            took = time.perf_counter() - g.began
            metrics.request_seconds.labels(endpoint).observe(took)
        return response

    app.before_request(begin)
    app.after_request(count)


def _health(app: Flask, readiness: Readiness) -> None:
    @auth.public
    def livez() -> Response:
        return answer({"alive": True})

    @auth.public
    def readyz() -> Response:
        away = readiness.away()
        status: dict[str, Any] = {"ready": not away, "away": away}
        return answer(status, 503 if away else 200)

    app.add_url_rule("/livez", "livez", livez)
    app.add_url_rule("/readyz", "readyz", readyz)


def _show_metrics(
    app: Flask, gauge: Callable[[], None], door: Callable[[], None]
) -> None:
    @auth.public
    def show_metrics() -> Response:
        door()
        gauge()
        return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)

    app.add_url_rule("/metrics", "metrics", show_metrics)
