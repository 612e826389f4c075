"""The Flask app every service starts from."""

import time
from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask, Response, g, request
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from chassis.http import auth, problem
from chassis.http.body import answer
from chassis.telemetry import metrics, trace

Check = Callable[[], str | None]
"""Says what is away, or None while the part is there."""
LARGEST_BODY = 9 * 1024 * 1024


def new_app(
    name: str,
    verifier: auth.Verifier | None,
    checks: Mapping[str, Check],
    gauge: Callable[[], None] = lambda: None,
) -> Flask:
    """Ids, doors, errors, health and metrics, in that order.

    `gauge` sets those metrics that are counted only when somebody asks.
    """
    app = Flask(name, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.url_map.strict_slashes = False
    _carry_ids(app)
    _measure(app)
    if verifier is not None:
        auth.install(app, verifier)
    problem.install(app)
    _health(app, checks)
    _show_metrics(app, gauge)
    return app


def _carry_ids(app: Flask) -> None:
    def begin() -> None:
        known = trace.given(request.headers.get("X-Request-Id", ""))
        g.trace = trace.at_work(request.headers.get("traceparent"), known)
        g.trace.__enter__()

    def show(response: Response) -> Response:
        response.headers["X-Request-Id"] = trace.current()[1]
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


def _health(app: Flask, checks: Mapping[str, Check]) -> None:
    @auth.public
    def livez() -> Response:
        return answer({"alive": True})

    @auth.public
    def readyz() -> Response:
        away = {name: said for name, check in checks.items() if (said := check())}
        status: dict[str, Any] = {"ready": not away, "away": away}
        return answer(status, 503 if away else 200)

    app.add_url_rule("/livez", "livez", livez)
    app.add_url_rule("/readyz", "readyz", readyz)


def _show_metrics(app: Flask, gauge: Callable[[], None]) -> None:
    @auth.public
    def show_metrics() -> Response:
        gauge()
        return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)

    app.add_url_rule("/metrics", "metrics", show_metrics)
