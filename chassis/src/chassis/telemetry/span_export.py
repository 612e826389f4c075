"""The export of spans to a collector, by OpenTelemetry's SDK.

Loaded only where a collector is named: it costs memory and a thread.
"""

from collections.abc import Sequence

from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.pymongo import PymongoInstrumentor
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import (
    ALWAYS_OFF,
    ParentBased,
    Sampler,
    SamplingResult,
    TraceIdRatioBased,
)
from opentelemetry.trace import Link, Span, SpanKind, Status, StatusCode, Tracer
from opentelemetry.trace.span import TraceState
from opentelemetry.util.re import parse_env_headers
from opentelemetry.util.types import Attributes
from pymongo.monitoring import CommandFailedEvent

from chassis.settings import TraceSettings

EXPORT_SECONDS = 1.0
"""For each of the four batches that can wait. A collector that is away holds up nothing
but the end of a process, which has ten seconds; what it does not take is dropped."""
PROBES = frozenset({"GET /livez", "GET /readyz", "GET /metrics"})


class RootSampler(Sampler):
    """The share of traces that are recorded, of those worth it.

    A loop's look at the store, or a probe, begins none.
    """

    def __init__(self, share: float) -> None:
        self.share = TraceIdRatioBased(share)

    def should_sample(
        self,
        parent_context: Context | None,
        trace_id: int,
        name: str,
        kind: SpanKind | None = None,
        attributes: Attributes = None,
        links: Sequence[Link] | None = None,
        trace_state: TraceState | None = None,
    ) -> SamplingResult:
        """Whether a trace that begins with this span is recorded."""
        is_idle = kind is SpanKind.CLIENT or name in PROBES
        sampler = ALWAYS_OFF if is_idle else self.share
        return sampler.should_sample(parent_context, trace_id, name)

    def get_description(self) -> str:
        """Its name for whoever looks at the SDK."""
        return f"RootSampler({self.share.rate})"


def create_tracer(service: str, role: str, settings: TraceSettings) -> Tracer:
    """A tracer that sends its spans, and those of MongoDB's clients made from now on.

    What `settings` leave open OpenTelemetry reads from its own variables: certificates,
    compression, sizes.
    """
    resource = {
        "service.namespace": "biyong",
        "service.name": service,
        "biyong.role": role,
    }
    provider = TracerProvider(
        ParentBased(RootSampler(settings.otel_traces_sampler_arg)),
        Resource.create(resource),
    )
    exporter = OTLPSpanExporter(
        settings.otel_exporter_otlp_endpoint.rstrip("/") + "/v1/traces",
        headers=parse_env_headers(settings.otel_exporter_otlp_headers, liberal=True),
        timeout=EXPORT_SECONDS,
    )
    provider.add_span_processor(BatchSpanProcessor(exporter))
    PymongoInstrumentor().instrument(
        tracer_provider=provider, capture_statement=False, failed_hook=_hide_words
    )
    return provider.get_tracer("biyong")


def _hide_words(span: Span, event: CommandFailedEvent) -> None:
    """A server's own words quote the document that it refused."""
    name = str(event.failure.get("codeName", "error"))
    span.set_status(Status(StatusCode.ERROR, name))
