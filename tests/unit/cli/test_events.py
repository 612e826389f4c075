"""What an operator's commands ask, show and end with."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import msgspec
import pytest
from biyong.__main__ import app
from biyong.door import Door, Refused
from biyong.operating import ThroughGateway
from chassis.broker.topology import QueueStatus
from chassis.http import problem
from chassis.http.body import json_response
from chassis.http.problem import Problem
from chassis.operations.console import EventConsole
from chassis.operations.shapes import (
    Changed,
    Id,
    ParkedGroup,
    TimelineEntry,
)
from chassis.outbox.resend import ResendProgress
from click.testing import Result
from flask import Flask, Response, request
from gateway.clients.services import NAMES
from gateway.texts.refusals import REFUSALS
from typer.testing import CliRunner
from werkzeug.serving import make_server

from tests.unit import operators

NOT_FOUND = Problem(404, "not-found", "There is nothing at this path.")


@dataclass
class Gateway:
    """A gateway with canned answers; who has none has no such door."""

    url: str = ""
    answers: dict[str, Any] = field(default_factory=dict)

    asked: list[str] = field(default_factory=list)

    def everywhere(self, path: str, answered: object) -> None:
        """So answer all services."""
        self.answers |= {f"{name}/{path}": answered for name in NAMES}

    def app(self) -> Flask:
        app = Flask("gateway")
        problem.install_problems(app)

        @app.post("/api/session")
        def begin() -> Response:
            return json_response({"token": "t"})

        @app.route("/api/<service>/events/<path:path>", methods=["GET", "POST", "PUT"])
        def tell(service: str, path: str) -> Response:
            self.asked.append(f"{service}/{path}")
            found = self.answers.get(f"{service}/{path}", NOT_FOUND)
            if isinstance(found, Problem):
                raise found
            if isinstance(found, Steps):
                return json_response(found.pop(0))
            return json_response(
                found(request.get_json()) if callable(found) else found
            )

        return app


class Steps(list[Any]):
    """Answers that are given one after the other."""


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    made = Gateway()
    for name in operators.LISTS:
        made.everywhere(name, [])
    server = make_server("127.0.0.1", 0, made.app())
    made.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield made
    server.shutdown()
    thread.join(timeout=20)
    server.server_close()


def biyong(gateway: Gateway, *words: str) -> Result:
    env = {"BIYONG_URL": gateway.url, "BIYONG_LOGIN": "o", "BIYONG_PASSWORD": "p"}
    done = CliRunner().invoke(app, ["events", *words], env=env)
    assert done.exception is None or isinstance(done.exception, SystemExit)
    return done


def lines_with(done: Result, *parts: str) -> int:
    """How many lines name all of these."""
    lines = done.stdout.splitlines()
    return sum(all(part in line for part in parts) for line in lines)


def test_what_waits_to_be_published_is_shown_with_age_and_reason(
    gateway: Gateway,
) -> None:
    gateway.answers["learning/backlog"] = operators.BACKLOG
    done = biyong(gateway, "topology")
    assert (done.exit_code, done.stderr) == (0, "")
    assert lines_with(done, "hours", " 3 ", "0:03:20", operators.BACKLOG[0].why) == 1
    assert lines_with(done, "records", "1000", "2:00:00") == 1


def test_work_that_fails_again_and_again_is_shown_with_its_reason(
    gateway: Gateway,
) -> None:
    gateway.answers["learning/failures"] = operators.FAILURES
    done = biyong(gateway, "topology")
    assert done.exit_code == 0
    moment, why = operators.NOON.isoformat(), operators.FAILURES[0].why
    assert lines_with(done, "making-up", "7", moment, why) == 1


@pytest.mark.parametrize(
    ("queue", "code"),
    [
        (operators.ONE_DEAD[1], 0),
        (operators.queue("l.p01", there=False), 1),
        (operators.queue("l.p01", unbound=("a.type.v1",)), 1),
    ],
)
def test_a_queue_that_is_not_well_is_named_and_one_that_is_missing_ends_with_1(
    gateway: Gateway, queue: QueueStatus, code: int
) -> None:
    gateway.everywhere("queues", [operators.queue("q", 0, 1)])
    gateway.answers["learning/queues"] = [operators.queue("l.p00"), queue]
    done = biyong(gateway, "topology")
    assert done.exit_code == code
    assert lines_with(done, queue.name) == 1
    assert lines_with(done, "l.p00") == 0


@dataclass
class Refusing:
    """A door at which one service answers nothing but this refusal."""

    slug: str
    asked: list[str] = field(default_factory=list)

    def call(self, method: str, path: str, answer: object, body: object) -> list[Any]:
        self.asked.append(path)
        if path.startswith("/api/media/"):
            raise Refused(503, self.slug, "Not now.")
        return []


@pytest.mark.parametrize(
    ("slug", "times"), [("service-away", 1), ("bus-away", 2), ("store-away", 2)]
)
def test_who_does_not_answer_is_named_and_asked_no_more(
    slug: str, times: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """One whose bus or store is away may know more of something else."""
    door = Refusing(slug)
    operations = ThroughGateway(cast(Door, door))
    for operation in (EventConsole.find_queues, EventConsole.find_backlog):
        assert sorted(operations.ask_all(operation)) == sorted({*NAMES} - {"media"})
    assert sum("/media/" in path for path in door.asked) == times
    assert capsys.readouterr().err.count("media") == times


def test_a_trace_is_told_to_programs_too(gateway: Gateway) -> None:
    gateway.everywhere("published", [])
    assert biyong(gateway, "trace", "p", "--json").exit_code == 1
    gateway.answers["learning/published"] = [operators.published("p.1.0", second=1)]
    gateway.everywhere("consumed", [])
    gateway.answers["notify/consumed"] = [operators.consumed("p.1.0", second=2)]
    done = biyong(gateway, "trace", "p", "--json")
    entries = msgspec.json.decode(done.stdout, type=list[TimelineEntry])
    assert [(e.service, e.state) for e in entries] == [
        ("learning", "published"), ("notify", "handled"),
    ]  # fmt: skip


def test_what_is_parked_ends_with_1(gateway: Gateway) -> None:
    assert biyong(gateway, "parked").exit_code == 0
    gateway.answers["learning/parked"] = [operators.group("k1", "k2")]
    done = biyong(gateway, "parked", "--json")
    groups = msgspec.json.decode(done.stdout, type=dict[str, list[ParkedGroup]])
    assert (done.exit_code, groups["learning"]) == (1, [operators.group("k1", "k2")])
    assert lines_with(biyong(gateway, "parked"), "learning", "k1") == 1


@pytest.mark.parametrize("command", ["replay", "drop"])
def test_what_is_picked_is_passed_on(gateway: Gateway, command: str) -> None:
    asked: list[Any] = []
    gateway.answers[f"learning/parked/{command}"] = noted(asked, Changed(1))
    why = ["--why", "a test"] if command == "drop" else []
    done = biyong(gateway, command, "learning", "--cause", "c1", *why)
    assert done.exit_code == 0
    assert asked[0]["cause"] == "c1"
    assert asked[0].get("why", "") == (why[-1] if why else "")


def noted(asked: list[Any], answered: object) -> Callable[[Any], object]:
    """An answer that notes what it was asked with."""
    return lambda body: asked.append(body) or answered


def test_an_edit_is_of_an_event_that_there_is(gateway: Gateway, tmp_path: Path) -> None:
    data = tmp_path / "data.json"
    data.write_text('{"fen": 7}')
    edit = ["edit", "learning", "k", "--data", str(data)]
    shown = operators.sequence("k")
    gateway.answers["learning/parked/one"] = Steps([shown, Id(id="k"), shown])
    assert biyong(gateway, *edit).exit_code == 0
    assert biyong(gateway, *edit, "--event", "x").exit_code == 4
    assert gateway.asked == ["learning/parked/one"] * 3


@pytest.mark.parametrize(("state", "code"), [("done", 0), ("failed", 1)])
def test_a_resend_is_followed_to_its_end(
    gateway: Gateway, state: str, code: int
) -> None:
    progress = [
        ResendProgress(state="open", done=1),
        ResendProgress(state=state, done=2),
    ]
    gateway.answers["learning/resend"] = Steps([Id(id="r"), *progress])
    assert biyong(gateway, "resend", "learning", "--key", "k").exit_code == code
    assert gateway.asked == ["learning/resend"] * 3


@pytest.mark.parametrize(
    ("state", "code"), [("done", 0), ("stopped", 0), ("failed", 1), ("", 4)]
)
def test_a_rebuild_is_followed_to_its_end(
    gateway: Gateway, state: str, code: int
) -> None:
    gateway.answers["notify/models/rebuild"] = operators.model("filling")
    steps = [[operators.model("filling")], [operators.model(state)]]
    gateway.answers["notify/models"] = Steps(steps)
    assert biyong(gateway, "rebuild", "notify", "titles").exit_code == code


def test_what_is_refused_ends_with_4_and_the_reason(gateway: Gateway) -> None:
    unknown = Problem(404, "unknown-model", "There is no such model; it has: titles")
    gateway.answers["notify/models/rebuild"] = unknown
    done = biyong(gateway, "rebuild", "notify", "nothing")
    assert (done.exit_code, done.stderr) == (4, f"biyong: {unknown.detail}\n")


def test_a_refusal_is_told_in_the_language_of_the_terminal(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    unknown = Problem(404, "unknown-model", "There is no such model; it has: titles")
    gateway.answers["notify/models/rebuild"] = unknown
    for name, value in {"LC_ALL": "", "LC_MESSAGES": "", "LANG": "zh_CN.UTF-8"}.items():
        monkeypatch.setenv(name, value)
    told = biyong(gateway, "rebuild", "notify", "nothing").stderr
    assert told == f"biyong: {REFUSALS['unknown-model']}\n"


def test_there_is_no_other_service(gateway: Gateway) -> None:
    assert biyong(gateway, "show", "nowhere", "k").exit_code == 2
    assert gateway.asked == []
