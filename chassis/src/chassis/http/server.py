"""The web server of one process: waitress, made to bear many and slow clients.

What a client may cost is bounded before anything runs for it: the time for a head, the
rate of a body and of taking an answer, the size of a body by its route, connections in
all and by address. `/livez` is answered in the loop that reads the sockets, where no
busy thread is in its way.
"""

import resource
import threading
import time
from collections import deque
from collections.abc import Iterator
from functools import partial
from typing import Any

from flask import Flask
from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.server import TcpWSGIServer

from chassis.http.body_limits import LARGE, largest_body
from chassis.http.channel import Channel, Limits, is_probe
from chassis.telemetry.logs import logger

LOOK_SECONDS = 1.0
ACCEPTED_AT_ONCE, RECEIVED_AT_ONCE = 64, 16 * 1024
OTHER_FILES = 512  # store, broker, objects, logs and bodies that lie on the disk
MADE_ROOM = 20  # one connection in so many is closed when no more fit
LARGEST_HEAD = 32 * 1024
KEPT_IN_MEMORY = 64 * 1024  # of a body; the rest lies in a temporary file
BODIES_AT_ONCE = 256 * 1024 * 1024  # docker-compose.yml gives /tmp twice as much


class Server(TcpWSGIServer):  # type: ignore[misc]
    """Listens from the moment it is made, and serves from `start` to `stop`."""

    channel_class = Channel

    def __init__(
        self, app: Flask, host: str, port: int, threads: int, limits: Limits
    ) -> None:
        self.limits, self.most = limits, fit_connections(limits.connections)
        self.largest = partial(largest_body, app)
        self.thread = threading.Thread(target=self.run, name="web", daemon=True)
        self.loop_thread, self.ends_at, self.full_until = 0, 0.0, 0.0
        self.is_draining = False
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

    def drain(self, pause_seconds: float) -> None:
        """Close each connection with its next answer, and go on for this while: so
        those who look whether the process is ready have gone elsewhere before it ends.
        """
        self.is_draining = True
        self.thread.join(pause_seconds)

    def stop(self, grace_seconds: float) -> None:
        """Take no more connections, let answers that are begun end, then close."""
        self.accepting = False
        self.ends_at = self.ends_at or time.monotonic() + grace_seconds
        if self.thread.is_alive():
            self.pull_trigger()
            self.thread.join(grace_seconds + LOOK_SECONDS)

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
        return is_late or all(channel.is_idle for channel in self._open_channels())

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
            self._admit_connection(*taken)

    def _admit_connection(self, sock: Any, address: Any) -> None:
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
        longest = sorted(self._open_channels(), key=lambda channel: channel.since)
        idle = [channel for channel in longest if channel.is_idle]
        for channel in (idle or _find_slow_heads(longest))[
            : 1 + self.most // MADE_ROOM
        ]:
            channel.handle_close()
        return len(self.active_channels) < self.most

    def _has_room_for(self, address: str) -> bool:
        """Whether this address may have one more, if need be for its idle ones."""
        if self.limits.exempt.is_trusted(address):
            return True
        of_address = [
            channel for channel in self._open_channels() if channel.addr[0] == address
        ]
        if len(of_address) < self.limits.per_address:
            return True
        idle = min(
            (channel for channel in of_address if channel.is_idle),
            key=lambda channel: channel.since,
            default=None,
        )
        if idle is not None:
            idle.handle_close()
        return idle is not None

    def _end_overdue(self, now: float) -> None:
        for channel in list(self._open_channels()):
            if channel.is_overdue(now, self.limits):
                channel.handle_close()
        kept = sum(channel.held_bytes for channel in self._open_channels())
        for channel in sorted(self._open_channels(), key=lambda channel: channel.since):
            if kept <= BODIES_AT_ONCE:
                return
            if channel.request is not None:
                kept -= channel.held_bytes
                channel.handle_close()

    def _open_channels(self) -> Iterator[Channel]:
        return iter(list(self.active_channels.values()))


def fit_connections(connections: int) -> int:
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


def _find_slow_heads(channels: list[Channel]) -> list[Channel]:
    return [channel for channel in channels if channel.is_sending_head]
