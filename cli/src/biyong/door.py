"""The gateway's HTTP door as scripts use it."""

from typing import Any, TypeVar

import msgspec
import urllib3
from chassis.http.client import quoted
from chassis.http.problem import Problem

T = TypeVar("T")
DEADLINE = urllib3.Timeout(connect=3, read=20)
RETRIES = urllib3.Retry(
    total=8,
    backoff_factor=0.2,
    backoff_max=3,
    status_forcelist=(502, 503),
    allowed_methods={"GET", "PUT", "DELETE"},
    raise_on_status=False,
)


class Refused(Exception):
    """The gateway said no; the message says what to do."""

    def __init__(self, status: int, slug: str, detail: str) -> None:
        super().__init__(detail)
        self.status, self.slug = status, slug


class Away(Exception):
    """The gateway does not answer."""


class Door:
    """One session with a gateway. What is sent by PUT may be sent again.

    `device` is what the gateway knows this script by: kept and given back, it is let in
    whatever strangers tried with the same login.
    """

    def __init__(self, url: str, device: str = "") -> None:
        self.url, self.token, self.device = url.rstrip("/"), "", device
        self.pool = urllib3.PoolManager(timeout=DEADLINE, retries=RETRIES)

    def sign_in(self, login: str, password: str) -> dict[str, Any]:
        """Begin a session. Raises Refused, Away."""
        body = {"login": login, "password": password}
        self.token = ""
        said = self.call("POST", "/api/session", dict[str, Any], body)
        self.token, self.device = said["token"], said.get("device", "")
        return said

    def accept(self, invitation: str, password: str) -> dict[str, Any]:
        """Take up an invitation and begin a session. Raises Refused, Away."""
        path = path_to("invitations", invitation)
        said = self.call("POST", path, dict[str, Any], {"password": password})
        self.token = said["token"]
        return said

    def call(
        self,
        method: str,
        path: str,
        answer: type[T],
        body: object = None,
        *,
        raw: bytes | None = None,
        key: str = "",
    ) -> T:
        """Ask and read the answer. Raises Refused, Away."""
        headers = {"Accept": "application/json"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        if self.device and not self.token:
            headers["X-Device"] = self.device
        if key:
            headers["Idempotency-Key"] = key
        content = raw
        if body is not None:
            content = msgspec.json.encode(body)
            headers["Content-Type"] = "application/json"
        try:
            got = self.pool.request(
                method, self.url + path, body=content, headers=headers
            )
        except urllib3.exceptions.HTTPError as error:
            raise Away(self._silence(error)) from error
        if got.status >= 400:
            raise _refused(got.status, got.data)
        return msgspec.json.decode(got.data or b"null", type=answer)

    def _silence(self, error: urllib3.exceptions.HTTPError) -> str:
        """What to tell of a gateway that gave no answer."""
        reason = type(getattr(error, "reason", None) or error).__name__
        return f"{self.url} does not answer ({reason}); is the platform up?"


def path_to(*parts: str) -> str:
    """The path below /api of these parts, each quoted. Raises Refused."""
    try:
        return quoted(("api", *parts))
    except Problem as problem:
        named = "/".join(parts)
        raise Refused(
            problem.status, problem.slug, f"{named!r} names nothing"
        ) from None


def _refused(status: int, data: bytes) -> Refused:
    try:
        said = msgspec.json.decode(data, type=dict[str, Any])
    except msgspec.DecodeError:
        said = {}
    slug = str(said.get("type", "")).rpartition("/")[2]
    return Refused(status, slug, str(said.get("detail", f"HTTP {status}")))
