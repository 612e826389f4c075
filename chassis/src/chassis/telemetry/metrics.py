"""The few signals every service shows."""

from prometheus_client import Counter, Gauge, Histogram

requests = Counter(
    "biyong_http_requests_total", "Requests answered", ["endpoint", "status"]
)
request_seconds = Histogram(
    "biyong_http_request_seconds", "Time to an answer", ["endpoint"]
)
said = Counter("biyong_events_said_total", "Events confirmed by the bus", ["type"])
unheard = Counter(
    "biyong_events_unheard_total",
    "Events that were archived and not said, since no contract names a hearer",
    ["type"],
)
unsayable = Counter(
    "biyong_events_unsayable_total", "Tries to say what breaks its contract", ["type"]
)
heard = Counter(
    "biyong_events_heard_total", "Events taken from the bus", ["type", "outcome"]
)
mails = Counter(
    "biyong_mails_total", "Mails by how they ended, or that were put off", ["outcome"]
)
due = Gauge("biyong_outbox_due", "Documents with facts not yet said, up to 1000 a kind")
held = Gauge(
    "biyong_held_sequences",
    "Keys whose events wait or are parked, up to 1000",
    ["state"],
)
