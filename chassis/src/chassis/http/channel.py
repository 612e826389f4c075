"""One connection of the web server: what it may cost, and what it has cost so far."""

import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.server import TcpWSGIServer
from waitress.task import ErrorTask, Task, WSGITask

from chassis.http.problem import problem_response
from chassis.http.proxies import Proxies

ALIVE = "/livez"
THIS_MACHINE = "127.0.0.0/8, ::1"
REFUSED = {
    400: ("request-refused", "This is not HTTP as it should be."),
    431: ("head-too-large", "The request's head is too large; send fewer headers."),
    500: ("internal", "Something went wrong here. Try again; quote the instance."),
    501: ("coding-unknown", "Send the body plain or chunked."),
}


@dataclass(frozen=True)
class Limits:
    """What clients may cost. Seconds and bytes are those of one connection.

    `per_address` does not count for those `exempt`: this machine, and trusted proxies,
    behind which everybody has one address.
    """

    connections: int = 2048
    per_address: int = 512
    exempt: Proxies = field(default_factory=lambda: Proxies(THIS_MACHINE))
    idle_seconds: float = 75.0
    head_seconds: float = 10.0
    body_seconds: float = 10.0  # beside the time that its bytes may take
    bytes_per_second: int = 4096  # the slowest mobile network that is of use
    stalled_seconds: float = 30.0  # of an answer that nobody takes
    linger_seconds: float = 5.0  # for the rest of a body that was refused


class Request(HTTPRequestParser):  # type: ignore[misc]
    """A request whose body is left unread if its route takes none so large.

    The route runs all the same, so that it can say 401 or 404 first; whoever reads the
    body there gets the refusal, since the length still stands in the head.
    """

    def __init__(self, adj: Any, largest: Callable[[str, str, bool], int]) -> None:
        super().__init__(adj)
        self.largest, self.limit = largest, 0
        self.is_unread = False
        self.body_rcv: Any = None
        self.content_length, self.chunked = 0, False

    def parse_header(self, header_plus: bytes) -> None:
        """Read the head; a length that is too large is refused with it."""
        try:
            super().parse_header(header_plus)
        except ValueError as error:  # a length of more digits than Python reads
            raise ParsingError("Content-Length is invalid") from error
        if self.body_rcv is None:
            return
        is_known = "AUTHORIZATION" in self.headers or "COOKIE" in self.headers
        path = self.path.encode("latin-1").decode("utf-8", "replace")
        self.limit = self.largest(self.command, path, is_known)
        if self.content_length > self.limit or (self.chunked and not self.limit):
            self._leave_unread()

    def received(self, data: bytes) -> int:
        """Take what belongs to this request; how many bytes that were."""
        took: int = super().received(data)
        if self.chunked and self.body_bytes_received > self.limit:
            self._leave_unread()
            self.completed = True
        return len(data) if self.is_unread else took

    def _leave_unread(self) -> None:
        self.close()
        claimed = max(self.content_length, self.limit + 1)
        self.headers |= {"CONTENT_LENGTH": str(claimed), "CONNECTION": "close"}
        self.body_rcv, self.content_length, self.chunked = None, 0, False
        self.expect_continue, self.is_unread = False, True


class AliveTask(Task):  # type: ignore[misc]
    """Says that the process is alive, from the loop itself."""

    complete = True
    body = b'{"alive":true}'

    def execute(self) -> None:
        """Write the answer."""
        self.content_length = len(self.body)
        self.response_headers += [
            ("Content-Type", "application/json"),
            ("Cache-Control", "no-store"),
        ]
        self.write(b"" if self.request.command == "HEAD" else self.body)


class RefusalTask(ErrorTask):  # type: ignore[misc]
    """Says what was wrong with a request that could not be read, as a problem."""

    def execute(self) -> None:
        """Write the answer."""
        status = self.request.error.code
        refusal = problem_response(status, *REFUSED.get(status, REFUSED[400]))
        self.status = refusal.status
        self.response_headers += [("Content-Type", refusal.headers["Content-Type"])]
        self.set_close_on_finish()
        body = refusal.get_data()
        self.content_length = len(body)
        self.write(body)


class Channel(HTTPChannel):  # type: ignore[misc]
    """One connection, with what it has cost so far."""

    error_task_class = RefusalTask

    def __init__(self, server: TcpWSGIServer, *rest: Any, **more: Any) -> None:
        self.since, self.pending_since = time.monotonic(), 0.0
        self.begun: Request | None = None
        self.sent = self.sent_before = 0
        self.lingers, self.drains_until = False, 0.0
        self.close_when_flushed = False
        super().__init__(server, *rest, **more)

    def parser_class(self, adj: Any) -> Request:
        """A request to read, held to what its route takes."""
        return Request(adj, self.server.largest)

    def task_class(self, _: "Channel", request: Request) -> Task:
        """What answers a request that could be read."""
        return (
            AliveTask(self, request) if is_probe(request) else WSGITask(self, request)
        )

    def received(self, data: bytes) -> bool:
        """Take bytes in; a request's time begins with its first byte."""
        took = bool(super().received(data))
        if self.request is not self.begun:
            self.begun, self.since = self.request, time.monotonic()
        return took

    def service(self) -> None:
        """Answer the request that came first."""
        request = self.requests[0]
        self.lingers = bool(request.error or request.is_unread)
        if self.server.is_draining:
            request.headers["CONNECTION"] = "close"
        super().service()

    def send(self, data: bytes, do_close: bool = True) -> int:
        """Send what the client takes now; how many bytes that were."""
        sent: int = super().send(data, do_close=do_close)
        self.sent += sent
        return sent

    def readable(self) -> bool:
        """Whether bytes are wanted, if only to throw them away."""
        return bool(self.drains_until or super().readable())

    def handle_read(self) -> None:
        """Take bytes in, or away if their request was refused already."""
        if not self.drains_until:
            super().handle_read()
            return
        try:
            self.recv(self.adj.recv_bytes)
        except OSError:
            self.handle_close()

    def handle_write(self) -> None:
        """Send; a refusal is followed by a pause in which the client can read it.

        To close at once would throw it away with the bytes that are still coming.
        """
        if not (self.lingers and self.close_when_flushed):
            super().handle_write()
            return
        self._flush_exception(self._flush_some)
        if self.will_close:
            self.handle_close()
        elif self.connected and not self.total_outbufs_len:
            self.close_when_flushed = False
            self._half_close()

    def _half_close(self) -> None:
        self.drains_until = time.monotonic() + self.server.limits.linger_seconds
        try:
            self.socket.shutdown(socket.SHUT_WR)
        except OSError:
            self.handle_close()

    @property
    def is_idle(self) -> bool:
        """Whether nothing is being asked or answered."""
        return not (self.requests or self.request or self.total_outbufs_len)

    @property
    def is_sending_head(self) -> bool:
        """Whether a request has begun whose head is not there yet."""
        begun = self.request
        return begun is not None and not begun.headers_finished

    @property
    def held_bytes(self) -> int:
        """How much of bodies is kept for it."""
        requests = [*self.requests, *([self.request] if self.request else [])]
        return sum(int(request.body_bytes_received) for request in requests)

    def is_overdue(self, now: float, limits: Limits) -> bool:
        """Whether the client takes longer than it may, for whatever it is at."""
        if self.drains_until:
            return now >= self.drains_until
        if self.total_outbufs_len:
            return self._is_stalled(now, limits)
        self.pending_since = 0.0
        if self.requests:
            self.since = now
            return False
        begun, took = self.request, now - self.since
        if begun is None:
            return took > limits.idle_seconds
        if not begun.headers_finished:
            return took > limits.head_seconds
        earned = begun.body_bytes_received / limits.bytes_per_second
        return bool(took > limits.head_seconds + limits.body_seconds + earned)

    def _is_stalled(self, now: float, limits: Limits) -> bool:
        span, sent = now - self.pending_since, self.sent - self.sent_before
        if self.pending_since and span < limits.stalled_seconds:
            return False
        is_first, self.since = not self.pending_since, now
        self.pending_since, self.sent_before = now, self.sent
        return not is_first and sent < span * limits.bytes_per_second


def is_probe(request: Any) -> bool:
    """Whether this only asks if the process is alive."""
    if request.error:
        return False
    return bool(request.command in {"GET", "HEAD"} and request.path == ALIVE)
