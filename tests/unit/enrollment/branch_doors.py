"""Both doors of branches over the same fakes: the broker's, and HTTPS."""

import dataclasses
import itertools
import json
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from chassis.broker.topology import count_waiting
from chassis.http import problem
from chassis.http.auth import Caller
from enrollment.api.branch_events import CONFLICT, BranchEventRoutes
from enrollment.api.statuses import STATUSES
from enrollment.domain.change_row import ChangeRow
from enrollment.domain.errors import Refusal
from enrollment.domain.people import branch_below, root_branch
from enrollment.domain.refused_message import RefusedMessage
from enrollment.domain.roster import Row
from enrollment.events.roster_consumer import EXCHANGE, QUEUE, RosterConsumer
from enrollment.usecases.receive_message import OpenBranches, ReadMessage
from flask import Flask, g

from tests.doubles.memory_bus import InMemoryTransport
from tests.unit.enrollment.fakes import FakeBranches, FakeChunks, Steps

CITY = root_branch("beijing", "市总")
CLOSED = dataclasses.replace(branch_below(CITY, "closed", "已关"), closed=True)
BRANCHES = (CITY, branch_below(CITY, "dongcheng", "东城"), CLOSED)
STRUCTURED = "application/cloudevents+json"
ROW = {"name": "乙", "member_no": "2", "phone": "13700000002", "class_id": "c1"}
numbers = itertools.count(1)


@dataclass(frozen=True)
class Sent:
    """A message as it goes to either door."""

    body: bytes
    content_type: str = STRUCTURED
    headers: Mapping[str, str] = field(default_factory=dict)
    branch: str = "dongcheng"


@dataclass(frozen=True)
class Answer:
    """What a door did: the rows that it took, or why none."""

    rows: tuple[Row | ChangeRow, ...] = ()
    dry_run: bool = False
    reason: str = ""
    place: str = ""
    key: str = ""
    kind: str = ""
    is_sandbox: bool = False


def event(data: object, **attributes: object) -> dict[str, Any]:
    """A CloudEvent with what is required and nothing else."""
    required = {
        "specversion": "1.0", "id": "e1", "source": "/branches/dongcheng",
        "type": "branch.roster.sent.v1",
    }  # fmt: skip
    return required | attributes | {"data": data}


def roster(*rows: object, **fields: object) -> dict[str, Any]:
    """The data of a roster under a key of its own."""
    key = f"k{next(numbers)}"
    return {"roster_id": "r", "key": key, "rows": rows or [row(1)]} | fields


def changes(*rows: object, **fields: object) -> dict[str, Any]:
    """The data of changes under a key of its own."""
    key = f"k{next(numbers)}"
    return {"key": key, "rows": rows or [change(1)]} | fields


def change(number: object, **cells: object) -> dict[str, Any]:
    named = {"action": "withdraw", "class_id": "c1", "member_no": "2"}
    return {"row": number, **named, **cells}


def changing(data: object) -> Sent:
    """The event of changes whole, as JSON."""
    return structured(data, type="branch.changes.sent.v1")


def row(number: object, **changed: object) -> dict[str, Any]:
    return {"row": number, **ROW, **changed}


def structured(data: object, **attributes: object) -> Sent:
    """The event whole, as JSON."""
    return Sent(json.dumps(event(data, **attributes)).encode())


class Doors:
    """Two fresh doors of one platform's kind; what each answers to a message."""

    def __init__(self) -> None:
        self.bus, self.answers = InMemoryTransport(), list[RefusedMessage]()
        self.bus.patience = 0.0
        self.by_broker, self.by_https = FakeChunks(Steps()), FakeChunks(Steps())
        self.parked: list[str] = []
        self.consumer = RosterConsumer(
            self.bus,
            self._create_reader(),
            self.by_broker,
            threading.Event().set,
            self.answers.append,
            lambda body, why, sender, key: bool(self.parked.append(why) or True),
        )
        self.consumer.take_once()
        self.app = self._create_app()

    def _create_reader(self) -> ReadMessage:
        return ReadMessage(OpenBranches(FakeBranches(BRANCHES)), time.time)

    def _create_app(self) -> Flask:
        app = Flask("a door")
        roles = frozenset({"officer"})

        def speak() -> None:
            g.caller = Caller("gateway", branch="beijing", roles=roles, account="a1")

        app.before_request(speak)
        problem.install_problems(app)
        problem.install_refusals(app, Refusal, STATUSES)
        routes = BranchEventRoutes(
            FakeBranches(BRANCHES),
            self.by_https,
            self._create_reader(),
            threading.Event().set,
        )
        app.register_blueprint(routes.blueprint())
        return app

    def ask_broker(self, sent: Sent) -> Answer:
        self.answers.clear()
        before = set(self.by_broker.rows)
        account = f"branch.{sent.branch}"
        about = {"content_type": sent.content_type, "headers": sent.headers}
        self.bus.send(EXCHANGE, f"{account}.roster", sent.body, account, **about)
        while count_waiting(self.bus.find_queues(QUEUE)):
            self.consumer.take_once()
        if self.answers:
            [told] = self.answers
            return Answer(reason=told.reason, place=told.place, key=told.key)
        return _taken(self.by_broker, before)

    def ask_https(self, sent: Sent) -> Answer:
        before = set(self.by_https.rows)
        got = self.post(sent)
        if got.status_code not in (200, 202):
            told = got.get_json()
            slug = told["type"].rpartition("/")[2]
            assert STATUSES.get(slug, CONFLICT) == got.status_code
            place, key = told.get("place", ""), told.get("key", "")
            return Answer(reason=slug, place=place, key=key)
        return _taken(self.by_https, before)

    def post(self, sent: Sent) -> Any:
        """What HTTPS answers."""
        headers = {**sent.headers, "Content-Type": sent.content_type}
        path = f"/branches/{sent.branch}/events"
        return self.app.test_client().post(path, data=sent.body, headers=headers)


def _taken(chunks: FakeChunks, before: set[str]) -> Answer:
    [new] = set(chunks.rows) - before
    chunk = chunks.rows[new]
    rows = (*chunk.rows, *chunk.changes)
    kind, is_sandbox = chunk.kind, chunk.is_sandbox
    return Answer(rows, chunk.dry_run, key=chunk.key, kind=kind, is_sandbox=is_sandbox)
