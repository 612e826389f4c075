"""The same chain on a real RabbitMQ, with the roster over AMQP."""

import csv
import datetime
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pika
import pika.exceptions
import pytest
from embedded.supervisor import is_healthy

from tests.parts.rabbitmq import FOUR, THREE, Broker, running_broker
from tests.platform import chain, rosters
from tests.platform.running import Platform, running, until

PASSWORD = "branch-password"


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(FOUR, id="4", marks=pytest.mark.part("rabbitmq")),
        pytest.param(THREE, id="3.10", marks=pytest.mark.part("rabbitmq-3.10")),
    ],
)
def broker(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Broker]:
    folder = tmp_path_factory.mktemp("rabbitmq")
    with running_broker(folder, request.param) as started:
        yield started


@pytest.fixture(scope="module")
def platform(
    broker: Broker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Platform]:
    home = tmp_path_factory.mktemp("on-rabbitmq") / "home"
    with running(home, {"AMQP_URL": broker.url}) as started:
        yield started


def push(url: str, roster: Path, branch: str) -> subprocess.CompletedProcess[str]:
    """`biyong branch push` as a branch types it."""
    command = [sys.executable, "-m", "biyong", "branch", "push", str(roster)]
    environ = {"BRANCH_AMQP_URL": url, "BIYONG_PASSWORD": PASSWORD}
    return subprocess.run(
        [*command, "--login", branch, "--branch", branch, "--timeout", "90"],
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        check=False,
    )


def publish(
    url: str, key: str, body: bytes, properties: pika.BasicProperties | None
) -> None:
    """Publish one message to the branches' exchange and wait for its confirm."""
    with pika.BlockingConnection(pika.URLParameters(url)) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        channel.basic_publish("biyong.branches", key, body, properties)


def write_roster(path: Path, rows: list[dict[str, Any]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        heads = ["name", "member_no", "phone", "class_id", "email"]
        table = csv.DictWriter(file, heads, extrasaction="ignore")
        table.writeheader()
        table.writerows(rows)
    return path


def test_a_roster_over_amqp_becomes_a_certificate_through_a_broker_kill(
    platform: Platform, broker: Broker, tmp_path: Path
) -> None:
    assert platform.said["parts"]["bus"] == "RabbitMQ"
    url = broker.add_branch("dongcheng", PASSWORD)
    course = chain.publish_course(platform, tmp_path, capacity=3)
    rows = rosters.rows(5, course.class_id)
    rows[0]["email"] = "amqp@biyong.example"
    pushed = push(url, write_roster(tmp_path / "roster.csv", rows), "dongcheng")
    assert pushed.returncode == 0, pushed.stdout + pushed.stderr
    assert pushed.stdout.split()[:4] == ["enrolled", "3", "waitlisted", "2"]
    assert (tmp_path / "roster.result.csv").exists()
    again = push(url, tmp_path / "roster.csv", "dongcheng")
    assert again.stdout.split()[:4] == ["enrolled", "3", "waitlisted", "2"]

    trainee = chain.take_up_invitation(platform, "amqp@biyong.example")
    ticket = chain.grant(trainee, course.lecture_id)
    broker.kill()
    assert not is_healthy(platform.health("catalog"))
    alive = platform.health("catalog").replace("/readyz", "/livez")
    assert is_healthy(alive), "alive, though not ready while its bus is away"
    verdict = chain.watch_to_the_end(trainee, ticket)
    assert verdict["watch"]["completed"], "watching goes on without the broker"
    broker.start()
    until(lambda: is_healthy(platform.health("catalog")), 20)
    assert chain.certificate(trainee)["title"] == "链条班"


def test_a_branch_cannot_speak_for_another_nor_leave_out_who_it_is(
    platform: Platform, broker: Broker
) -> None:
    url = broker.add_branch("jianguomen", PASSWORD)
    own, other = "branch.jianguomen", "branch.dongcheng"
    for key, user in ((f"{other}.roster", own), (f"{own}.roster", other)):
        with pytest.raises(pika.exceptions.ChannelClosedByBroker):
            publish(url, key, b"{}", pika.BasicProperties(user_id=user))
    publish(url, f"{own}.roster", b"no user", None)
    with platform.store() as client:
        held = client["enrollment"]["held"]
        row = until(lambda: held.find_one({"raw": b"no user"}), 60)
    assert "refused by its consumer" in row["why"]
    term = row["clear_at"].replace(tzinfo=datetime.UTC)
    assert term > datetime.datetime.now(datetime.UTC), "it may name people"
