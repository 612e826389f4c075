"""What is kept of each request: its span, its time and status, and one line of the log
if it failed or was slow.

Only the route is told, never the path: that may hold a token, or who is asked for.
"""

import time

from flask import Flask, Response, g, request
from opentelemetry.trace import Span, SpanKind, StatusCode

from chassis.http.problem import current_route
from chassis.telemetry import metrics
from chassis.telemetry.logs import logger
from chassis.telemetry.reasons import reason_of
from chassis.telemetry.tracing import context_of, current_request_id, enter_span

SLOW_SECONDS = 1.0
"""Whoever waits longer notices. Were all requests so slow, there would still be no more
lines a second than threads."""
FAILED = 500
PROBES = frozenset({"livez", "readyz"})
"""To say that one is not ready is an answer, which a stopping process gives often."""


def install_request_span(app: Flask, slow_seconds: float = SLOW_SECONDS) -> None:
    """Everything that a request does belongs to its span, and its answer names it."""

    def begin_request() -> None:
        method, headers = request.method, request.headers
        parent = context_of(
            headers.get("traceparent", ""), headers.get("tracestate", "")
        )
        work = enter_span(f"{method} {current_route()}", SpanKind.SERVER, parent)
        g.work = (work, work.__enter__(), time.perf_counter())

    def note_answer(response: Response) -> Response:
        response.headers["X-Request-Id"] = current_request_id()
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        status, endpoint = response.status_code, request.endpoint or "none"
        metrics.requests.labels(endpoint, status).inc()
        if "work" in g:
            _, span, began = g.work
            seconds = time.perf_counter() - began
            metrics.request_seconds.labels(endpoint).observe(seconds)
            if span.is_recording():
                _describe_span(span, status)
            is_probe = endpoint in PROBES
            if (status >= FAILED and not is_probe) or seconds > slow_seconds:
                _log_request(status, seconds)
        return response

    def end_request(_: BaseException | None) -> None:
        if "work" in g:
            g.pop("work")[0].__exit__(None, None, None)

    app.before_request(begin_request)
    app.after_request(note_answer)
    app.teardown_request(end_request)


def _describe_span(span: Span, status: int) -> None:
    span.set_attributes(
        {
            "http.request.method": request.method,
            "http.route": current_route(),
            "http.response.status_code": status,
        }
    )
    if status >= FAILED:
        span.set_status(StatusCode.ERROR)


def _log_request(status: int, seconds: float) -> None:
    """One line for what an operator is asked about: why it failed, or took so long."""
    fault: Exception | None = g.get("fault")
    is_ours = status == FAILED and fault is not None
    log = logger().error if is_ours else logger().warning
    log(
        "request_failed" if status >= FAILED else "request_slow",
        method=request.method,
        route=current_route(),
        status=status,
        seconds=round(seconds, 3),
        **({"reason": reason_of(fault)} if fault else {}),
        **({"exc_info": fault} if is_ours else {}),
    )
