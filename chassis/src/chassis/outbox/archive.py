"""The event archive of a service, page by page in the order of publishing."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from contracts.registry import name_of

from chassis.clock import as_utc
from chassis.events.envelope import Envelope, from_document
from chassis.storage.collections import MessagingCollections

PAGE = 500
"""Events of a page: half a megabyte as they usually are, and some tens of milliseconds
in which a producer's thread answers nobody else."""
Moment = datetime.datetime
Row = dict[str, Any]


@dataclass(frozen=True)
class ArchiveQuery:
    """Which archived events are meant: those that fit all that is given.

    A type stands for all its versions.
    """

    types: tuple[str, ...] = ()
    key: str = ""
    since: Moment | None = None
    until: Moment | None = None


class EventArchive:
    """What one service published in the last weeks."""

    def __init__(self, collections: MessagingCollections) -> None:
        self.rows = collections.event_archive

    def find_page(
        self, query: ArchiveQuery, after: Moment | None
    ) -> tuple[list[Envelope], Moment | None]:
        """The next events as they were published, and up to when that is; None at the
        end. A page ends between two moments: a batch is on one page."""
        filter_ = _to_filter(query, after)
        rows = list(self.rows.find(filter_, sort=[("at", 1)], limit=PAGE))
        if len(rows) < PAGE:
            return _read_events(rows, query), None
        last = rows[-1]["at"]
        batch = self.rows.find({**filter_, "at": last})
        whole = {row["_id"]: row for row in (*rows, *batch)}
        return _read_events(whole.values(), query), as_utc(last)


def _to_filter(query: ArchiveQuery, after: Moment | None) -> Row:
    """By moment and key; types are looked at in `_read_events`, since no index has
    them."""
    moments: Row = {}
    if after is not None:
        moments["$gt"] = as_utc(after)
    elif query.since is not None:
        moments["$gte"] = as_utc(query.since)
    if query.until is not None:
        moments["$lt"] = as_utc(query.until)
    filter_: Row = {"at": moments} if moments else {}
    if query.key:
        filter_["event.partitionkey"] = query.key
    return filter_


def _read_events(rows: Iterable[Row], query: ArchiveQuery) -> list[Envelope]:
    names = {name_of(type_) for type_ in query.types}
    meant = [r for r in rows if not names or name_of(r["event"]["type"]) in names]
    return [from_document(row["event"]) for row in sorted(meant, key=_place_of)]


def _place_of(row: Mapping[str, Any]) -> tuple[Moment, str, int]:
    """Events of one moment stand as their documents changed."""
    place = int(row["_id"].rpartition(".")[2])
    return row["at"], row["event"]["sequence"], place
