"""HTTP to a provider: so many seconds in all, small answers, no redirects."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import urllib3

from gateway.clients.breaker import Breaker
from gateway.identity.errors import ProviderAway

CONNECT_SECONDS = 1.0
MOST_BYTES = 256 * 1024
"""A JWK set of a large provider has some 20 kB."""
AWAY = "登录平台没有回应：请稍后再试，或用别的方式登录"


@dataclass(frozen=True)
class ProviderReply:
    """What a provider answered: a status, and the object in its JSON, if any."""

    status: int
    body: Mapping[str, Any]


class ProviderHttp:
    """Speaks to one provider. One that does not answer is left alone for a while."""

    def __init__(self, seconds: float) -> None:
        self.seconds, self.breaker = seconds, Breaker()
        self.pool = urllib3.PoolManager(maxsize=8, retries=False)

    def answer_until(self) -> float:
        """Until when (monotonic) a page that begins now waits for the provider."""
        return time.monotonic() + self.seconds

    def send_request(
        self,
        method: str,
        address: str,
        until: float,
        *,
        query: Mapping[str, str] | None = None,
        fields: str = "",
        body: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> ProviderReply:
        """The reply, below 500. `fields` is a form as it travels, `body` goes as JSON.

        Raises ProviderAway where none came in time, or none that could be read.
        """
        if not self.breaker.can_ask():
            raise ProviderAway(AWAY)
        sent = {"Accept": "application/json", **(headers or {})}
        content = fields.encode() or None
        if body is not None:
            sent["Content-Type"] = "application/json"
            content = json.dumps(body).encode()
        asked = f"{address}?{urlencode(query)}" if query else address
        try:
            reply = self._exchange(method, asked, content, sent, until)
        except ProviderAway:
            self.breaker.note_failure()
            raise
        self.breaker.note_answer()
        return reply

    def _exchange(
        self,
        method: str,
        asked: str,
        content: bytes | None,
        sent: Mapping[str, str],
        until: float,
    ) -> ProviderReply:
        left = until - time.monotonic()
        if left <= 0:
            raise ProviderAway(AWAY)
        bounds = urllib3.Timeout(connect=min(CONNECT_SECONDS, left), total=left)
        try:
            answer = self.pool.request(
                method,
                asked,
                body=content,
                headers=sent,
                timeout=bounds,
                redirect=False,
                preload_content=False,
            )
            data = _read_answer(answer, until)
        except urllib3.exceptions.HTTPError as error:
            raise ProviderAway(AWAY) from error
        if answer.status >= 500 or 300 <= answer.status < 400:
            raise ProviderAway(AWAY)
        return ProviderReply(answer.status, _read_object(data))


def _read_answer(answer: urllib3.BaseHTTPResponse, until: float) -> bytes:
    """All of an answer, if it is small and comes in time. Raises ProviderAway."""
    parts, size = list[bytes](), 0
    try:
        while part := answer.read1(MOST_BYTES):
            parts.append(part)
            size += len(part)
            if size > MOST_BYTES or time.monotonic() > until:
                answer.close()
                raise ProviderAway(AWAY)
    finally:
        answer.release_conn()
    return b"".join(parts)


def _read_object(data: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(data)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
