"""The web server of one process: waitress, made to bear many and slow clients.

What a client may cost is bounded before anything runs for it: the time for a head, the
rate of a body and of taking an answer, the size of a body by its route, connections in
all and by address. `/livez` is answered in the loop that reads the sockets, where no
busy thread is in its way.
"""

import resource
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from flask import Flask
from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.server import TcpWSGIServer
from waitress.task import ErrorTask, Task, WSGITask

from chassis.http.bodies import LARGE, largest_body
from chassis.http.problem import response
from chassis.http.proxies import Proxies
from chassis.telemetry.logs import logger

ALIVE = "/livez"
THIS_MACHINE = "127.0.0.0/8, ::1"
LOOK_SECONDS = 1.0
DRAIN_SECONDS = 5.0  # of the 10 to 15 that a process has to stop
ACCEPTED_AT_ONCE, RECEIVED_AT_ONCE = 64, 16 * 1024
OTHER_FILES = 512  # store, broker, objects, logs and bodies that lie on the disk
MADE_ROOM = 20  # one connection in so many is closed when no more fit
LARGEST_HEAD = 32 * 1024
KEPT_IN_MEMORY = 64 * 1024  # of a body; the rest lies in a temporary file
BODIES_AT_ONCE = 256 * 1024 * 1024  # docker-compose.yml gives /tmp twice as much
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
            self._leave()

    def received(self, data: bytes) -> int:
        """Take what belongs to this request; how many bytes that were."""
        took: int = super().received(data)
        if self.chunked and self.body_bytes_received > self.limit:
            self._leave()
            self.completed = True
        return len(data) if self.is_unread else took

    def _leave(self) -> None:
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
        said = response(status, *REFUSED.get(status, REFUSED[400]))
        self.status = said.status
        self.response_headers += [("Content-Type", said.headers["Content-Type"])]
        self.set_close_on_finish()
        body = said.get_data()
        self.content_length = len(body)
        self.write(body)


class Channel(HTTPChannel):  # type: ignore[misc]
    """One connection, with what it has cost so far."""

    error_task_class = RefusalTask

    def __init__(self, server: "Server", *rest: Any, **more: Any) -> None:
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
        held = [*self.requests, *([self.request] if self.request else [])]
        return sum(int(one.body_bytes_received) for one in held)

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


class Server(TcpWSGIServer):  # type: ignore[misc]
    """Listens from the moment it is made, and serves from `start` to `stop`."""

    channel_class = Channel

    def __init__(
        self, app: Flask, host: str, port: int, threads: int, limits: Limits
    ) -> None:
        self.limits, self.most = limits, room_for(limits.connections)
        self.largest = partial(largest_body, app)
        self.thread = threading.Thread(target=self.run, name="web", daemon=True)
        self.loop_thread, self.ends_at, self.full_until = 0, 0.0, 0.0
        self.probes: deque[Channel] = deque()
        adj = Adjustments(
            host=host,
            port=port,
            threads=threads,
            ident="biyong",
            backlog=limits.connections,
            log_socket_errors=False,
            clear_untrusted_proxy_headers=False,  # `Proxies` does, in the app
            recv_bytes=RECEIVED_AT_ONCE,
            max_request_header_size=LARGEST_HEAD,
            max_request_body_size=2 * LARGE,
            inbuf_overflow=KEPT_IN_MEMORY,
        )
        super().__init__(app, adj=adj)

    def start(self) -> None:
        """Serve in a thread of its own."""
        self.thread.start()

    def stop(self) -> None:
        """Take no more connections, let answers that are begun end, then close."""
        self.accepting = False
        self.ends_at = time.monotonic() + DRAIN_SECONDS
        self.pull_trigger()
        self.thread.join(DRAIN_SECONDS + LOOK_SECONDS)

    def run(self) -> None:
        """Serve until stopped, and look once a second who takes too long."""
        self.loop_thread, look_at = threading.get_ident(), 0.0
        while not self._is_over():
            wasyncore.poll2(LOOK_SECONDS, self._map)
            while self.probes:
                self.probes.popleft().service()
            if (now := time.monotonic()) >= look_at:
                self._end_overdue(now)
                look_at = now + LOOK_SECONDS
        self.task_dispatcher.shutdown(timeout=LOOK_SECONDS)
        wasyncore.close_all(self._map)

    def _is_over(self) -> bool:
        if not self.ends_at:
            return False
        is_late = time.monotonic() >= self.ends_at
        return is_late or all(channel.is_idle for channel in self._channels())

    def add_task(self, task: Channel) -> None:
        """Have a thread answer; only a probe is answered by the loop itself."""
        is_here = threading.get_ident() == self.loop_thread
        if is_here and is_probe(task.requests[0]):
            self.probes.append(task)
        else:
            super().add_task(task)

    def readable(self) -> bool:
        """Whether another connection can be taken, or room be made for it."""
        is_full = len(self.active_channels) >= self.most
        is_hopeless = is_full and time.monotonic() < self.full_until
        return bool(self.accepting) and not is_hopeless

    def handle_accept(self) -> None:
        """Take the connections that wait."""
        for _ in range(ACCEPTED_AT_ONCE):
            try:
                taken = self.accept()
            except OSError as error:
                logger().warning("accept_failed", reason=str(error))
                return
            if taken is None:
                return
            self._admit(*taken)

    def _admit(self, sock: Any, address: Any) -> None:
        if not self._has_room():
            self.full_until = time.monotonic() + LOOK_SECONDS
            sock.close()
            return
        if not self._has_room_for(address[0]):
            sock.close()
            return
        try:
            self.set_socket_options(sock)
            Channel(self, sock, address, self.adj, map=self._map)
        except OSError:  # gone again already
            sock.close()

    def _has_room(self) -> bool:
        """Whether one more fits, if need be in the place of those idle longest."""
        if len(self.active_channels) < self.most:
            return True
        longest = sorted(self._channels(), key=lambda channel: channel.since)
        idle = [one for one in longest if one.is_idle]
        for channel in (idle or _slow_heads(longest))[: 1 + self.most // MADE_ROOM]:
            channel.handle_close()
        return len(self.active_channels) < self.most

    def _has_room_for(self, said: str) -> bool:
        """Whether this address may have one more, if need be for its idle ones."""
        if self.limits.exempt.know(said):
            return True
        own = [one for one in self._channels() if one.addr[0] == said]
        if len(own) < self.limits.per_address:
            return True
        idle = min(
            (one for one in own if one.is_idle), key=lambda one: one.since, default=None
        )
        if idle is not None:
            idle.handle_close()
        return idle is not None

    def _end_overdue(self, now: float) -> None:
        for channel in list(self._channels()):
            if channel.is_overdue(now, self.limits):
                channel.handle_close()
        held = sum(channel.held_bytes for channel in self._channels())
        for channel in sorted(self._channels(), key=lambda channel: channel.since):
            if held <= BODIES_AT_ONCE:
                return
            if channel.request is not None:
                held -= channel.held_bytes
                channel.handle_close()

    def _channels(self) -> Iterator[Channel]:
        return iter(list(self.active_channels.values()))


def is_probe(request: Any) -> bool:
    """Whether this only asks if the process is alive."""
    if request.error:
        return False
    return bool(request.command in {"GET", "HEAD"} and request.path == ALIVE)


def room_for(connections: int) -> int:
    """How many of these connections fit, after raising the limit of open files."""
    wanted = connections + OTHER_FILES
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    fits = wanted if soft == resource.RLIM_INFINITY else soft
    if fits < wanted:
        logger().warning("few_files", limit=fits, connections=fits - OTHER_FILES)
    return min(connections, max(fits - OTHER_FILES, OTHER_FILES // 2))


def _slow_heads(channels: list[Channel]) -> list[Channel]:
    return [one for one in channels if one.is_sending_head]
