"""The Flask app every service starts from."""

from collections.abc import Callable
from urllib.parse import urlsplit, urlunsplit

from flask import Flask, Response, request
from werkzeug.routing import IntegerConverter, RequestRedirect

from chassis.http import auth, body_limits, problem
from chassis.http.health_routes import HealthRoutes
from chassis.http.problem import Problem
from chassis.http.proxies import Proxies
from chassis.http.readiness import Readiness
from chassis.http.request_span import install_request_span


class PathNumber(IntegerConverter):
    """A number in a path. One of more digits than any store keeps is not found."""

    regex = r"[0-9]{1,9}"


def create_app(
    name: str,
    verifier: auth.Verifier | None,
    readiness: Readiness | None = None,
    set_gauges: Callable[[], None] = lambda: None,
    proxies: Proxies | None = None,
    guard_metrics: Callable[[], None] = lambda: None,
) -> Flask:
    """Ids, doors, errors, health and metrics, in that order.

    `set_gauges` sets those metrics that are counted only when somebody asks;
    `guard_metrics` raises the Problem for whoever may not read them.
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
    ready = readiness or Readiness({})
    HealthRoutes(ready, set_gauges, guard_metrics).add_to(app)
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
        environ = request.environ  # waitress and gunicorn name the address as it came
        address = environ.get("REQUEST_URI") or environ.get("RAW_URI", "")
        path = str(address).partition("?")[0]
        if "%2f" in path.lower():
            raise Problem(404, "not-found", problem.NOTHING_HERE)

    app.before_request(refuse_path)
