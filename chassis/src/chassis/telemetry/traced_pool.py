"""HTTP out: connections whose calls are spans of the trace at work, and carry it on."""

from typing import Any

import urllib3
from opentelemetry.trace import SpanKind

from chassis.telemetry.tracing import PROPAGATOR, enter_span


class TracedPool(urllib3.PoolManager):
    """A pool for services and objects.

    Neither path nor query is told: they hold tokens, signatures, and who is asked for.
    """

    def urlopen(  # type: ignore[override] # as PoolManager itself
        self, method: str, url: str, redirect: bool = True, **options: Any
    ) -> urllib3.BaseHTTPResponse:
        """One call; see urllib3."""
        with enter_span(method, SpanKind.CLIENT) as span:
            headers = urllib3.HTTPHeaderDict(
                options.pop("headers", None) or self.headers
            )
            PROPAGATOR.inject(headers)
            answer = super().urlopen(method, url, redirect, headers=headers, **options)
            if span.is_recording():
                where = urllib3.util.parse_url(url)
                span.set_attributes(
                    {
                        "http.request.method": method,
                        "server.address": where.host or "",
                        "server.port": where.port or 0,
                        "http.response.status_code": answer.status,
                    }
                )
            return answer
