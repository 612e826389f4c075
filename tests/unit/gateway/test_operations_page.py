"""The operations page, also beside services of an earlier release."""

import re
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast

import pytest
from chassis.http.client import quoted
from chassis.http.problem import Problem
from chassis.operations.console import Operating
from flask import Flask
from flask.testing import FlaskClient
from gateway.api import request_visitor
from gateway.api.site import Site
from gateway.clients.services import NAMES, PAGE_SECONDS, Services
from gateway.identity.account import OPERATOR, Account
from gateway.identity.sign_in import SignIn, Visitor
from gateway.pages import errors, layout, operations

OLD = "media"
LISTS = ("parked", "topology", "unsaid", "failing", "models", "audit")


class Operator:
    """Whoever comes is the operator."""

    def get_visitor(self, token: str) -> Visitor:
        return Visitor(Account("o", "o", "O", (OPERATOR,)))


@dataclass
class Service:
    """A service as the gateway asks it; what has no answer has no door."""

    answers: dict[str, Any] = field(
        default_factory=lambda: {f"/events/{name}": [] for name in LISTS}
    )

    hangs: bool = False
    waited: float = 0.0

    def call(
        self, method: str, path: tuple[str, ...], answer: object, **more: Any
    ) -> Any:
        if self.hangs:
            self.waited += more["seconds"]
            raise Problem(503, "service-away", "It does not answer.")
        said = quoted(path)
        if said not in self.answers:
            raise Problem(404, "not-found", f"There is nothing at {said}.")
        return self.answers[said]


@pytest.fixture
def services() -> dict[str, Service]:
    return {name: Service() for name in NAMES}


@pytest.fixture
def client(services: dict[str, Service]) -> FlaskClient:
    own: Any = SimpleNamespace(
        parked=SimpleNamespace(groups=list), audit=SimpleNamespace(lines=list),
        survey=list, unsaid=list, failing=list,
    )  # fmt: skip
    app = Flask("gateway", static_folder=None)
    request_visitor.install_visitors(
        app, cast(SignIn, Operator()), Site("http://localhost:80")
    )
    layout.install_layout(app, Services(**cast(Any, services)))
    errors.install_error_pages(app)
    app.register_blueprint(operations.blueprint(cast(Operating, own)))
    return app.test_client()


def shown(client: FlaskClient, language: str = "zh") -> str:
    answer = client.get("/operations", headers={"Accept-Language": language})
    assert answer.status_code == 200
    return answer.text


def row(page: str, service: str) -> str:
    """A service's row of the queues, without its marks."""
    found = re.search(rf"<tr><td>{service}</td>.*?</tr>", page)
    assert found is not None
    return re.sub(r"<[^>]+>+", " ", found.group()).strip()


def queue(name: str, waiting: int = 0, consumers: int = 1, **more: Any) -> Any:
    about = {"there": True, "waiting": waiting, "consumers": consumers, "unbound": []}
    return {"name": name, **about, **more}


def test_what_waits_to_be_said_stands_there_with_age_and_reason(
    client: FlaskClient, services: dict[str, Service]
) -> None:
    assert "等着发出" not in shown(client)
    services["learning"].answers["/events/unsaid"] = [
        {"outbox": "hours", "documents": 3, "seconds": 200.4, "why": "<b> is dead"},
        {"outbox": "records", "documents": 1000, "seconds": 7200.0, "why": ""},
    ]
    page = shown(client)
    assert "3 件等着发出，最早的已等 03:20<br>&lt;b&gt; is dead" in page
    assert "1000+ 件等着发出，最早的已等 2:00:00<br>没有留下原因" in page
    assert "3 wait to be said, the oldest for 03:20" in shown(client, "en")


def test_work_that_fails_again_and_again_stands_there_with_its_reason(
    client: FlaskClient, services: dict[str, Service]
) -> None:
    assert "失败了" not in shown(client)
    services["learning"].answers["/events/failing"] = [
        {
            "work": "making-up", "times": 7, "why": "KeyError: <k2>",
            "since": "2026-11-25T08:00:00Z", "last": "2026-11-25T08:07:00Z",
        }
    ]  # fmt: skip
    page = shown(client)
    assert "16:00 起失败了 7 次，最近一次" in page
    assert "会自动再试。<br>KeyError: &lt;k2&gt;" in page
    assert "has failed 7 times since" in shown(client, "en")


def test_a_queue_that_looks_dead_is_named(
    client: FlaskClient, services: dict[str, Service]
) -> None:
    two = [queue("l.p00"), queue("l.p01", consumers=0)]
    services["learning"].answers["/events/topology"] = two
    assert "可能已坏：l.p01" in row(shown(client), "learning")


def test_a_queue_that_does_not_answer_is_not_called_missing(
    client: FlaskClient, services: dict[str, Service]
) -> None:
    silent = queue("l.wake", there=False, kind="wake", answers=False)
    services["learning"].answers["/events/topology"] = [queue("l.p00"), silent]
    assert "没有回应：l.wake" in row(shown(client), "learning")
    assert "no answer from l.wake" in row(shown(client, "en"), "learning")


def test_queues_of_an_earlier_release_are_summed_without_their_kinds(
    client: FlaskClient, services: dict[str, Service]
) -> None:
    now = [queue("q.p00", 5, kind="facts"), queue("q.wake", 1, kind="wake"),
           queue("q.parked", 2, 0, kind="parked")]  # fmt: skip
    services["learning"].answers["/events/topology"] = now
    old = [queue("m.p00", 5), queue("m.parked", 2, 0)]
    services[OLD].answers["/events/topology"] = old
    page = shown(client)
    summed = [row(page, name).split() for name in ("learning", OLD)]
    assert summed == [[name, "1", "5", "2", "齐全"] for name in ("learning", OLD)]


@pytest.mark.parametrize("door", ["models", "unsaid", "failing"])
def test_a_service_of_an_earlier_release_is_named_and_the_rest_is_shown(
    client: FlaskClient, services: dict[str, Service], door: str
) -> None:
    assert "早先版本" not in shown(client)
    del services[OLD].answers[f"/events/{door}"]
    page = shown(client)
    assert f"还是早先版本的服务：{OLD}。" in page
    assert row(page, OLD)
    assert f"Services of an earlier release: {OLD}." in shown(client, "en")


def test_a_rebuild_that_an_earlier_release_does_not_know_is_refused_with_a_line(
    client: FlaskClient, services: dict[str, Service]
) -> None:
    form = {"model": "titles", "action": "rebuild"}
    headers = {"Accept": "text/html", "Accept-Language": "zh"}
    path = f"/operations/{OLD}/models"
    answer = client.post(path, data=form, headers=headers)
    assert answer.status_code == 404
    assert "早先的版本，不会重建" in answer.text
    services[OLD].answers["/events/models/rebuild"] = {}
    assert client.post(path, data=form, headers=headers).status_code == 303


def test_a_service_that_hangs_costs_the_page_no_more_than_its_time(
    client: FlaskClient, services: dict[str, Service]
) -> None:
    services["learning"].hangs = True
    assert "没有回应的服务：learning" in shown(client)
    assert 0 < services["learning"].waited < PAGE_SECONDS
