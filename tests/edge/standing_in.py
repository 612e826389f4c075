"""A stand-in for the gateway behind an edge: answers, and remembers what it heard."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.parts.process import HOST

Answer = tuple[int, Mapping[str, str], bytes]
PAGE: Answer = (200, {"Content-Type": "text/html"}, b"<p>page</p>")
CHECKED: Mapping[str, str] = {
    "Cache-Control": "max-age=30, stale-while-revalidate=15, stale-if-error=60"
}


@dataclass(frozen=True)
class Heard:
    """A request as it came."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Gateway:
    """A running stand-in. `answer` says what a path is answered; None hangs up."""

    port: int = 0
    heard: list[Heard] = field(default_factory=list)
    answer: Callable[[Heard], Answer | None] = lambda _: PAGE

    def checks(self) -> list[Heard]:
        """What it was asked about streams."""
        return [asked for asked in self.heard if asked.path.endswith("/check")]

    def asked(self, path: str) -> int:
        """How often it was asked for a path."""
        return sum(asked.path == path for asked in self.heard)


@contextmanager
def running_gateway() -> Iterator[Gateway]:
    """A stand-in on a port of its own, until the end."""
    gateway = Gateway()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def serve(self) -> None:
            size = int(self.headers.get("Content-Length") or 0)
            named = {name.lower(): value for name, value in self.headers.items()}
            body = self.rfile.read(size)
            asked = Heard(self.command, self.path, named, body)
            gateway.heard.append(asked)
            answer = gateway.answer(asked)
            if answer is None:
                self.close_connection = True
                return
            status, headers, content = answer
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

        def do_GET(self) -> None:
            self.serve()

        def do_HEAD(self) -> None:
            self.serve()

        def do_POST(self) -> None:
            self.serve()

        def do_PUT(self) -> None:
            self.serve()

        def log_message(self, *_: object) -> None:
            """Nothing is told."""

    server = ThreadingHTTPServer((HOST, 0), Handler)
    gateway.port = server.server_address[1]
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    try:
        yield gateway
    finally:
        server.shutdown()
        serving.join()
        server.server_close()
