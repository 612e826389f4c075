"""Telling how things stand now: the producer's side of a rebuild.

A page of aggregates goes to the one who asked, each as the event that would tell its
state; nothing of it is archived, and nothing but a read model is filled by it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from contracts.registry import name_of

import contracts
from chassis.broker.port import Transport
from chassis.events.envelope import (
    LARGEST,
    Envelope,
    Refused,
    Wording,
    said_as,
    seal,
    to_bytes,
    to_document,
)
from chassis.outbox.resend import plumbing_message, was_said
from chassis.storage.aggregates import Aggregates, Facts

T = TypeVar("T")
STATE_ASKED, STATE_TOLD = "chassis.state.asked.v1", "chassis.state.told.v1"
AT_ONCE = 100
LARGEST_PAGE, LONGEST_WHY = LARGEST // 2, 300
Row = dict[str, Any]


@dataclass(frozen=True)
class Source(Generic[T]):
    """Aggregates, by which facts they tell their state, and the types of those."""

    rows: Aggregates[T]
    restate: Callable[[T], Facts]
    types: frozenset[str]

    @property
    def name(self) -> str:
        """The collection's."""
        return self.rows.collection.name

    def tells(self, types: Sequence[str]) -> bool:
        """Whether any of these types, in whatever version, is told from here."""
        return not _names(types).isdisjoint(_names(self.types))


@dataclass(frozen=True)
class Page:
    """Events, where they end ("" after the last), and of how many aggregates."""

    events: Sequence[Envelope]
    reached: str
    passed: int


class Restating:
    """What one service can tell again."""

    def __init__(
        self,
        service: str,
        word: Callable[[object], Wording],
        transport: Transport,
        book: contracts.ContractRegistry = contracts.REGISTRY,
    ) -> None:
        self.service, self.word, self.transport = service, word, transport
        self.book = book
        self.sources: list[Source[Any]] = []

    def on_state_asked(self, events: Sequence[Envelope]) -> None:
        """Somebody rebuilds: tell the page that was asked for, or why it cannot be."""
        for event in events:
            self._tell(event.data)

    def _tell(self, asked: Row) -> None:
        """An asker that cannot hear now asks again by itself."""
        types, after = asked["types"], asked["after"]
        try:
            page, why = self._page(types, after), self._untold(types)
        except Refused as fault:
            page, why = Page([], "", 0), str(fault)
        told: Row = {
            "service": self.service,
            "rebuild": asked["rebuild"],
            "after": after,
            "reached": page.reached,
            "passed": page.passed,
            "events": [to_document(event) for event in page.events],
        }
        if why:
            told["why"] = f"{self.service}: {why}"[:LONGEST_WHY]
        if not after:
            told["total"] = sum(s.rows.count() for s in self._sources(types))
        message = plumbing_message(self.service, asked["service"], STATE_TOLD, told)
        was_said(self.transport, message)

    def _untold(self, types: Sequence[str]) -> str:
        """Which of these nothing here tells, or nothing to say."""
        told = {name for source in self.sources for name in _names(source.types)}
        lacking = sorted(_names(types) - told)
        return f"{', '.join(lacking)} is told by nothing here" if lacking else ""

    def _sources(self, types: Sequence[str]) -> list[Source[Any]]:
        wanted = [source for source in self.sources if source.tells(types)]
        return sorted(wanted, key=lambda source: source.name)

    def _page(self, types: Sequence[str], after: str) -> Page:
        """The next aggregates of the first source that still has some."""
        begun, _, last = after.partition("/")
        for source in self._sources(types):
            if source.name < begun:
                continue
            since = last if source.name == begun else ""
            rows = source.rows.after(since, AT_ONCE)
            if rows:
                return self._filled(source, rows, types)
        return Page([], "", 0)

    def _filled(
        self,
        source: Source[T],
        rows: Sequence[tuple[str, T, int]],
        types: Sequence[str],
    ) -> Page:
        """As many of these as one message may hold; one at least."""
        events: list[Envelope] = []
        size = passed = 0
        reached = ""
        for id_, value, version in rows:
            told = self._told(id_, version, source.restate(value), types)
            size += sum(len(to_bytes(event)) for event in told)
            if passed and size > LARGEST_PAGE:
                break
            events += told
            reached, passed = id_, passed + 1
        return Page(events, f"{source.name}/{reached}", passed)

    def _told(
        self, id_: str, version: int, facts: Facts, types: Sequence[str]
    ) -> list[Envelope]:
        """The facts that were asked for, in the version that was asked for if heard."""
        told = []
        for place, fact in enumerate(facts):
            wording = self.word(fact)
            if name_of(wording.type) not in _names(types):
                continue
            forms = said_as(seal(self.service, wording, id_, version, place), self.book)
            asked = [form for form in forms if form.type in types]
            told.append(asked[0] if asked else forms[0])
        return told


def _names(types: Sequence[str] | frozenset[str]) -> set[str]:
    return {name_of(type_) for type_ in types}
