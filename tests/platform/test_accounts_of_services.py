"""The chain on a RabbitMQ where each service has an account of its own, as composed."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from biyong import rights
from biyong.composed import USERS
from biyong.demo.fill import Demo
from biyong.home import Home
from biyong.plan import plan_processes
from chassis.broker import topology
from embedded.supervisor import Supervisor

from tests.logs import log_lines_with
from tests.parts.process import free_ports
from tests.parts.rabbitmq import Broker, running_broker
from tests.platform import chain, rosters
from tests.platform.running import Platform

pytestmark = pytest.mark.part("rabbitmq")
PASSWORDS = {name: f"of-{name}" for name in USERS}
START_SECONDS = 120.0


@dataclass
class Laid(Platform):
    """A platform whose processes the test supervises itself."""

    address: str
    told: dict[str, Any]

    @property
    def url(self) -> str:
        return self.address

    @property
    def demo(self) -> dict[str, Any]:
        return self.told


@pytest.fixture(name="broker", scope="module")
def _broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    folder = tmp_path_factory.mktemp("broker")
    definitions = rights.broker_definitions(PASSWORDS, "admin's", "of-accounts")
    with running_broker(folder, definitions=definitions) as running:
        yield running


@pytest.fixture(name="platform", scope="module")
def _platform(
    broker: Broker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Platform]:
    """Every service under its own account, and the demo in it."""
    home = Home(tmp_path_factory.mktemp("accounts") / "home")
    home.prepare()
    environ = {"AMQP_URL": broker.url, "BIYONG_PORT": str(free_ports(1)[0])}
    laid = plan_processes(home, environ)
    programs = [
        replace(program, environment={**program.environment, **_bus(broker, name)})
        if (name := program.name) in PASSWORDS
        else program
        for program in laid.programs
    ]
    supervisor = Supervisor(programs, lambda *_: None)
    try:
        supervisor.start(START_SECONDS)
        demo = Demo(laid.url, home.folder / "demo", home.mails, lambda _: None)
        told = demo.fill(home.secret("operator"))
        yield Laid(home.folder, None, home.logs, {}, laid.url, told)  # type: ignore[arg-type]
    finally:
        supervisor.stop()


def _bus(broker: Broker, service: str) -> dict[str, str]:
    return {"BUS_URL": broker.url_of(service, PASSWORDS[service])}


def test_from_a_roster_to_a_certificate(platform: Platform, tmp_path: Path) -> None:
    course = chain.publish_course(platform, tmp_path)
    officer = platform.door("shi")
    [row] = rosters.rows(1, course.class_id)
    rosters.put(officer, "accounts.1", [{**row, "email": "accounts@biyong.example"}])
    trainee = chain.take_up_invitation(platform, "accounts@biyong.example")
    ticket = chain.grant(trainee, course.lecture_id)
    assert chain.watch_to_the_end(trainee, ticket)["watch"]["completed"]
    assert chain.certificate(trainee)["number"]


def test_nothing_was_refused_or_put_aside_on_the_way(
    platform: Platform, broker: Broker
) -> None:
    refusals = ("event_sender_refused", "ACCESS_REFUSED", "AccessRefused")
    assert log_lines_with(platform, refusals) == []
    said = broker.control("-q", "list_queues", "--no-table-headers", "name", "messages")
    waiting = dict(line.split("\t") for line in said.splitlines() if "\t" in line)
    parked = {topology.parked_queue(service) for service in USERS}
    assert parked <= set(waiting)
    assert {waiting[name] for name in parked} == {"0"}
