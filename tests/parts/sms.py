"""A provider of short messages for the tests, by the protocol of docs/sms.md.

It checks what a provider must (signature, age, id), takes each id once, and does what
tests tell it: fails, is slow, breaks off before or after it took a message, loses,
doubles and reorders on the way to the phone.
"""

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.parts.process import HOST

KEY = "test-key-of-the-sms-provider-0123456789"
OLDEST_SECONDS = 300
CUT, CUT_WHEN_TAKEN, SLOW = "cut", "cut-when-taken", "slow"
Message = dict[str, Any]


@dataclass
class SmsProvider:
    """What was handed over, what reached phones, and what the provider does next.

    `answers` are for the next requests, in turn: a status, a status with a code, CUT,
    CUT_WHEN_TAKEN or SLOW. `copies` of each message reach the phone, none with 0. While
    `is_gathering` they reach it only by `deliver_gathered`.
    """

    answers: list[int | tuple[int, str] | str] = field(default_factory=list)
    copies: int = 1
    is_gathering: bool = False
    url: str = ""
    requests: list[Message] = field(default_factory=list)
    taken: dict[str, Message] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    _arrived: list[Message] = field(default_factory=list)
    _gathered: list[Message] = field(default_factory=list)
    _news: threading.Condition = field(default_factory=threading.Condition)
    _ended: threading.Event = field(default_factory=threading.Event)

    def texts(self, phone: str) -> list[str]:
        """What a phone (eleven digits) shows, in the order in which it came."""
        with self._news:
            to = f"+86{phone}"
            return [message["text"] for message in self._arrived if message["to"] == to]

    def wait_for(self, phone: str, count: int = 1, seconds: float = 30.0) -> list[str]:
        """The texts of a phone once there are so many. Raises AssertionError."""
        with self._news:
            came = self._news.wait_for(
                lambda: len(self.texts(phone)) >= count, timeout=seconds
            )
        assert came, f"{len(self.texts(phone))} of {count} came: {self.refused}"
        return self.texts(phone)

    def deliver_gathered(self, *, is_reversed: bool = False) -> None:
        """What was gathered reaches the phones, the last first if so wished."""
        with self._news:
            gathered, self._gathered = self._gathered, []
            self._arrived += reversed(gathered) if is_reversed else gathered
            self._news.notify_all()

    def take(self, headers: Any, body: bytes) -> tuple[int, str] | None:
        """The answer to a request, or None to break off."""
        answer = self.answers.pop(0) if self.answers else 202
        message = json.loads(body)
        with self._news:
            self.requests.append(message)
        if answer == SLOW:
            self._ended.wait(60)
            return None
        if answer == CUT:
            return None
        if isinstance(answer, int) and answer >= 300:
            return answer, ""
        if isinstance(answer, tuple):
            return answer
        if fault := _fault_in(headers, body, message):
            self.refused.append(fault)
            return 401, fault
        self._take_once(message)
        return None if answer == CUT_WHEN_TAKEN else (int(answer), "")

    def _take_once(self, message: Message) -> None:
        with self._news:
            if message["id"] in self.taken:
                return
            self.taken[message["id"]] = message
            where = self._gathered if self.is_gathering else self._arrived
            where += [message] * self.copies
            self._news.notify_all()

    def end(self) -> None:
        """Whoever waits for an answer waits no longer."""
        self._ended.set()


def _fault_in(headers: Any, body: bytes, message: Message) -> str:
    """What a provider refuses a request for, or nothing."""
    parts = dict(
        part.split("=", 1) for part in headers.get("Biyong-Signature", "").split(",")
    )
    signed = f"{parts.get('t', '')}.".encode() + body
    digest = hmac.new(KEY.encode(), signed, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(parts.get("v1", ""), digest):
        return "signature-wrong"
    if abs(time.time() - int(parts["t"])) > OLDEST_SECONDS:
        return "too-old"
    if headers.get("Idempotency-Key") != message["id"]:
        return "no-id"
    return ""


@contextmanager
def running_provider() -> Iterator[SmsProvider]:
    """A provider on a loopback port."""
    provider = SmsProvider()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            answer = provider.take(self.headers, body)
            if answer is None:
                self.close_connection = True
                with suppress(OSError):
                    self.connection.shutdown(2)
                return
            status, code = answer
            said = json.dumps({"code": code, "detail": message_of(body)}).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_: object) -> None:
            """Nothing is written."""

    server = ThreadingHTTPServer((HOST, 0), Handler)
    server.daemon_threads = True
    provider.url = f"http://{HOST}:{server.server_port}/messages"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        provider.end()
        server.shutdown()
        server.server_close()
        thread.join()


def message_of(body: bytes) -> str:
    """What a careless provider writes into its answers: the phone."""
    return str(json.loads(body)["to"])
