"""Requests to the webhooks of branches: outside, within a deadline, nowhere else.

The name is resolved once, every address is checked, and the connection is made to one
of these very addresses: what the name means a moment later changes nothing. No redirect
is followed, no proxy asked, and of the answer only its status matters.
"""

import http.client
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

from enrollment.domain.webhook import GONE
from enrollment.domain.webhook_address import Network, is_internal
from enrollment.usecases.webhook_ports import WebhookAnswer

DEADLINE_SECONDS = 10.0
"""From the question for the name to the end of the answer."""
MOST_READ = 1024
"""Bytes of an answer that are read: none of them matters."""
MOST_ADDRESSES = 3
"""Of a name, to which a connection is tried."""
AGENT = "biyong-webhook/1"
HTTPS = 443
Resolve = Callable[[str, int], Sequence[str]]


class Unsendable(Exception):
    """It cannot be sent; `reason` is a stable code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def resolve_name(host: str, port: int) -> list[str]:
    """All addresses of a name. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(place[4][0]) for place in found))


class WebhookSender:
    """Sends messages to addresses outside, and to networks that are `allowed`."""

    def __init__(
        self,
        allowed: Sequence[Network],
        resolve: Resolve = resolve_name,
        context: ssl.SSLContext | None = None,
        seconds: float = DEADLINE_SECONDS,
    ) -> None:
        self.allowed, self.resolve, self.seconds = allowed, resolve, seconds
        self.context = context or ssl.create_default_context()

    def __call__(
        self, url: str, headers: Mapping[str, str], body: bytes
    ) -> WebhookAnswer:
        """Post a body under headers; what came of it."""
        ends = time.monotonic() + self.seconds
        try:
            status = self._post(url, headers, body, ends)
        except Unsendable as fault:
            return WebhookAnswer(fault.reason)
        except ssl.SSLError:
            reason = "timeout" if time.monotonic() >= ends else "tls-refused"
            return WebhookAnswer(reason)
        except (OSError, http.client.HTTPException):
            reason = "timeout" if time.monotonic() >= ends else "unreachable"
            return WebhookAnswer(reason)
        return WebhookAnswer(_judge_status(status), status)

    def _post(
        self, url: str, headers: Mapping[str, str], body: bytes, ends: float
    ) -> int:
        """The status of the answer. Raises Unsendable, OSError, HTTPException."""
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or HTTPS
        addresses = self._find_addresses(host, port, ends)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        with _connect(addresses, port, ends) as raw:
            tls = self.context.wrap_socket(
                raw, server_hostname=host, do_handshake_on_connect=False
            )
            with tls, _cut_at(tls, ends):
                tls.do_handshake()
                asking = http.client.HTTPSConnection(host, port, context=self.context)
                asking.sock = tls
                sent = {"user-agent": AGENT, "connection": "close", **headers}
                asking.request("POST", path, body, sent)
                answer = asking.getresponse()
                if time.monotonic() >= ends:  # cut in its head, which looks like an end
                    raise Unsendable("timeout")
                with suppress(OSError, http.client.HTTPException):
                    answer.read(MOST_READ)
                return answer.status

    def _find_addresses(self, host: str, port: int, ends: float) -> list[str]:
        """The addresses of a name, all of them outside. Raises Unsendable."""
        found: queue.Queue[Sequence[str]] = queue.Queue()

        def look_up() -> None:
            with suppress(OSError, UnicodeError):
                found.put(self.resolve(host, port))
                return
            found.put(())

        threading.Thread(target=look_up, name="resolving", daemon=True).start()
        try:
            addresses = found.get(timeout=_seconds_to(ends))
        except queue.Empty as error:
            raise Unsendable("timeout") from error
        if not addresses:
            raise Unsendable("name-unknown")
        if any(is_internal(address, self.allowed) for address in addresses):
            raise Unsendable("address-internal")
        return list(addresses[:MOST_ADDRESSES])


def _judge_status(status: int) -> str:
    """Why an answer of this status is no success; empty for one that is."""
    if 200 <= status < 300:
        return ""
    if status == http.HTTPStatus.GONE:
        return GONE
    return "redirected" if 300 <= status < 400 else "status"


def _connect(addresses: Sequence[str], port: int, ends: float) -> socket.socket:
    """A connection to the first of these addresses that takes one. Raises OSError."""
    for place, address in enumerate(addresses, start=1):
        try:
            return socket.create_connection((address, port), _seconds_to(ends))
        except OSError:
            if place == len(addresses) or time.monotonic() >= ends:
                raise
    raise OSError("no address")


@contextmanager
def _cut_at(tls: ssl.SSLSocket, ends: float) -> Iterator[None]:
    """End a connection at its deadline, however often a byte comes meanwhile."""

    def cut() -> None:
        with suppress(OSError):
            socket.socket.shutdown(tls, socket.SHUT_RDWR)

    tls.settimeout(_seconds_to(ends))
    timer = threading.Timer(_seconds_to(ends), cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _seconds_to(ends: float) -> float:
    """At least a little: nothing waits for ever, and zero would mean not to wait."""
    return max(0.01, ends - time.monotonic())
