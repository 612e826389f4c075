"""A receiver of webhooks: a real HTTPS server that answers as it is told."""

import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.parts import certificates
from tests.parts.process import HOST


@dataclass(frozen=True)
class Received:
    """A request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]


Answer = Callable[[BaseHTTPRequestHandler, Received], None]


def answer_status(status: int, **headers: str) -> Answer:
    """Answer this status."""

    def answer(handler: BaseHTTPRequestHandler, _: Received) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("content-length", "2")
        handler.end_headers()
        handler.wfile.write(b"ok")

    return answer


def drip(handler: BaseHTTPRequestHandler, _: Received) -> None:
    """A byte now and then, so that no single wait is long."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    for _byte in range(200):
        handler.wfile.write(b"x")
        handler.wfile.flush()
        time.sleep(0.05)


def hang(handler: BaseHTTPRequestHandler, _: Received) -> None:
    """No answer, until the caller is gone."""
    handler.connection.settimeout(20)
    handler.rfile.read(1)


def flood(handler: BaseHTTPRequestHandler, _: Received) -> None:
    """An answer that does not end."""
    handler.send_response(200)
    handler.end_headers()
    while True:
        handler.wfile.write(b"x" * 65536)


@dataclass
class Receiver:
    """What came, and what is answered to the next requests; `usual` to all others."""

    port: int
    context: ssl.SSLContext
    authority: Path
    received: list[Received] = field(default_factory=list)
    next: list[Answer] = field(default_factory=list)
    usual: Answer = field(default_factory=lambda: answer_status(204))
    arrived: threading.Condition = field(default_factory=threading.Condition)

    @property
    def url(self) -> str:
        return f"https://{HOST}:{self.port}/hook?of=dc"

    @property
    def ids(self) -> list[str]:
        return [one.id for one in self.received]

    def handle(self, handler: BaseHTTPRequestHandler) -> None:
        length = int(handler.headers.get("content-length", 0))
        headers = {name.lower(): value for name, value in handler.headers.items()}
        came = Received(handler.path, headers, handler.rfile.read(length))
        with self.arrived:
            self.received.append(came)
            answer = self.next.pop(0) if self.next else self.usual
            self.arrived.notify_all()
        answer(handler, came)

    def await_count(self, count: int, seconds: float = 20.0) -> None:
        """Until so many have come. Raises AssertionError if they do not."""
        with self.arrived:
            came = self.arrived.wait_for(lambda: len(self.received) >= count, seconds)
        assert came, f"{len(self.received)} of {count} came"


@contextmanager
def running_receiver(folder: Path) -> Iterator[Receiver]:
    """A receiver on loopback, under a certificate of the tests' own authority."""
    made = certificates.make(folder)
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(made.server, made.key)
    trusting = ssl.create_default_context(cafile=str(made.authority))

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            receiver.handle(self)

        def log_message(self, *_: object) -> None:
            """Nothing is written."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """Who hangs up is no fault here."""

    server = Server((HOST, 0), Handler)
    server.socket = serving.wrap_socket(server.socket, server_side=True)
    receiver = Receiver(server.server_address[1], trusting, made.authority)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
