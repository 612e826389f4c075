"""Snapshots: the present state of aggregates, as events for whoever rebuilds."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import msgspec
from contracts.registry import name_of

from chassis.errors import OwnFault
from chassis.events.envelope import (
    Envelope,
    PublicEvent,
    create_envelope,
    to_bytes,
)
from chassis.events.page import EventPage
from chassis.storage.aggregates import Aggregates, DomainEvents

T = TypeVar("T")
AT_ONCE = 100
"""Aggregates of a page: making events of them holds a thread for some tens of ms."""


class NoSnapshots(OwnFault):
    """No aggregate of this service tells its state by these types."""


@dataclass(frozen=True)
class SnapshotSource(Generic[T]):
    """Aggregates, the events that give their state, and the types of those."""

    rows: Aggregates[T]
    to_snapshot: Callable[[T], DomainEvents]
    types: frozenset[str]

    @property
    def name(self) -> str:
        """The collection's."""
        return self.rows.collection.name


class Snapshots:
    """All aggregates of one service that tell their state."""

    def __init__(self, service: str, to_event: Callable[[object], PublicEvent]) -> None:
        self.service, self.to_event = service, to_event
        self.sources: list[SnapshotSource[Any]] = []

    def find_page(self, types: Sequence[str], after: str) -> EventPage:
        """The next aggregates of the first source that still has some.

        Raises NoSnapshots, and Refused for state that breaks the event contract.
        """
        sources = self._find_sources(types)
        total = sum(source.rows.count() for source in sources)
        name, _, last_id = after.partition("/")
        for source in sources:
            if source.name < name:
                continue
            since = last_id if source.name == name else ""
            rows = source.rows.find_after(since, AT_ONCE)
            if rows:
                events = [
                    e for row in rows for e in self._to_events(source, row, types)
                ]
                raw = [msgspec.Raw(to_bytes(event)) for event in events]
                return EventPage(raw, f"{source.name}/{rows[-1][0]}", len(rows), total)
        return EventPage([], "", 0, total)

    def _find_sources(self, types: Sequence[str]) -> list[SnapshotSource[Any]]:
        wanted = _names_of(types)
        if lacking := wanted - {n for s in self.sources for n in _names_of(s.types)}:
            raise NoSnapshots(f"{', '.join(sorted(lacking))} tells no state here")
        meant = [s for s in self.sources if not wanted.isdisjoint(_names_of(s.types))]
        return sorted(meant, key=lambda source: source.name)

    def _to_events(
        self,
        source: SnapshotSource[T],
        row: tuple[str, T, int],
        types: Sequence[str],
    ) -> list[Envelope]:
        """The events that are asked for, whichever version they have now."""
        id_, value, version = row
        events = []
        for place, domain_event in enumerate(source.to_snapshot(value)):
            public_event = self.to_event(domain_event)
            if name_of(public_event.type) in _names_of(types):
                event = create_envelope(self.service, public_event, id_, version, place)
                events.append(event)
        return events


def _names_of(types: Sequence[str] | frozenset[str]) -> set[str]:
    return {name_of(type_) for type_ in types}
