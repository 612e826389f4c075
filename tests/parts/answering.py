"""A stand-in that speaks a provider's HTTP: answers by path, on a port of its own."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.parts.process import HOST

STEP_SECONDS = 10.0


@dataclass(frozen=True)
class Asked:
    """A request as it came."""

    method: str
    path: str
    query: Mapping[str, str]
    body: Mapping[str, Any]
    headers: Mapping[str, str]


Answer = tuple[int, Mapping[str, Any]]
Answering = Callable[[Asked], Answer]


@dataclass
class StandIn:
    """A running stand-in: what it was asked. While it hangs it answers nothing."""

    url: str
    asked: list[Asked] = field(default_factory=list)
    goes_on: threading.Event = field(default_factory=threading.Event)

    def hang(self) -> None:
        self.goes_on.clear()


@contextmanager
def running_stand_in(answer: Answering) -> Iterator[StandIn]:
    """A stand-in that answers so, until the end."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._serve()

        def do_POST(self) -> None:
            self._serve()

        def _serve(self) -> None:
            size = int(self.headers.get("Content-Length") or 0)
            sent, parts = self.rfile.read(size), urlsplit(self.path)
            body = json.loads(sent) if sent.startswith(b"{") else {}
            asked = Asked(
                self.command, parts.path, dict(parse_qsl(parts.query)), body,
                {name.lower(): text for name, text in self.headers.items()},
            )  # fmt: skip
            stand_in.asked.append(asked)
            if not stand_in.goes_on.wait(STEP_SECONDS):
                return
            status, told = answer(asked)
            data = json.dumps(told, ensure_ascii=False).encode()
            with suppress(ConnectionError):  # who asked may have left by now
                self.send_response(status)
                self.send_header("Content-Type", "application/json; charset=utf-8")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Nothing is written of it."""

    server = ThreadingHTTPServer((HOST, 0), Handler)
    server.daemon_threads = True
    stand_in = StandIn(f"http://{HOST}:{server.server_port}")
    stand_in.goes_on.set()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield stand_in
    finally:
        stand_in.goes_on.set()
        server.shutdown()
        thread.join()
        server.server_close()
