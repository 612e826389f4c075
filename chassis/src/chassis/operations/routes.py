"""/events: the operations of one service's console as routes."""

import functools
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response

from chassis.broker.port import BusUnavailable
from chassis.events.envelope import Refused
from chassis.http.body import json_response, read_body, read_query
from chassis.http.problem import problem_response
from chassis.operations.console import EventConsole
from chassis.operations.operations import Operation
from chassis.operations.parked import (
    NotDropped,
    NothingPicked,
    NotMendable,
    NotParked,
)
from chassis.projections.rebuild import NoSuchModel

REFUSALS: dict[type[Exception], tuple[int, str]] = {
    NotParked: (404, "not-parked"),
    NotDropped: (404, "not-dropped"),
    NothingPicked: (422, "nothing-picked"),
    NoSuchModel: (404, "unknown-model"),
    NotMendable: (409, "not-mendable"),
    Refused: (422, "event-refused"),
    BusUnavailable: (503, "bus-away"),
}


def create_blueprint(console: EventConsole) -> Blueprint:
    """A route for each operation, for operators alone."""
    bp = Blueprint("operations_of_events", __name__)
    for name, operation in vars(EventConsole).items():
        if isinstance(operation, Operation):
            view, methods = _create_view(console, operation), [operation.method]
            bp.add_url_rule(f"/events/{operation.path}", name, view, methods=methods)
    for kind, (status, slug) in REFUSALS.items():
        bp.register_error_handler(kind, _create_refusal(status, slug))
    return bp


def _create_view(
    console: EventConsole, operation: Operation[Any]
) -> Callable[[], Response]:
    read, asked = (
        read_query if operation.method == "GET" else read_body,
        operation.asked,
    )

    @functools.wraps(operation.view)
    def view() -> Response:
        given = [read(asked)] if asked else []
        return json_response(operation.view(console, *given), operation.status)

    return view


def _create_refusal(status: int, slug: str) -> Callable[[Exception], Response]:
    return lambda error: problem_response(status, slug, str(error))
