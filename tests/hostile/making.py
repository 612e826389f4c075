"""Makes requests that are well but for one place, where something hostile stands."""

import copy
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from msgspec import inspect as shapes

from tests.hostile.targets import Target, targets, valid
from tests.hostile.values import PERSONAL, Hostile, encoded
from tests.routes.scene import BODIES, NOBODYS, Scene
from tests.routes.table import ARGUMENT, CALLERS

LONGEST_PATH = 8_000
"""Longer ones are cut by every server before anybody reads them."""
HEADERS = (
    "Accept", "Accept-Language", "Authorization", "Content-Type", "Cookie", "Expect",
    "Forwarded", "Host", "HX-Request", "Idempotency-Key", "If-Match", "If-None-Match",
    "Origin", "Range", "Referer", "Sec-Fetch-Site", "traceparent", "User-Agent",
    "X-Device", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto",
    "X-Request-Id",
)  # fmt: skip
SAFE_CALLS = {"GET", "HEAD"}
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
        if target.line.method not in SAFE_CALLS:
            said["If-Match"] = "*"  # so that an edit gets as far as its body
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
            body |= copy.deepcopy(written(self.scene))
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
