"""What an operator's commands say of services, of this release and of earlier ones."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from biyong.events import app
from biyong.operating import SERVICES
from chassis.http import problem
from chassis.http.body import answer
from chassis.http.problem import Problem
from click.testing import Result
from flask import Flask, Response
from typer.testing import CliRunner
from werkzeug.serving import make_server

OLD = "media"
NO_SUCH_DOOR = Problem(404, "not-found", "There is nothing at this path.")


@dataclass
class Gateway:
    """A gateway with canned answers; who has none has no such door."""

    url: str = ""
    answers: dict[str, Any] = field(default_factory=dict)

    def everywhere(self, path: str, said: object, but: str = "") -> None:
        """So answer all services, but this one."""
        self.answers |= {f"{name}/{path}": said for name in SERVICES if name != but}

    def app(self) -> Flask:
        app = Flask("gateway")
        problem.install(app)

        @app.post("/api/session")
        def begin() -> Response:
            return answer({"token": "t"})

        @app.route("/api/<service>/events/<path:path>", methods=["GET", "POST"])
        def tell(service: str, path: str) -> Response:
            found = self.answers.get(f"{service}/{path}", NO_SUCH_DOOR)
            if isinstance(found, Problem):
                raise found
            return answer(found.pop(0) if isinstance(found, Steps) else found)

        return app


class Steps(list[Any]):
    """Answers that are given one after the other."""


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    made = Gateway()
    made.everywhere("failing", [])
    server = make_server("127.0.0.1", 0, made.app())
    made.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield made
    server.shutdown()
    thread.join(timeout=20)
    server.server_close()


def biyong(gateway: Gateway, *words: str) -> Result:
    env = {"BIYONG_URL": gateway.url, "BIYONG_LOGIN": "o", "BIYONG_PASSWORD": "p"}
    done = CliRunner().invoke(app, [*words], env=env)
    assert done.exception is None or isinstance(done.exception, SystemExit)
    return done


def queue(name: str, waiting: int = 0, consumers: int = 1, **more: Any) -> Any:
    about = {"there": True, "waiting": waiting, "consumers": consumers, "unbound": []}
    return {"name": name, **about, **more}


def model(state: str, **more: Any) -> Any:
    told = {"model": "titles", "asks": ["catalog"], "state": state, "rows": 1}
    sums = {"told": 1, "total": 1, "removed": 0, "before": "0", "after": "0"}
    return {**told, **sums, "why": "", **more}


def test_what_waits_to_be_said_is_told_with_age_and_reason(gateway: Gateway) -> None:
    gateway.everywhere("topology", [queue("q.p00")])
    gateway.everywhere("unsaid", [], but="learning")
    why = "3 of 9 messages stayed unconfirmed, to learning.[x].p07"
    gateway.answers["learning/unsaid"] = [
        {"outbox": "hours", "documents": 3, "seconds": 200.4, "why": why},
        {"outbox": "records", "documents": 1000, "seconds": 7200.0, "why": ""},
    ]
    done = biyong(gateway, "topology")
    assert done.exit_code == 0, done.output
    assert f"3 of hours have waited to be said, the oldest for 0:03:20: {why}" in (
        done.stdout
    )
    assert "1000 or more of records have waited to be said" in done.stdout
    assert "2:00:00: its relay gave no reason; perhaps none runs" in done.stdout
    assert done.stdout.count("waited to be said") == 2
    assert done.stderr == ""


def test_work_that_fails_again_and_again_is_told_with_its_reason(
    gateway: Gateway,
) -> None:
    gateway.everywhere("topology", [queue("q.p00")])
    gateway.everywhere("unsaid", [])
    gateway.answers["learning/failing"] = [
        {
            "work": "making-up", "times": 7, "why": "KeyError: '[k2]'",
            "since": "2026-11-25T08:00:00Z", "last": "2026-11-25T08:07:00Z",
        }
    ]  # fmt: skip
    done = biyong(gateway, "topology")
    assert "making-up has failed 7 times since 2026-11-25T08:00:00Z" in done.stdout
    assert "last 2026-11-25T08:07:00Z: KeyError: '[k2]'" in done.stdout
    assert done.exit_code == 0


def test_what_waits_is_told_although_its_queues_cannot_be_looked_at(
    gateway: Gateway,
) -> None:
    gateway.everywhere("topology", [queue("q.p00")], but=OLD)
    gateway.everywhere("unsaid", [], but=OLD)
    waits = {"outbox": "watches", "documents": 1, "seconds": 60.0, "why": "away"}
    gateway.answers[f"{OLD}/unsaid"] = [waits]
    done = biyong(gateway, "topology")
    assert f"{OLD}: its queues could not be looked at" in done.stdout
    assert "1 of watches have waited to be said" in done.stdout


def test_a_queue_that_nobody_hears_is_named_where_others_are_heard(
    gateway: Gateway,
) -> None:
    gateway.everywhere("unsaid", [])
    gateway.everywhere("topology", [queue("q", 0, 0)], but="learning")
    two = [queue("learning.p00"), queue("learning.p01", 0, 0)]
    gateway.answers["learning/topology"] = two
    done = biyong(gateway, "topology")
    assert done.exit_code == 0
    assert "learning.p01 is heard by nobody" in done.stdout
    assert done.stdout.count("is heard by nobody") == 1


def test_queues_are_summed_by_their_kind(gateway: Gateway) -> None:
    queues = [queue("q.p00", 5), queue("q.parked", 2, 0, kind="parked")]
    gateway.everywhere("topology", queues)
    gateway.everywhere("unsaid", [])
    done = biyong(gateway, "topology")
    assert done.exit_code == 0, done.output
    for name in SERVICES:
        assert f"{name}: 1 queues, 5 waiting, 2 put aside by the bus" in done.stdout


@pytest.mark.parametrize("words", [[], ["titles"], ["titles", "--stop"]])
def test_a_service_that_cannot_rebuild_yet_says_so(
    gateway: Gateway, words: list[str]
) -> None:
    done = biyong(gateway, "rebuild", OLD, *words)
    assert done.exit_code == 4
    assert done.stderr == (
        f"biyong: {OLD} is of an earlier release and cannot do this yet\n"
    )


def test_a_rebuild_that_is_told_of_no_more_ends_with_a_line(gateway: Gateway) -> None:
    """As when a replica of an earlier release answers."""
    gateway.answers["notify/models/rebuild"] = model("filling")
    gateway.answers["notify/models"] = Steps([[model("filling")], []])
    done = biyong(gateway, "rebuild", "notify", "titles")
    assert done.exit_code == 1
    assert "who answers for notify now knows no titles" in done.stderr


def test_what_is_refused_for_another_reason_is_told_with_it(gateway: Gateway) -> None:
    unknown = Problem(404, "unknown-model", "There is no such model; it has: titles")
    gateway.answers["notify/models/rebuild"] = unknown
    done = biyong(gateway, "rebuild", "notify", "nothing")
    assert done.exit_code == 4
    assert done.stderr == "biyong: There is no such model; it has: titles\n"
