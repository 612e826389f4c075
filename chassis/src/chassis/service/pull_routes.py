"""/events/archive and /events/snapshots: what services pull from a producer."""

import datetime
from collections.abc import Callable, Sequence
from typing import Annotated, Any

import msgspec
from contracts.http.shape import Query
from flask import Blueprint, Response

import contracts
from chassis.events.envelope import Refused, to_bytes
from chassis.events.page import EventPage
from chassis.http.auth import current_caller, require_services
from chassis.http.client import Client
from chassis.http.problem import Problem, problem_response
from chassis.http.routing import Routes, get, rule_of
from chassis.http.views import adapt_view
from chassis.outbox.archive import ArchiveQuery, EventArchive
from chassis.projections.snapshot import NoSnapshots, Snapshots

Types = Annotated[str, msgspec.Meta(min_length=1, max_length=4000)]
Moment = Annotated[datetime.datetime, msgspec.Meta(tz=True)]


class ArchiveIn(Query):
    """Which page of the archive; `types` stand with commas between them."""

    types: Types
    after: Moment
    until: Moment | None = None


class SnapshotsIn(Query):
    """Which page of snapshots; no cursor for the first."""

    types: Types
    after: Annotated[str, msgspec.Meta(max_length=400)] = ""


class PullRoutes(Routes):
    """Routes for the services that consume what this service publishes."""

    name = "recovery_of_events"

    def __init__(self, archive: EventArchive, snapshots: Snapshots) -> None:
        self.archive, self.snapshots = archive, snapshots

    @get("/events/archive")
    def show_archive(self, asked: ArchiveIn) -> EventPage:
        """A page of what was published."""
        query = ArchiveQuery(_consumed_types(asked.types), until=asked.until)
        events, reached = self.archive.find_page(query, asked.after)
        raw = [msgspec.Raw(to_bytes(event)) for event in events]
        return EventPage(raw, reached.isoformat() if reached else "")

    @get("/events/snapshots")
    def show_snapshots(self, asked: SnapshotsIn) -> EventPage:
        """A page of snapshots of what this service keeps."""
        return self.snapshots.find_page(_consumed_types(asked.types), asked.after)


def create_blueprint(
    service: str, archive: EventArchive, snapshots: Snapshots
) -> Blueprint:
    """The routes of one service, for those alone who consume what it publishes."""
    bp = Blueprint(PullRoutes.name, __name__)
    door = require_services(*sorted(consumers_of(service)))
    routes = PullRoutes(archive, snapshots)
    views: tuple[Callable[..., Any], ...] = (routes.show_archive, routes.show_snapshots)
    for view in views:
        if rule := rule_of(view):
            bp.add_url_rule(rule.path, view.__name__, door(adapt_view(view, rule)))
    bp.register_error_handler(NoSnapshots, _refuse_types)
    bp.register_error_handler(Refused, _refuse_event)
    return bp


def _refuse_types(error: Exception) -> Response:
    return problem_response(422, "no-snapshots", str(error))


def _refuse_event(error: Exception) -> Response:
    return problem_response(409, "event-refused", str(error))


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
