"""One trace from the browser's request to the last consumer, by OpenTelemetry.

A trace's id is the id of the request it began with: people are shown it, every line of
the log has it, events carry it. Where no collector is named, spans are ids and nothing
is recorded. Why it is so: docs/decisions/0028-traces.md.
"""

import os
import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

from opentelemetry import context, trace
from opentelemetry.context import Context
from opentelemetry.trace import (
    NonRecordingSpan,
    Span,
    SpanContext,
    SpanKind,
    Status,
    StatusCode,
)
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from structlog.types import EventDict

from chassis.settings import TraceSettings, load_settings
from chassis.telemetry.reasons import reason_of

P = ParamSpec("P")
T = TypeVar("T")
PROPAGATOR = TraceContextTextMapPropagator()
_tracer: trace.Tracer | None = None


def configure_tracing(service: str, role: str) -> None:
    """Send spans to the collector that the environment names, if it names one.

    For a process that serves: after the fork, before its clients are made. Raises
    SettingsError.
    """
    global _tracer
    settings = load_settings(TraceSettings, os.environ)
    if settings.otel_exporter_otlp_endpoint and not settings.otel_sdk_disabled:
        from chassis.telemetry.span_export import create_tracer

        _tracer = create_tracer(service, role, settings)


def current_request_id() -> str:
    """The id of the request at work here, as people are shown it; a fresh one if none
    is."""
    return f"{_current_ids().trace_id:032x}"


def current_traceparent() -> str:
    """The span at work here as W3C writes it; a fresh one if none is."""
    ids = _current_ids()
    return f"00-{ids.trace_id:032x}-{ids.span_id:016x}-{ids.trace_flags:02x}"


def request_id_of(traceparent: str) -> str:
    """The id of the request that a traceparent belongs to."""
    return traceparent[3:35]


def _current_ids() -> SpanContext:
    ids = trace.get_current_span().get_span_context()
    return (
        ids if ids.is_valid else _start_span("", SpanKind.INTERNAL).get_span_context()
    )


def _start_span(
    name: str, kind: SpanKind, parent: Context | None = None, began: int | None = None
) -> Span:
    """A span below the parent, or below what is at work here; else of a new trace."""
    if _tracer is not None:
        return _tracer.start_span(name, parent, kind, start_time=began)
    above = trace.get_current_span(parent).get_span_context()
    ids = SpanContext(
        above.trace_id or secrets.randbits(128),
        secrets.randbits(64),
        is_remote=False,
        trace_flags=above.trace_flags,
        trace_state=above.trace_state,
    )
    return NonRecordingSpan(ids)


def context_of(traceparent: str, tracestate: str = "") -> Context:
    """The span that a caller or an event names; none, if it is not as W3C writes it."""
    if not traceparent:
        return Context()
    named = {"traceparent": traceparent, "tracestate": tracestate}
    return PROPAGATOR.extract(named, Context())


@contextmanager
def enter_span(
    name: str, kind: SpanKind, parent: Context | None = None
) -> Iterator[Span]:
    """Everything done, published and logged inside belongs to this span.

    What fails is told in our words: a library's quote people.
    """
    span = _start_span(name, kind, parent)
    token = context.attach(trace.set_span_in_context(span))
    try:
        yield span
    except Exception as error:
        if span.is_recording():
            span.set_status(Status(StatusCode.ERROR, reason_of(error)))
        raise
    finally:
        context.detach(token)
        span.end()


@contextmanager
def enter_batch(name: str, traceparents: Sequence[str]) -> Iterator[None]:
    """A span of the first one's trace, for what is done for all of them at once; each
    other's trace has one of the same time."""
    began = time.time_ns()
    parent = context_of(traceparents[0])
    try:
        with enter_span(name, SpanKind.CONSUMER, parent):
            yield
    finally:
        others = ((name, traceparent) for traceparent in traceparents[1:])
        record_spans(SpanKind.CONSUMER, others, began)


def record_spans(kind: SpanKind, below: Iterable[tuple[str, str]], began: int) -> None:
    """Spans of these names, each below a traceparent, from `began` (nanoseconds of the
    epoch) until now."""
    if _tracer is None:
        return
    for name, traceparent in below:
        parent = context_of(traceparent)
        _start_span(name, kind, parent, began).end()


def take_up(name: str, traceparent: str | None) -> None:
    """Go on, for the rest of this piece of work, in the trace of what began it."""
    if traceparent:
        parent = context_of(traceparent)
        span = _start_span(name, SpanKind.CONSUMER, parent)
        context.attach(trace.set_span_in_context(span))


def end_piece() -> None:
    """End the span that was taken up for this piece of work, if there was one."""
    trace.get_current_span().end()


def bind_trace(work: Callable[P, T]) -> Callable[P, T]:
    """The same work for other threads, in the trace at work here."""
    here = context.get_current()

    def work_in_trace(*args: P.args, **options: P.kwargs) -> T:
        token = context.attach(here)
        try:
            return work(*args, **options)
        finally:
            context.detach(token)

    return work_in_trace


def add_ids(_: object, __: str, line: EventDict) -> EventDict:
    """Put the ids at work here into a line of the log; empty ones outside any trace."""
    ids = trace.get_current_span().get_span_context()
    trace_id = f"{ids.trace_id:032x}" if ids.is_valid else ""
    line["request_id"] = line["trace_id"] = trace_id
    return line
