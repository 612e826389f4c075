"""/events/archive and /events/snapshots: what services pull from a producer."""

import datetime
from collections.abc import Sequence
from typing import Annotated

import msgspec
from contracts.http.shape import Shape
from flask import Blueprint, Response

import contracts
from chassis.events.envelope import Refused, to_bytes
from chassis.events.page import EventPage
from chassis.http.auth import current_caller, require_services
from chassis.http.body import json_response, read_query
from chassis.http.client import Client
from chassis.http.problem import Problem, problem_response
from chassis.outbox.archive import ArchiveQuery, EventArchive
from chassis.projections.snapshot import NoSnapshots, Snapshots

Types = Annotated[str, msgspec.Meta(min_length=1, max_length=4000)]
Moment = Annotated[datetime.datetime, msgspec.Meta(tz=True)]


class ArchiveIn(Shape):
    """Which page of the archive; `types` stand with commas between them."""

    types: Types
    after: Moment
    until: Moment | None = None


class SnapshotsIn(Shape):
    """Which page of snapshots; no cursor for the first."""

    types: Types
    after: Annotated[str, msgspec.Meta(max_length=400)] = ""


def create_blueprint(
    service: str, archive: EventArchive, snapshots: Snapshots
) -> Blueprint:
    """Routes for the services that consume what this service publishes."""
    bp = Blueprint("recovery_of_events", __name__)
    door = require_services(*sorted(consumers_of(service)))

    @bp.get("/events/archive")
    @door
    def show_archive() -> Response:
        asked = read_query(ArchiveIn)
        types = _consumed_types(asked.types)
        query_ = ArchiveQuery(types, until=asked.until)
        events, reached = archive.find_page(query_, asked.after)
        raw = [msgspec.Raw(to_bytes(event)) for event in events]
        return json_response(EventPage(raw, reached.isoformat() if reached else ""))

    @bp.get("/events/snapshots")
    @door
    def show_snapshots() -> Response:
        asked = read_query(SnapshotsIn)
        return json_response(
            snapshots.find_page(_consumed_types(asked.types), asked.after)
        )

    @bp.errorhandler(NoSnapshots)
    def refuse_types(error: NoSnapshots) -> Response:
        return problem_response(422, "no-snapshots", str(error))

    @bp.errorhandler(Refused)
    def refuse_event(error: Refused) -> Response:
        return problem_response(409, "event-refused", str(error))

    return bp


def pull_page(
    client: Client, what: str, types: Sequence[str], after: str, until: str
) -> EventPage:
    """A page from one producer, pulled as `Pull` says. Raises Problem."""
    query = {"types": ",".join(types), "after": after}
    if until:
        query["until"] = until
    return client.send_request("GET", ("events", what), EventPage, query=query)


def consumers_of(service: str) -> set[str]:
    """The services that consume an event of this producer."""
    types = [t for t in contracts.all_types() if contracts.producer_of(t) == service]
    consumers = {name for type_ in types for name in contracts.consumers_of(type_)}
    return consumers - {contracts.BRANCH}


def _consumed_types(text: str) -> tuple[str, ...]:
    """The types asked for. Raises Problem 403 for one that the caller does not consume:
    no service reads here what the broker would not let it have."""
    types: Sequence[str] = text.split(",")
    known = set(contracts.all_types())
    for type_ in types:
        if type_ not in known or current_caller().issuer not in contracts.consumers_of(
            type_
        ):
            raise Problem(403, "not-consumed", "Ask for types that you consume.")
    return tuple(types)
