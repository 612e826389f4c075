"""Sends hostile requests to a platform and judges each answer."""

import http.client
import re
import threading
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import msgspec
from msgspec import inspect as shapes

from tests.hostile.targets import Target, targets, valid
from tests.hostile.values import PERSONAL, SCRIPTS, Hostile, encoded
from tests.routes.scene import BODIES, NOBODYS, Scene
from tests.routes.table import ARGUMENT, CALLERS

SENDERS = 8
"""Requests at once: some pressure, and every other client still gets its turn."""
DEADLINE_SECONDS = 60
LONGEST_PATH = 8_000
"""Longer ones are cut by every server before anybody reads them."""
HEADERS = (
    "Accept", "Accept-Language", "Authorization", "Content-Type", "Cookie", "Expect",
    "Forwarded", "Host", "HX-Request", "Idempotency-Key", "If-None-Match", "Origin",
    "Range", "Referer", "Sec-Fetch-Site", "traceparent", "User-Agent",
    "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Request-Id",
)  # fmt: skip
SAFE_CALLS = {"GET", "HEAD"}
PRINTED = tuple(text for text in SCRIPTS if "<" in text)
"""Payloads that no page may hold as they are."""
TEXT_OF_PAGE = re.compile(r"<h1[^>]*>\s*[^<\s]")
SERVER_ERROR, NO_ANSWER = "server error", "no answer"
NOTHING_SAID, MARKUP = "says nothing", "payload in a page"
ALIKE = 60
"""Answers of a route that begin with so many same letters are of one kind."""
UNREADABLE = {400, 413, 414, 431}
"""What the server itself says in plain words of a request that is none."""
Place = tuple[str, str]


@dataclass
class Request:
    """What is sent: who calls, and the request as it goes out."""

    caller: str
    target: Target
    place: Place
    path: str
    headers: dict[str, str]
    content: bytes | None = None


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


class Maker:
    """Makes requests of one seed, each place of each route in turn."""

    def __init__(self, scene: Scene, seed: int) -> None:
        self.scene, self.hostile = scene, Hostile(seed)
        self.alike: dict[int, list[Target]] = {}
        for target in targets():
            self.alike.setdefault(target.line.number, []).append(target)
        self.places = [
            (number, place)
            for number, (first, *_) in self.alike.items()
            for place in first.places()
        ]
        self.hostile.chance.shuffle(self.places)

    def requests(self, count: int) -> Iterable[Request]:
        """So many, the places one after the other as often as it takes.

        What several services have alike is asked of one of them each time.
        """
        for number in range(count):
            turn, place_number = divmod(number, len(self.places))
            self.hostile.turn = turn + place_number
            line, place = self.places[place_number]
            yield self.request(self.hostile.chance.choice(self.alike[line]), place)

    def request(self, target: Target, place: Place) -> Request:
        """One request that is well but for one place."""
        caller = self._caller(target)
        made = Request(caller, target, place, self._path(target, place), {})
        made.headers = self._headers(caller, target)
        if target.body is not None:
            made.headers["Content-Type"] = "application/json"
            made.content = self._body(target, place)
        elif target.is_form and target.words:
            kind, made.content = self._form(target, place)
            made.headers["Content-Type"] = kind
        if place[0] == "header":
            name = self.hostile.chance.choice(HEADERS)
            made.headers[name] = _sendable(self.hostile.text())
            made.place = ("header", f"{name}: {made.headers[name][:80]}")
        return made

    def _caller(self, target: Target) -> str:
        """Mostly somebody who is let in; nobody's session is ended by a call."""
        if target.line.given.get("as") == "anew":
            return "anonymous"
        pairs = zip(CALLERS, target.line.answers, strict=True)
        let_in = [caller for caller, status in pairs if status not in (401, 403)]
        chance = self.hostile.chance
        return chance.choice(let_in if let_in and chance.random() < 0.9 else CALLERS)

    def _headers(self, caller: str, target: Target) -> dict[str, str]:
        token = self.scene.doors[caller].token
        is_page = not target.line.rule.startswith(("/api/", "/v/"))
        said = {"Accept": "text/html" if is_page else "application/json"}
        if token:
            said["Authorization"] = f"Bearer {token}"
        if is_page and self.hostile.chance.random() < 0.1:
            said["HX-Request"] = "true"
        return said

    def _path(self, target: Target, place: Place) -> str:
        def fill(found: re.Match[str]) -> str:
            if place == ("argument", found[1]):
                return self._argument(found[1])
            name = target.line.given.get(found[1], found[1])
            is_kept = target.line.method in SAFE_CALLS or target.body is not None
            values = self.scene.values
            return quote(values.get(name, NOBODYS) if is_kept else NOBODYS, safe="/")

        path = ARGUMENT.sub(fill, target.line.rule)
        asked: dict[str, str] = {}
        if place[0] == "query" or (place[0] == "word" and not target.is_form):
            asked[place[1]] = self._text(place[1])
        query = urlencode(asked, errors="surrogatepass") if asked else ""
        return (f"{path}?{query}" if query else path)[:LONGEST_PATH]

    def _argument(self, name: str) -> str:
        """A segment of a path: quoted, or as it is where that can be sent."""
        text = self._text(name)
        if text.isascii() and text.isprintable() and self.hostile.chance.random() < 0.5:
            return text.replace(" ", "%20")
        return quote(text.encode("utf-8", "surrogatepass"), safe="")

    def _text(self, name: str) -> str:
        if name in PERSONAL:
            return str(self.hostile.personal(name))
        return self.hostile.text()

    def _body(self, target: Target, place: Place) -> bytes:
        assert target.body is not None
        if place[0] == "bytes":
            return self.hostile.body()
        body = valid(shapes.type_info(target.body), "", self._sample)
        written = BODIES.get(target.line.given.get("body", ""))
        if written is not None:
            body |= written(self.scene)
        if place == ("body", ""):
            return encoded(self._misshapen(body), self.hostile.shows_raw)
        if place[0] == "body":
            _put(body, place[1].split("."), self._value(place[1].rpartition(".")[2]))
        return encoded(body, self.hostile.shows_raw)

    def _misshapen(self, body: dict[str, Any]) -> Any:
        """A field too many, one too few, or something else altogether."""
        kind = self.hostile.chance.random()
        if kind < 0.5:
            return {**body, self.hostile.text(): self.hostile.value()}
        if kind < 0.8 and body:
            body.pop(self.hostile.chance.choice(list(body)))
            return body
        return self.hostile.value()

    def _value(self, name: str) -> Any:
        if name in PERSONAL and self.hostile.chance.random() < 0.7:
            return self.hostile.personal(name)
        return self.hostile.value()

    def _sample(self, name: str) -> Any:
        """What is right for a field of this name, if the scene has it."""
        if name in PERSONAL:
            self.hostile.number += 1
            return PERSONAL[name](self.hostile.number)
        return SAMPLES.get(name) or self.scene.values.get(name.removesuffix("_id"))

    def _form(self, target: Target, place: Place) -> tuple[str, bytes]:
        """A form's content type and its bytes."""
        fields = {name: SAMPLES.get(name, "x1") for name in target.words}
        fields |= {"action": "replay", "branch": "dongcheng", "key": NOBODYS}
        if place[0] == "word":
            fields[place[1]] = self._text(place[1])
        if "file" in target.words:
            return _multipart(fields, self.hostile.cells())
        return "application/x-www-form-urlencoded", urlencode(
            fields, errors="surrogatepass"
        ).encode()


SAMPLES: Mapping[str, Any] = {
    "starts_on": "2026-12-01", "ends_on": "2026-12-31", "role": "officer",
    "branch_id": "dongcheng", "parent": "beijing", "id": "x1", "row": 2, "next": "/",
}  # fmt: skip


def _put(body: Any, path: list[str], value: Any) -> None:
    """Set a value at a dotted path; a list on the way has one thing in it."""
    for step in path[:-1]:
        body = body[int(step) if isinstance(body, list) else step]
        if not isinstance(body, dict | list) or not body:
            return
    last = path[-1]
    body[int(last) if isinstance(body, list) else last] = value


def _multipart(fields: Mapping[str, str], file: bytes) -> tuple[str, bytes]:
    edge = "edge-of-a-part"
    parts = [
        f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode()
        + str(value).encode("utf-8", "surrogatepass")
        for name, value in fields.items()
        if name != "file"
    ]
    name = str(fields["file"]).encode("utf-8", "surrogatepass").replace(b'"', b"")
    head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="'
    parts.append(head.encode() + name.replace(b"\r\n", b" ") + b'"\r\n\r\n' + file)
    parts.append(f"--{edge}--\r\n".encode())
    return f"multipart/form-data; boundary={edge}", b"\r\n".join(parts)


def _sendable(text: str) -> str:
    """A text as a header can carry it."""
    plain = text.encode("utf-8", "surrogatepass").decode("latin-1")
    return re.sub(r"[\r\n\0]", " ", plain)[:LONGEST_PATH].strip()


class Sender:
    """Sends requests from several threads, each on a connection of its own."""

    def __init__(self, url: str) -> None:
        self.place = urlsplit(url)
        self.own = threading.local()
        self.report = Report()
        self.wires: list[http.client.HTTPConnection] = []

    def send_all(self, requests: Iterable[Request]) -> Report:
        """Send them; what became of them."""
        with ThreadPoolExecutor(SENDERS) as pool:
            for _ in pool.map(self.send, requests):
                pass
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
