"""The gateway's HTTP door as scripts use it."""

from typing import Any, TypeVar, cast
from urllib.parse import urlencode

import msgspec
import urllib3
from chassis.http.client import quote_path
from chassis.http.problem import Problem

from biyong.faults import Fault
from biyong.refusal_texts import explain_refusal

T = TypeVar("T")
ANYTHING = cast("type[Any]", Any)
DEADLINE = urllib3.Timeout(connect=3, read=60)
"""The gateway gives up on one service after 15 s and says so, but asks several in turn:
whoever gives up before it does leaves work undone."""
# Some 20 s in all: as long as a service takes to be started again.
RETRIES = urllib3.Retry(
    total=8,
    backoff_factor=0.2,
    backoff_max=3,
    status_forcelist=(502, 503),
    allowed_methods={"GET", "PUT", "DELETE"},
    raise_on_status=False,
)


class Refused(Fault):
    """The gateway said no; the message says what to do."""

    exit_code = 4

    def __init__(self, status: int, slug: str, detail: str) -> None:
        super().__init__(detail)
        self.status, self.slug = status, slug


class Away(Fault):
    """The gateway does not answer."""

    exit_code = 3


class Door:
    """One session with a gateway. What is sent by PUT may be sent again.

    `device` is what the gateway knows this script by: kept and given back, it is let in
    whatever strangers tried with the same login.
    """

    def __init__(self, url: str, device: str = "") -> None:
        self.url, self.token, self.device = url.rstrip("/"), "", device
        self.pool = urllib3.PoolManager(timeout=DEADLINE, retries=RETRIES)

    def sign_in(self, login: str, password: str, second: str = "") -> dict[str, Any]:
        """Begin a session; `second` is a code where an account has a second factor.
        Raises Refused, Away."""
        body = {"login": login, "password": password}
        body |= {"second": second} if second else {}
        self.token = ""
        session = self.call("POST", "/api/session", dict[str, Any], body)
        self.token, self.device = session["token"], session.get("device", "")
        return session

    def accept(self, invitation: str, password: str) -> dict[str, Any]:
        """Take up an invitation and begin a session. Raises Refused, Away."""
        path = path_to("invitations", invitation)
        session = self.call("POST", path, dict[str, Any], {"password": password})
        self.token = session["token"]
        return session

    def call(
        self,
        method: str,
        path: str,
        answer: type[T],
        body: object = None,
        *,
        raw: bytes | None = None,
        content_type: str = "",
        key: str = "",
        match: str = "",
    ) -> T:
        """Ask and read the answer. Raises Refused, Away.

        `content_type` is what `raw` is; `match` the version that is edited, as its ETag
        names it, or `*`.
        """
        headers = {"Accept": "application/json"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        if self.device and not self.token:
            headers["X-Device"] = self.device
        if key:
            headers["Idempotency-Key"] = key
        if match:
            headers["If-Match"] = match
        content = raw
        if content_type:
            headers["Content-Type"] = content_type
        if body is not None:
            content = msgspec.json.encode(body)
            headers["Content-Type"] = "application/json"
        try:
            response = self.pool.request(
                method, self.url + path, body=content, headers=headers
            )
        except urllib3.exceptions.HTTPError as error:
            reason = type(getattr(error, "reason", None) or error).__name__
            line = f"{self.url} does not answer ({reason}); is the platform up?"
            raise Away(line) from error
        if response.status >= 400:
            raise _create_refusal(response.status, response.data)
        return msgspec.json.decode(response.data or b"null", type=answer)

    def ask(self, method: str, *parts: str, body: object = None, **query: str) -> Any:
        """Ask at the path below /api of these parts; the answer as JSON has it.

        Raises Refused, Away.
        """
        path = path_to(*parts)
        if query:
            path += f"?{urlencode(query)}"
        return self.call(method, path, ANYTHING, body)


def path_to(*parts: str) -> str:
    """The path below /api of these parts, each quoted. Raises Refused."""
    try:
        return quote_path(("api", *parts))
    except Problem as problem:
        named = "/".join(parts)
        raise Refused(
            problem.status, problem.slug, f"{named!r} names nothing"
        ) from None


def _create_refusal(status: int, data: bytes) -> Refused:
    try:
        problem = msgspec.json.decode(data, type=dict[str, Any])
    except msgspec.DecodeError:
        problem = {}
    slug = str(problem.get("type", "")).rpartition("/")[2]
    detail = str(problem.get("detail", f"HTTP {status}"))
    why = str(problem.get("reason") or slug)
    return Refused(status, slug, explain_refusal(why, detail))
