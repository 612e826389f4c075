"""What is kept of a request: the id that its caller is shown, and a line if need be."""

import pytest
from chassis.http.problem import Problem, install_problems
from chassis.http.request_span import install_request_span
from chassis.telemetry.tracing import add_ids, current_traceparent
from flask import Flask
from structlog.testing import capture_logs
from structlog.types import EventDict

TRACE, SPAN = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
NEVER_SLOW = 60.0


def an_app(slow_seconds: float = NEVER_SLOW) -> Flask:
    app = Flask("app", static_folder=None)
    install_request_span(app, slow_seconds)
    install_problems(app)

    @app.get("/people/<phone>")
    def show_person(phone: str) -> str:
        return current_traceparent()

    @app.get("/away/<phone>")
    def fail_away(phone: str) -> str:
        raise Problem(503, "service-away", phone)

    @app.get("/broken/<phone>")
    def fail_broken(phone: str) -> str:
        raise ValueError(phone)

    @app.get("/refused/<phone>")
    def refuse(phone: str) -> str:
        raise Problem(422, "refused", phone)

    return app


def lines_of(app: Flask, path: str) -> tuple[str, list[EventDict]]:
    """The id that the caller was shown, and what the log has with its ids."""
    with capture_logs(processors=[add_ids]) as lines:
        answer = app.test_client().get(path)
    return answer.headers["X-Request-Id"], lines


def test_a_callers_trace_goes_on_below_its_span() -> None:
    sent = f"00-{TRACE}-{SPAN}-01"
    answer = an_app().test_client().get("/people/1", headers={"traceparent": sent})
    _, trace, span, flags = answer.text.split("-")
    assert (trace, flags, answer.headers["X-Request-Id"]) == (TRACE, "01", TRACE)
    assert span != SPAN


def test_without_one_each_request_begins_its_own() -> None:
    client = an_app().test_client()
    shown = {client.get("/people/1").headers["X-Request-Id"] for _ in range(3)}
    assert len(shown) == 3


@pytest.mark.parametrize(
    ("path", "status", "level"),
    [("/away/13800000001", 503, "warning"), ("/broken/13800000001", 500, "error")],
)
def test_one_that_failed_has_one_line_with_the_id_that_its_caller_was_shown(
    path: str, status: int, level: str
) -> None:
    shown, [line] = lines_of(an_app(), path)
    route = path.replace("13800000001", "<phone>")
    assert line["request_id"] == line["trace_id"] == shown
    assert (line["method"], line["route"], line["status"]) == ("GET", route, status)
    assert (line["event"], line["log_level"]) == ("request_failed", level)
    assert "13800000001" not in line["reason"]


def test_a_slow_one_has_one_line_too() -> None:
    shown, [line] = lines_of(an_app(slow_seconds=0.0), "/people/13800000001")
    assert (line["event"], line["request_id"]) == ("request_slow", shown)
    assert (line["route"], line["status"]) == ("/people/<phone>", 200)
    assert line["seconds"] >= 0


@pytest.mark.parametrize("path", ["/people/1", "/refused/1", "/nowhere"])
def test_no_other_has_any(path: str) -> None:
    assert lines_of(an_app(), path)[1] == []


def test_a_probe_that_is_told_no_is_no_failed_request() -> None:
    app = Flask("app", static_folder=None)
    install_request_span(app, NEVER_SLOW)
    app.add_url_rule("/readyz", "readyz", lambda: ("not yet", 503))
    assert lines_of(app, "/readyz")[1] == []
