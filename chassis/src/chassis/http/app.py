"""The Flask app every service starts from."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from flask import Flask, Response, request
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from werkzeug.routing import IntegerConverter, RequestRedirect

from chassis.http import auth, body_limits, problem
from chassis.http.body import json_response
from chassis.http.problem import Problem
from chassis.http.proxies import Proxies
from chassis.http.readiness import Check, Readiness
from chassis.http.request_span import install_request_span


class PathNumber(IntegerConverter):
    """A number in a path. One of more digits than any store keeps is not found."""

    regex = r"[0-9]{1,9}"


def create_app(
    name: str,
    verifier: auth.Verifier | None,
    checks: Mapping[str, Check],
    set_gauges: Callable[[], None] = lambda: None,
    proxies: Proxies | None = None,
    guard_metrics: Callable[[], None] = lambda: None,
) -> Flask:
    """Ids, doors, errors, health and metrics, in that order.

    `gauge` sets those metrics that are counted only when somebody asks;
    `metrics_door` raises the Problem for whoever may not read them.
    """
    app = Flask(name, static_folder=None)
    app.url_map.strict_slashes = False
    app.url_map.converters["int"] = PathNumber
    app.wsgi_app = (proxies or Proxies()).wrap_application(app.wsgi_app)  # type: ignore[method-assign]
    install_request_span(app)
    body_limits.install_body_limits(app)
    _refuse_hidden_slashes(app)
    _redirect_within_site(app)
    if verifier is not None:
        auth.install_auth(app, verifier)
    problem.install_problems(app)
    _add_health_routes(app, Readiness(checks))
    _add_metrics_route(app, set_gauges, guard_metrics)
    return app


def _redirect_within_site(app: Flask) -> None:
    """The framework's own redirects name the host that the caller named."""

    def drop_host(response: Response) -> Response:
        is_own = isinstance(request.routing_exception, RequestRedirect)
        if is_own and "Location" in response.headers:
            to = urlsplit(response.headers["Location"])
            where = urlunsplit(("", "", "/" + to.path.lstrip("/"), to.query, ""))
            response.headers["Location"] = where
            response.set_data(b"")
        return response

    app.after_request(drop_host)


def _refuse_hidden_slashes(app: Flask) -> None:
    """A slash within an id would make another route of it."""

    def refuse_path() -> None:
        path = str(request.environ.get("REQUEST_URI", "")).partition("?")[0]
        if "%2f" in path.lower():
            raise Problem(404, "not-found", problem.NOTHING_HERE)

    app.before_request(refuse_path)


def _add_health_routes(app: Flask, readiness: Readiness) -> None:
    @auth.allow_everyone
    def livez() -> Response:
        return json_response({"alive": True})

    @auth.allow_everyone
    def readyz() -> Response:
        away = readiness.find_away()
        status: dict[str, Any] = {"ready": not away, "away": away}
        return json_response(status, 503 if away else 200)

    app.add_url_rule("/livez", "livez", livez)
    app.add_url_rule("/readyz", "readyz", readyz)


def _add_metrics_route(
    app: Flask, set_gauges: Callable[[], None], guard_metrics: Callable[[], None]
) -> None:
    @auth.allow_everyone
    def show_metrics() -> Response:
        guard_metrics()
        set_gauges()
        return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)

    app.add_url_rule("/metrics", "metrics", show_metrics)
