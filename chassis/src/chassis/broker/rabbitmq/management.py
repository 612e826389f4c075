"""RabbitMQ's management interface, asked over HTTP within a deadline."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

import msgspec
import urllib3

ACT_SECONDS = 15.0
"""What one act may take in all, of about ten questions that answer in some
milliseconds each: so long as a person waits for a page."""
CALL_SECONDS = 5.0
NOT_THE_INTERFACE = (
    "what answers is not RabbitMQ's management interface: check address and port"
)
NOT_FOUND, REFUSED = 404, (401, 403)


class ManagementFault(Exception):
    """Why an act did not succeed; the text says what to do."""


class ManagementAway(ManagementFault):
    """Nobody answers there, or not in time."""


class ManagementRefused(ManagementFault):
    """The broker refuses it: to this account, or as asked."""


@dataclass(frozen=True)
class ManagementAddress:
    """`http[s]://USER:PASSWORD@HOST:PORT[/PREFIX][?vhost=NAME&ca=FILE]`.

    `ca` is a file with the certificate of the authority that signed the broker's;
    without it the system's authorities count.
    """

    url: str
    user: str
    password: str
    vhost: str
    ca: str

    @classmethod
    def of(cls, address: str) -> "ManagementAddress":
        """Read an address. Raises ValueError, without the password in its text."""
        try:
            parts = urlsplit(address)
            host, port = parts.hostname, parts.port
        except ValueError:
            host, port = None, None
        if parts.scheme not in ("http", "https") or not host or not parts.username:
            raise ValueError("is not http[s]://USER:PASSWORD@HOST:PORT")
        options = dict(parse_qsl(parts.query))
        shown = f"[{host}]" if ":" in host else host
        place = shown if port is None else f"{shown}:{port}"
        return cls(
            urlunsplit((parts.scheme, place, parts.path.rstrip("/"), "", "")),
            unquote(parts.username),
            unquote(parts.password or ""),
            options.get("vhost", "/"),
            options.get("ca", ""),
        )


class Management:
    """The interface of one broker, asked by one account."""

    def __init__(self, address: ManagementAddress) -> None:
        self.address = address
        self.headers = urllib3.make_headers(
            basic_auth=f"{address.user}:{address.password}"
        )
        self.pool = urllib3.PoolManager(maxsize=4, ca_certs=address.ca or None)

    def begin_act(self, seconds: float = ACT_SECONDS) -> "Act":
        """Questions that belong together, all of them within so many seconds."""
        return Act(self, time.monotonic() + seconds)


class Act:
    """The questions of one act, until its deadline."""

    def __init__(self, management: Management, deadline: float) -> None:
        self.management, self.deadline = management, deadline
        self.vhost = management.address.vhost

    def find(self, *path: str, **query: str) -> Any:
        """What is there; None where nothing is. Raises ManagementFault."""
        status, data = self._exchange("GET", path, None, query)
        return None if status == NOT_FOUND else _read(status, data)

    def require_answer(self, *path: str, **query: str) -> Any:
        """What is there wherever the interface is. Raises ManagementFault."""
        found = self.find(*path, **query)
        if found is None:
            raise ManagementAway(NOT_THE_INTERFACE)
        return found

    def put(self, *path: str, **body: object) -> None:
        """Make it so; again changes nothing. Raises ManagementFault."""
        _read(*self._exchange("PUT", path, body))

    def post(self, *path: str, **body: object) -> None:
        """Add it. Raises ManagementFault."""
        _read(*self._exchange("POST", path, body))

    def delete(self, *path: str) -> None:
        """Take it away; gone already is as good. Raises ManagementFault."""
        status, data = self._exchange("DELETE", path, None)
        if status != NOT_FOUND:
            _read(status, data)

    def is_over(self) -> bool:
        """Whether no time is left."""
        return time.monotonic() >= self.deadline

    def _exchange(
        self,
        method: str,
        path: tuple[str, ...],
        body: Mapping[str, object] | None,
        query: Mapping[str, str] | None = None,
    ) -> tuple[int, bytes]:
        left = min(CALL_SECONDS, self.deadline - time.monotonic())
        url = self.management.address.url
        if left <= 0:
            raise ManagementAway(f"{url} did not answer in time; try again")
        asked = f"{url}/api/" + "/".join(quote(part, safe="") for part in path)
        headers = {**self.management.headers, "Content-Type": "application/json"}
        try:
            got = self.management.pool.request(
                method,
                asked + (f"?{urlencode(query)}" if query else ""),
                body=None if body is None else msgspec.json.encode(body),
                headers=headers,
                timeout=urllib3.Timeout(total=left),
                retries=False,
                redirect=False,
            )
        except urllib3.exceptions.HTTPError as error:
            raise ManagementAway(
                f"{url} does not answer ({type(error).__name__}): is that RabbitMQ's "
                "management port, and is its plugin on "
                "(rabbitmq-plugins enable rabbitmq_management)?"
            ) from error
        return got.status, got.data


def _read(status: int, data: bytes) -> Any:
    """The answer. Raises ManagementFault for a refusal."""
    if status in REFUSED:
        raise ManagementRefused(
            "the broker refuses this account: AMQP_MANAGEMENT_URL needs the name and "
            "password of one that is tagged administrator"
        )
    if status >= 500:
        raise ManagementAway(f"the broker could not do it ({status}); try again soon")
    try:
        answer = msgspec.json.decode(data) if data.strip() else None
    except msgspec.DecodeError as error:
        raise ManagementAway(NOT_THE_INTERFACE) from error
    if status >= 300:
        why = answer.get("reason", "") if isinstance(answer, dict) else ""
        raise ManagementRefused(f"the broker refuses it ({status}): {why}")
    return answer
