"""Two services as small as can be: `media` says what was watched, `learning` hears it.

`python -m tests.chaos.pair media|learning web|relay|worker`. Every event carries a
token of who asked for it and its number in its key, so that whoever kept the tokens
outside can say what was lost, done twice, invented or out of order. Learning's handlers
are of the two kinds that the product has: an aggregate that knows by its own state what
it has done, and a read model that nothing older sets back.
"""

import os
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mongoengine as me
import msgspec
from chassis.events.envelope import Envelope, PublicEvent
from chassis.http.auth import allow_everyone
from chassis.http.body import json_response, read_body
from chassis.http.routing import Routes, get, post
from chassis.inbox.consumer import Handler
from chassis.projections.projection import ProjectedRow, Projection
from chassis.service.kit import ServiceKit
from chassis.service.main import run_main
from chassis.service.process import Service
from chassis.settings import CommonSettings, load_settings
from chassis.storage.aggregates import Aggregates, AlreadyExists, NotFound, mapping_of
from chassis.storage.documents import (
    Aggregate,
    ProjectionDocument,
    aggregate_meta,
    projection_meta,
)
from contracts.http.shape import Shape
from flask import Response

from tests.chaos.mischief import Mischief, on

PROGRESSED, COMPLETED = "media.watch.progressed.v1", "media.watch.completed.v1"


class Settings(CommonSettings, frozen=True, kw_only=True):
    """`mischief`: JSON of what this process is to do to itself.

    `refused_file`: keys whose events learning cannot handle for now.
    """

    mischief: str = "{}"
    refused_file: str = ""


class Refused(Exception):
    """This event is poison for now."""


@dataclass(frozen=True)
class Watching:
    """What a person watched: so many pieces, each told by one event."""

    count: int


@dataclass(frozen=True)
class Piece:
    """One piece was watched: number `number` of its key, asked for by `token`."""

    key: str
    number: int
    token: str


@dataclass(frozen=True)
class Heard:
    """What was heard of one key, in the order of hearing: `number token moment`."""

    pieces: list[str]


@dataclass(frozen=True)
class Last:
    """The newest piece of one key, as a read model repeats it."""

    number: int
    token: str


class WatchingDocument(Aggregate):
    meta = aggregate_meta("media", "watchings")
    count = me.IntField(required=True)


class HeardDocument(Aggregate):
    meta = aggregate_meta("learning", "heard")
    pieces = me.ListField(me.StringField())


class LastDocument(ProjectionDocument):
    meta = projection_meta("learning", "last")
    number = me.IntField(required=True)
    token = me.StringField(required=True)


class Asked(Shape):
    """A wish to watch `pieces` pieces."""

    token: str
    pieces: int


def word(fact: object) -> PublicEvent:
    """A piece in public: the number as seconds, the token as the lecture."""
    assert isinstance(fact, Piece)
    said = {"person_id": fact.key, "lecture_id": fact.token, "edition": fact.number}
    if fact.number % 2:
        return PublicEvent(PROGRESSED, fact.key, {**said, "percent": 1})
    return PublicEvent(COMPLETED, fact.key, {**said, "seconds": 1})


def watch(watchings: Aggregates[Watching], key: str, asked: Asked) -> None:
    """Count the pieces and say each, in one write."""

    def more(held: Watching) -> tuple[Watching, Sequence[object]]:
        numbers = range(held.count + 1, held.count + asked.pieces + 1)
        told = [Piece(key, n, f"{asked.token}.{n - held.count}") for n in numbers]
        return Watching(held.count + asked.pieces), told

    try:
        watchings.change(key, more)
    except NotFound:
        try:
            watchings.add(key, *more(Watching(0)))
        except AlreadyExists:
            watchings.change(key, more)


class WatchingRoutes(Routes):
    """The routes of the saying service."""

    name = "watchings"

    def __init__(self, watchings: Aggregates[Watching]) -> None:
        self.watchings = watchings

    @post("/watchings/<key>")
    @allow_everyone
    def post_watching(self, key: str) -> Response:
        asked = read_body(Asked)
        watch(self.watchings, key, asked)
        return json_response({"token": asked.token}, 201)

    @get("/watchings/<key>")
    @allow_everyone
    def show_watching(self, key: str) -> Response:
        return json_response({"count": self.watchings.get(key).count})


def refuse(event: Envelope, refused: Path) -> None:
    """Fail, or end the process, if the file says so: `KEY` or `KEY!` on a line."""
    said = refused.read_text().split() if refused.is_file() else []
    if event.partitionkey in said:
        raise Refused(event.id)
    if f"{event.partitionkey}!" in said:
        os.kill(os.getpid(), signal.SIGKILL)


def write_down(heard: Aggregates[Heard], event: Envelope) -> None:
    """Append a piece to those of its key, unless it is there."""
    number, token = event.data["edition"], event.data["lecture_id"]

    def append(before: Heard) -> tuple[Heard, Sequence[object]] | None:
        if any(piece.startswith(f"{number} ") for piece in before.pieces):
            return None
        return Heard([*before.pieces, f"{number} {token} {time.time():.3f}"]), ()

    try:
        heard.change(event.partitionkey, append)
    except NotFound:
        heard.add_many([(event.partitionkey, Heard([]), ())])
        heard.change(event.partitionkey, append)


def newest(event: Envelope) -> ProjectedRow[Last]:
    """The row that repeats a piece; a write tells several, each under its number."""
    number = event.data["edition"]
    return event.partitionkey, number, Last(number, event.data["lecture_id"])


def handlers(
    heard: Aggregates[Heard], last: Projection[Last], refused: Path
) -> dict[str, Handler]:
    """Write down what is heard; a repeat changes nothing."""

    def each(events: Sequence[Envelope]) -> None:
        for event in events:
            refuse(event, refused)
            write_down(heard, event)
            last.put_rows([newest(event)])

    return {PROGRESSED: each, COMPLETED: each}


def build_media(environ: Mapping[str, str]) -> Service:
    """The saying service."""
    base, _ = plumbing("media", environ, [WatchingDocument])
    watchings = base.open_aggregates(WatchingDocument, mapping_of(Watching))
    return base.create_service(
        base.create_app([WatchingRoutes(watchings)], Refused, {}), {}
    )


def build_learning(environ: Mapping[str, str]) -> Service:
    """The hearing service."""
    base, settings = plumbing("learning", environ, [HeardDocument, LastDocument])
    heard = base.open_aggregates(HeardDocument, mapping_of(Heard))
    last = Projection(LastDocument, mapping_of(Last))
    hearing = handlers(heard, last, Path(settings.refused_file))
    return base.create_service(base.create_app([], Refused, {}), hearing)


def plumbing(
    name: str,
    environ: Mapping[str, str],
    documents: Sequence[type[Aggregate | ProjectionDocument]],
) -> tuple[ServiceKit, Settings]:
    """The chassis' own, on a bus that does the mischief asked for."""
    settings = load_settings(Settings, environ)
    base = ServiceKit(name, settings, word, documents)
    mischief = msgspec.json.decode(settings.mischief, type=Mischief)
    base.transport = on(base.transport, mischief)
    return base, settings


BUILD: dict[str, Callable[[Mapping[str, str]], Any]] = {
    "media": build_media,
    "learning": build_learning,
}

if __name__ == "__main__":
    import sys

    service = sys.argv.pop(1)
    os.environ.setdefault("PORT", "0")
    run_main(service, BUILD[service])
