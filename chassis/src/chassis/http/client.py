"""Calls from one service to another: deadline, retries, ids, problems raised."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

import msgspec
import urllib3

from chassis.http.auth import Signer
from chassis.http.problem import NOTHING_HERE, TYPE, Problem
from chassis.telemetry.traced_pool import TracedPool

T = TypeVar("T")
DEADLINE = urllib3.Timeout(connect=2, read=10)
SAFE_IN_PART = ":@-._~!$&()*+,;="
REPEATABLE, ONCE_HEADER = frozenset({"GET", "HEAD"}), "Idempotency-Key"
RETRIES = urllib3.Retry(total=2, connect=2, read=0, backoff_factor=0.1)


class Client:
    """Speaks to one service in the name of another."""

    def __init__(self, audience: str, url: str, signer: Signer) -> None:
        self.audience, self.url, self.signer = audience, url.rstrip("/"), signer
        self.pool = TracedPool(maxsize=16, timeout=DEADLINE, retries=RETRIES)

    def send_request(
        self,
        method: str,
        path: tuple[str, ...],
        answer: type[T],
        *,
        body: object = None,
        raw: bytes | None = None,
        query: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
        seconds: float | None = None,
        **speaking_for: Any,
    ) -> T:
        """Ask and read the answer as `answer`. Raises the Problem that came back.

        `path` comes in its parts, as in ("classes", class_id): each is quoted. `body`
        is sent as JSON, `raw` as it is. With `seconds` nothing is waited for longer
        than that.
        """
        sent = self._build_headers(speaking_for) | (headers or {})
        content = raw
        if raw is not None:
            sent["Content-Type"] = "application/octet-stream"
        elif body is not None:
            content = msgspec.json.encode(body)
            sent["Content-Type"] = "application/json"
        asked = self.url + quote_path(path) + ("?" + urlencode(query) if query else "")
        try:
            got = self._exchange(method, asked, content, sent, seconds)
        except urllib3.exceptions.HTTPError as error:
            raise Problem(
                503, "service-away", f"{self.audience} does not answer; try again soon."
            ) from error
        if got.status >= 400:
            raise read_problem(got.status, got.data)
        return self._read_answer(got.data or b"null", answer)

    def _exchange(
        self,
        method: str,
        asked: str,
        content: bytes | None,
        sent: Mapping[str, str],
        seconds: float | None,
    ) -> urllib3.BaseHTTPResponse:
        """The response; once more where the connection broke and a repetition does no
        harm: a kept connection may be closed just when it is used again."""
        bounds = _call_bounds(seconds)
        try:
            return self.pool.request(
                method, asked, body=content, headers=sent, **bounds
            )
        except urllib3.exceptions.ProtocolError:
            if method not in REPEATABLE and ONCE_HEADER not in sent:
                raise
        return self.pool.request(method, asked, body=content, headers=sent, **bounds)

    def _read_answer(self, data: bytes, answer: type[T]) -> T:
        """The answer as its type. Raises Problem 502 for one that is none, as from a
        service of another release."""
        try:
            return msgspec.json.decode(data, type=answer, strict=False)
        except (msgspec.ValidationError, msgspec.DecodeError) as error:
            raise Problem(
                502,
                "answer-unreadable",
                f"{self.audience} answered otherwise than expected: {error}",
            ) from error

    def _build_headers(self, speaking_for: dict[str, Any]) -> dict[str, str]:
        token = self.signer.sign_token(self.audience, **speaking_for)
        return {"Authorization": f"Bearer {token}"}


def _call_bounds(seconds: float | None) -> dict[str, Any]:
    """Time and tries of one call, where they are not those of all calls."""
    if seconds is None:
        return {}
    return {"timeout": urllib3.Timeout(total=seconds), "retries": False}


def quote_path(path: Sequence[str]) -> str:
    """The path of these parts, none of which can become another route.

    Raises Problem 404 for a part that no id can be: a server would take the slash in it
    for one between parts, and a client or proxy would resolve the dots.
    """
    if any(part in ("", ".", "..") or "/" in part for part in path):
        raise Problem(404, "not-found", NOTHING_HERE)
    return "".join(f"/{quote(part, safe=SAFE_IN_PART)}" for part in path)


def read_problem(status: int, data: bytes) -> Problem:
    """The problem that a service answered, to be raised here."""
    try:
        answer = msgspec.json.decode(data, type=dict[str, Any])
    except msgspec.DecodeError:
        answer = {}
    slug = str(answer.get("type", "")).removeprefix(TYPE) or "refused"
    known = {"type", "title", "status", "detail", "instance"}
    members = {name: value for name, value in answer.items() if name not in known}
    return Problem(
        status, slug, str(answer.get("detail", "The service refused.")), **members
    )
