"""The few signals every service shows."""

import os

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector

SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""The variable that names where the workers of one web process put their numbers; the
library reads it when it is imported."""

requests = Counter(
    "biyong_http_requests_total", "Requests answered", ["endpoint", "status"]
)
request_seconds = Histogram(
    "biyong_http_request_seconds", "Time to an answer", ["endpoint"]
)
events_published = Counter(
    "biyong_events_published_total", "Events confirmed by the bus", ["type"]
)
events_unconsumed = Counter(
    "biyong_events_unconsumed_total",
    "Events that were archived and not published, since no contract names a consumer",
    ["type"],
)
events_refused = Counter(
    "biyong_events_refused_total", "Tries to publish what breaks its contract", ["type"]
)
events_consumed = Counter(
    "biyong_events_consumed_total", "Events taken from the bus", ["type", "outcome"]
)
event_age = Histogram(
    "biyong_event_age_seconds",
    "How old an event was when it was handled: workers that fall behind show here",
    buckets=(0.1, 0.5, 1, 2, 5, 10, 20, 60, 300, 1800),  # seconds; a person waits five
)
mails_total = Counter(
    "biyong_mails_total",
    "Mails and messages by how they ended, or that were put off",
    ["outcome", "channel"],
)
outbox_due = Gauge(
    "biyong_outbox_due",
    "Documents with events not yet published, up to 1000 a kind",
    multiprocess_mode="mostrecent",
)
outbox_oldest = Gauge(
    "biyong_outbox_oldest_seconds",
    "How long the oldest event that is not yet published has waited, 0 while none does",
    multiprocess_mode="mostrecent",
)
retry_sequences = Gauge(
    "biyong_retry_sequences",
    "Keys whose events wait or are parked, up to 1000",
    ["state"],
    multiprocess_mode="mostrecent",
)
jobs_waiting = Gauge(
    "biyong_jobs_waiting",
    "Jobs that are not done, those under way included, up to 1000",
    ["kind"],
    multiprocess_mode="mostrecent",
)
job_overdue = Gauge(
    "biyong_job_overdue_seconds",
    "How long the next job has been due and no worker took it, 0 while none is due",
    ["kind"],
    multiprocess_mode="mostrecent",
)
work_failures = Counter(
    "biyong_work_failures_total",
    "Pieces of work that failed and come again, but for what the next try mends",
    ["work"],
)
watch_reports = Counter(
    "biyong_watch_reports_total",
    "Reports of players by why they counted for nothing, or `counted`",
    ["verdict"],
)
part_up = Gauge(
    "biyong_part_up",
    "Whether a part that this process uses was there when last asked",
    ["part"],
    multiprocess_mode="mostrecent",
)


def render_metrics() -> bytes:
    """All signals as Prometheus reads them, summed over the workers there are."""
    if SHARED_FOLDER not in os.environ:
        return generate_latest()
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)
