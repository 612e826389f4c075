"""Producers of the tests, pulled without a network but as their routes answer."""

import datetime
from collections.abc import Sequence

import msgspec
from chassis.events.envelope import Refused, to_bytes
from chassis.events.page import SNAPSHOTS, EventPage
from chassis.http.problem import Problem
from chassis.outbox.archive import ArchiveQuery, EventArchive
from chassis.projections.snapshot import NoSnapshots, Snapshots
from chassis.storage.collections import MessagingCollections

AWAY = Problem(503, "service-away", "catalog does not answer; try again soon.")


class LocalProducer:
    """A producer in this process; away while it is told to be."""

    def __init__(
        self, collections: MessagingCollections, snapshots: Snapshots | None = None
    ) -> None:
        self.archive, self.snapshots = EventArchive(collections), snapshots
        self.is_away = False
        self.asked: list[datetime.datetime] = []

    def __call__(
        self, what: str, types: Sequence[str], after: str, until: str
    ) -> EventPage:
        if self.is_away:
            raise AWAY
        page = self._snapshots if what == SNAPSHOTS else self._archived
        sent = msgspec.json.encode(page(types, after, until))
        return msgspec.json.decode(sent, type=EventPage)

    def _archived(self, types: Sequence[str], after: str, until: str) -> EventPage:
        since = datetime.datetime.fromisoformat(after)
        to = datetime.datetime.fromisoformat(until) if until else None
        self.asked.append(since)
        query = ArchiveQuery(tuple(types), until=to)
        events, reached = self.archive.find_page(query, since)
        raw = [msgspec.Raw(to_bytes(event)) for event in events]
        return EventPage(raw, reached.isoformat() if reached else "")

    def _snapshots(self, types: Sequence[str], after: str, _: str) -> EventPage:
        assert self.snapshots is not None
        try:
            return self.snapshots.find_page(types, after)
        except NoSnapshots as error:
            raise Problem(422, "no-snapshots", str(error)) from error
        except Refused as error:
            raise Problem(409, "event-refused", str(error)) from error
