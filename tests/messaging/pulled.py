"""Producers of the tests, pulled without a network but as their routes answer."""

import datetime
from collections.abc import Sequence
from typing import Any

import msgspec
from chassis.events.envelope import Refused, form_for, to_bytes
from chassis.events.page import EventPage
from chassis.http.problem import Problem
from chassis.outbox.archive import ArchiveQuery, EventArchive
from chassis.projections.snapshot import NoSnapshots, Snapshots
from chassis.storage.collections import Tables

AWAY = Problem(503, "service-away", "catalog does not answer; try again soon.")


class LocalProducer:
    """A producer in this process; away while it is told to be."""

    def __init__(self, tables: Tables, snapshots: Snapshots | None = None) -> None:
        self.archive, self.snapshots = EventArchive(tables), snapshots
        self.is_away = False
        self.asked: list[tuple[datetime.datetime, datetime.datetime | None]] = []

    def archive_page(
        self, types: Sequence[str], after: str, until: datetime.datetime | None
    ) -> EventPage:
        self._answer()
        since = datetime.datetime.fromisoformat(after)
        self.asked.append((since, until))
        page = self.archive.find_page(ArchiveQuery(tuple(types), until=until), since)
        raw = [to_bytes(form_for(types, event)) for event in page.events]
        cursor = page.reached.isoformat() if page.reached else ""
        return _sent(EventPage([msgspec.Raw(event) for event in raw], cursor))

    def snapshot_page(self, types: Sequence[str], after: str) -> EventPage:
        self._answer()
        assert self.snapshots is not None
        try:
            return _sent(self.snapshots.find_page(types, after))
        except NoSnapshots as error:
            raise Problem(422, "no-snapshots", str(error)) from error
        except Refused as error:
            raise Problem(409, "event-refused", str(error)) from error

    def _answer(self) -> None:
        if self.is_away:
            raise AWAY


def _sent(page: EventPage) -> EventPage:
    """As it is after a way over the wire."""
    sent: Any = msgspec.json.encode(page)
    return msgspec.json.decode(sent, type=EventPage)
