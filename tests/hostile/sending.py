"""Sends hostile requests to a platform and judges each answer."""

import http.client
import itertools
import re
import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import msgspec

from tests.hostile.making import Request
from tests.hostile.values import SCRIPTS

SENDERS = 8
"""Requests at once: some pressure, and every other client still gets its turn."""
DEADLINE_SECONDS = 60
MADE_AHEAD = 500
"""Requests kept in memory; some are large."""
PRINTED = tuple(text for text in SCRIPTS if "<" in text)
"""Payloads that no page may hold as they are."""
TEXT_OF_PAGE = re.compile(r"<h1[^>]*>\s*[^<\s]")
SERVER_ERROR, NO_ANSWER = "server error", "no answer"
NOTHING_SAID, MARKUP = "says nothing", "payload in a page"
ALIKE = 60
"""Answers of a route that begin with so many same letters are of one kind."""
UNREADABLE = {400, 413, 414, 431}
"""What the server itself says in plain words of a request that is none."""


@dataclass(frozen=True)
class Fault:
    """An answer that is not right."""

    kind: str
    route: str
    about: str
    caller: str
    path: str
    content: bytes
    answer: str

    @property
    def weight(self) -> int:
        """How long its reproduction is."""
        return len(self.path) + len(self.content)

    def __str__(self) -> str:
        sent = f"{self.path[:300]} {self.content[:300]!r}"
        return f"{self.route} {self.about} | {self.caller} | {sent} | {self.answer}"


@dataclass
class Report:
    """What became of all requests."""

    statuses: dict[int, int] = field(default_factory=dict)
    made: list[tuple[str, str]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def smallest(self, kind: str) -> list[str]:
        """The shortest reproduction for each route's way to do a kind of fault."""
        found: dict[tuple[str, str], Fault] = {}
        for fault in sorted(self.faults, key=lambda one: one.weight):
            if fault.kind == kind:
                found.setdefault((fault.route, fault.answer[:ALIKE]), fault)
        return [str(fault) for fault in found.values()]


class Sender:
    """Sends requests from several threads, each on a connection of its own."""

    def __init__(self, url: str) -> None:
        self.place = urlsplit(url)
        self.own = threading.local()
        self.report = Report()
        self.wires: list[http.client.HTTPConnection] = []

    def send_all(self, requests: Iterable[Request]) -> Report:
        """Send them; what became of them."""
        waiting = iter(requests)
        with ThreadPoolExecutor(SENDERS) as pool:
            while batch := list(itertools.islice(waiting, MADE_AHEAD)):
                list(pool.map(self.send, batch))
        for wire in self.wires:
            wire.close()
        return self.report

    def send(self, request: Request) -> None:
        """Send one and judge its answer."""
        try:
            status, kind, content = self._answer(request)
        except (http.client.HTTPException, OSError) as error:
            self._connection().close()
            self._note(request, NO_ANSWER, repr(error)[:200])
            return
        with self.report.lock:
            self.report.statuses[status] = self.report.statuses.get(status, 0) + 1
        for fault in judged(status, kind, content):
            self._note(
                request, fault, f"{status} {content[:300].decode(errors='replace')}"
            )
        if status == 201:
            self._keep(request, content)

    def _answer(self, request: Request) -> tuple[int, str, bytes]:
        line, wire = request.target.line, self._connection()
        has_host = "Host" in request.headers
        wire.putrequest(line.method, request.path, skip_host=has_host)
        for name, value in request.headers.items():
            wire.putheader(name, value.encode("latin-1"))
        if request.content is not None:
            wire.putheader("Content-Length", str(len(request.content)))
        wire.endheaders(request.content)
        got = wire.getresponse()
        content = got.read()
        return got.status, got.getheader("Content-Type", ""), content

    def _connection(self) -> http.client.HTTPConnection:
        if not hasattr(self.own, "wire"):
            assert self.place.hostname is not None
            self.own.wire = http.client.HTTPConnection(
                self.place.hostname, self.place.port, timeout=DEADLINE_SECONDS
            )
            self.wires.append(self.own.wire)
        wire: http.client.HTTPConnection = self.own.wire
        return wire

    def _note(self, request: Request, kind: str, answer: str) -> None:
        fault = Fault(
            kind, request.target.line.route, " ".join(request.place), request.caller,
            request.path, request.content or b"", answer,
        )  # fmt: skip
        with self.report.lock:
            self.report.faults.append(fault)

    def _keep(self, request: Request, content: bytes) -> None:
        """Remember what was made, so that its page is looked at."""
        try:
            made = msgspec.json.decode(content, type=dict[str, Any])
        except msgspec.DecodeError:
            return
        if "id" in made:
            with self.report.lock:
                self.report.made.append((request.target.line.rule, str(made["id"])))


def judged(status: int, kind: str, content: bytes) -> list[str]:
    """What is wrong with an answer."""
    found = []
    if status >= 500 and not _is_away(status, content):
        found.append(SERVER_ERROR)
    if status >= 400 and not _says_what_to_do(status, kind, content):
        found.append(NOTHING_SAID)
    if kind.startswith("text/html") and any(
        text.encode() in content for text in PRINTED
    ):
        found.append(MARKUP)
    return found


def _is_away(status: int, content: bytes) -> bool:
    """Whether a part did not answer and the answer names that."""
    return status == 503 and _problem(content).get("type", "").endswith("away")


def _says_what_to_do(status: int, kind: str, content: bytes) -> bool:
    if kind.startswith("application/problem+json"):
        return bool(_problem(content).get("detail", "").strip())
    if kind.startswith("text/html"):
        return TEXT_OF_PAGE.search(content.decode("utf-8", "replace")) is not None
    return status in UNREADABLE and kind.startswith("text/plain") and b"\n" in content


def _problem(content: bytes) -> dict[str, str]:
    try:
        said = msgspec.json.decode(content, type=dict[str, Any])
    except msgspec.DecodeError:
        return {}
    return {name: str(value) for name, value in said.items()}
