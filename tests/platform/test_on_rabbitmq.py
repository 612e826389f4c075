"""The same chain on a real RabbitMQ, with the roster over AMQP."""

import datetime
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any

import pika
import pika.exceptions
import pytest
import urllib3
from biyong.amqp import OverAmqp
from biyong.carrier import Decided, NotTaken
from biyong.door import Away
from chassis.broker.rabbitmq.transport import RabbitTransport

from tests.parts.rabbitmq import FOUR, THREE, Broker, running_broker
from tests.platform import chain, rosters
from tests.platform.flood import Flood, flooded, percentile, waits
from tests.platform.running import Platform, running, until

PASSWORD = "branch-password"
CALM_SECONDS = 5.0
"""For one row while full chunks of another branch are decided. The bar of 3 s is for a
machine of our own (`make bench ONLY=flood`); waiting for all six would take longer."""


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
def account(broker: Broker) -> Callable[[str], str]:
    """A branch's address at the broker, made when it is first asked for."""
    return cache(lambda branch: broker.add_branch(branch, PASSWORD))


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
        channel.basic_publish("biyong.branches", key, body, properties, mandatory=True)


def test_a_roster_over_amqp_becomes_a_certificate_through_a_broker_kill(
    platform: Platform, broker: Broker, account: Callable[[str], str], tmp_path: Path
) -> None:
    assert platform.said["parts"]["bus"] == "RabbitMQ"
    url = account("dongcheng")
    course = chain.publish_course(platform, tmp_path, capacity=3)
    rows = rosters.rows(5, course.class_id)
    rows[0]["email"] = "amqp@biyong.example"
    pushed = push(url, rosters.write_file(tmp_path / "roster.csv", rows), "dongcheng")
    assert pushed.returncode == 0, pushed.stdout + pushed.stderr
    assert pushed.stdout.split()[:4] == ["enrolled", "3", "waitlisted", "2"]
    assert (tmp_path / "roster.result.csv").exists()
    again = push(url, tmp_path / "roster.csv", "dongcheng")
    assert again.stdout.split()[:4] == ["enrolled", "3", "waitlisted", "2"]

    trainee = chain.take_up_invitation(platform, "amqp@biyong.example")
    ticket = chain.grant(trainee, course.lecture_id)
    broker.kill()
    for name in ("catalog", "gateway"):
        until(lambda name=name: find_away(platform, name) == (200, ["bus"]), 20)
    for page in ("/", "/courses", "/record"):
        headers = {"Authorization": f"Bearer {trainee.token}"}
        answer = urllib3.request("GET", platform.url + page, headers=headers)
        assert answer.status == 200, "pages go on without the broker"
    verdict = chain.watch_to_the_end(trainee, ticket)
    assert verdict["watch"]["completed"], "watching goes on without the broker"
    broker.start()
    until(lambda: find_away(platform, "catalog") == (200, []), 20)
    assert chain.certificate(trainee)["title"] == "链条班"


def find_away(platform: Platform, service: str) -> tuple[int, list[str]]:
    """The status of its readiness, and which parts it says are away."""
    answer = urllib3.request("GET", platform.health(service))
    return answer.status, sorted(answer.json()["away"])


def test_a_branch_cannot_speak_for_another(account: Callable[[str], str]) -> None:
    url = account("jianguomen")
    own, other = "branch.jianguomen", "branch.dongcheng"
    for key, user in ((f"{other}.roster", own), (f"{own}.roster", other)):
        with pytest.raises(pika.exceptions.ChannelClosedByBroker):
            publish(url, key, b"{}", pika.BasicProperties(user_id=user))


def test_an_account_that_is_no_branchs_is_not_answered_but_parked(
    platform: Platform, broker: Broker
) -> None:
    guest = pika.BasicProperties(user_id="guest")
    publish(broker.url, "branch.jianguomen.roster", b"no branch", guest)
    with platform.store() as client:
        held = client["enrollment"]["retry_queue"]
        row = until(lambda: held.find_one({"why": {"$regex": "^sender-missing: "}}), 20)
    assert (row["raw"], row["size"]) == (b"", len(b"no branch")), "it may name people"
    term = row["clear_at"].replace(tzinfo=datetime.UTC)
    assert term > datetime.datetime.now(datetime.UTC)


def test_what_one_branch_sends_neither_stops_parks_nor_delays_anothers(
    platform: Platform, account: Callable[[str], str]
) -> None:
    urls = {b: account(b) for b in ("jianguomen", "beijing")}
    class_id = platform.demo["classes"]["open"]
    [person] = rosters.rows(1, class_id)
    with closing(OverAmqp(urls["jianguomen"], "jianguomen", PASSWORD)) as carrier:
        carrier.send("poison.1", {"roster_id": "poison", "dry_run": False, "rows": [
            {**person, "row": 2.0, "branch_id": ""}, {"row": 3, "phone": 13512345678},
        ]})  # fmt: skip
        [answer] = until(lambda: receipts_of(carrier, {"poison.1"}), 60)
    assert isinstance(answer, Decided)
    assert [(one["row"], one["outcome"]) for one in answer.outcomes] == [
        (2, "enrolled"), (3, "rejected"),
    ]  # fmt: skip
    flood = Flood(urls["jianguomen"], "jianguomen", PASSWORD, class_id, 6, 3)
    before = platform.pid("enrollment")
    ones = waits(urls["beijing"], "beijing", PASSWORD, class_id)
    taken = flooded(flood, ones, lambda count: count >= 20)
    assert percentile(taken, 0.5) < CALM_SECONDS
    assert platform.pid("enrollment") == before, "it did not end"
    with platform.store() as client:
        enrollment = client["enrollment"]
        refused = list(enrollment["refused_messages"].find({"reason": "too-large"}))
        parked = list(enrollment["retry_queue"].find({"sender": {"$gt": ""}}))
    assert {row["branch_id"] for row in refused} == {"jianguomen"}
    assert parked == [], "its sender was answered"


def test_changes_and_the_sandbox_go_the_way_of_rosters(
    platform: Platform, account: Callable[[str], str]
) -> None:
    url, officer = account("dongcheng"), platform.door("shi")
    course = platform.demo["course_id"]
    class_id = rosters.open_class(platform.door("jiaowu"), course, 2, "变动班")
    people = [person | {"branch_id": ""} for person in rosters.rows(4, class_id)]
    numbers = [person["member_no"] for person in people]
    with closing(OverAmqp(url, "dongcheng", PASSWORD)) as carrier:
        sent = {"roster_id": "for-changes", "rows": people[:3]}
        carrier.send("for-changes.1", sent)
        until(lambda: receipts_of(carrier, {"for-changes.1"}), 60)
        newcomer = {"new_member_no": numbers[3], "name": people[3]["name"],
                    "phone": people[3]["phone"]}  # fmt: skip
        rows = [
            {"action": "withdraw", "class_id": class_id, "member_no": numbers[0]},
            {"action": "replace", "class_id": class_id, "member_no": numbers[1]}
            | newcomer,
            {"action": "correct", "member_no": numbers[2], "email": "w@example.com"},
            {"action": "ask", "class_id": class_id},
            {"action": "withdraw", "class_id": class_id, "member_no": "nobody"},
        ]
        event = to_changes("c.1", rows)
        about = pika.BasicProperties(user_id="branch.dongcheng")
        publish(url, "branch.dongcheng.roster", event, about)
        [decided] = until(lambda: receipts_of(carrier, {"c.1"}), 60)
        assert isinstance(decided, Decided)
        outcomes = decided.outcomes
        assert [one["outcome"] for one in outcomes] == ["done"] * 4 + ["rejected"]
        [seats] = outcomes[3]["state"]["seats"]
        assert (seats["own_seated"], seats["own_waiting"]) == (2, 0)
        assert rosters.receipt(officer, "c.1", "dongcheng") == outcomes
        tried = [person | {"class_id": "sandbox-full"} for person in people]
        carrier.send("sandbox.1", {"roster_id": "sandbox", "rows": tried})
        [chosen] = until(lambda: receipts_of(carrier, {"sandbox.1"}), 60)
        assert isinstance(chosen, Decided)
        assert {one["outcome"] for one in chosen.outcomes} == {"waitlisted"}
    path = "/api/enrollment/branches/dongcheng/events"
    again = [{"action": "withdraw", "class_id": class_id, "member_no": numbers[0]}]
    body = json.loads(to_changes("c.2", again))
    officer.call("POST", path, dict[str, Any], body)
    [outcome] = until(lambda: rosters.receipt(officer, "c.2", "dongcheng"), 60)
    assert outcome["outcome"] == "already"
    shown = officer.call("GET", f"/api/enrollment/seats?class_ids={class_id}", list)
    assert (shown[0]["taken"], shown[0]["waiting"]) == (2, 0)
    listed = officer.call("GET", "/api/enrollment/rosters?limit=200", dict[str, Any])
    ids = {one["roster_id"] for one in listed["items"]}
    assert "for-changes" in ids
    assert "sandbox" not in ids


def to_changes(key: str, rows: list[dict[str, Any]]) -> bytes:
    """Changes as any library for CloudEvents would make them."""
    numbered = [{"row": number, **row} for number, row in enumerate(rows, 1)]
    return json.dumps({
        "specversion": "1.0", "id": key, "source": "/branches/dongcheng",
        "type": "branch.changes.sent.v1", "data": {"key": key, "rows": numbered},
    }).encode()  # fmt: skip


def receipts_of(carrier: OverAmqp, keys: set[str]) -> list[Decided | NotTaken]:
    """What came; nothing while the branch has no queue yet."""
    try:
        return list(carrier.receipts(keys))
    except Away:
        return []


def test_a_queue_of_receipts_is_bounded_and_may_be_made_again(
    platform: Platform, broker: Broker
) -> None:
    bus = RabbitTransport(broker.url)
    for branch in ("chaoyang", "chaoyang"):
        bus.declare_receipts_queue(branch)
    listed = broker.control("list_queues", "name", "arguments")
    [new] = [line for line in listed.splitlines() if "branch.chaoyang" in line]
    for bound in ("x-max-length", "x-max-length-bytes", "x-message-ttl", "drop-head"):
        assert bound in new
