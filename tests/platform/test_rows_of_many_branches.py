"""Rows of many branches at once over RabbitMQ, while every process is killed in turn.

In depth a million of them, from two hundred branches: hours, on a machine of its own.
"""

import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from biyong.amqp import OverAmqp
from biyong.carrier import Decided, NotTaken
from biyong.door import Away
from pymongo import MongoClient

from tests.depth import rounds
from tests.parts.rabbitmq import Broker, running_broker
from tests.platform import rosters
from tests.platform.memory import Memory
from tests.platform.running import Platform, running, until

pytestmark = pytest.mark.part("rabbitmq")
BRANCHES, CHUNKS, FULL = rounds(4, 200), rounds(2, 25), 200
SENDERS = 4
"""At once, each for its share of the branches, one after the other."""
SECONDS = rounds(300, 4 * 3600)
AGAIN_SECONDS = 1.0
FLAT_MIB = 150.0
"""A chunk in hand, a batch of events and their answers, in every worker: what a process
holds does not depend on how many went before."""
KILLED = ("enrollment", "learning", "notify", "catalog", "gateway")
PASSWORD = "branch-password"
Store = MongoClient[dict[str, Any]]


@dataclass
class Sender(threading.Thread):
    """Sends the chunks of some branches, and waits for all their receipts."""

    addresses: dict[str, str]
    classes: dict[str, str]
    outcomes: Counter[str] = field(default_factory=Counter)
    refused: list[NotTaken] = field(default_factory=list)
    answered: int = 0

    def __post_init__(self) -> None:
        super().__init__(daemon=True)

    def __hash__(self) -> int:
        return id(self)

    def run(self) -> None:
        for branch, address in self.addresses.items():
            chunks = self._make_chunks(branch)
            with closing(OverAmqp(address, branch, PASSWORD)) as carrier:
                self._send(carrier, chunks)
                self._await_receipts(carrier, chunks)

    def _make_chunks(self, branch: str) -> dict[str, Any]:
        rows = rosters.rows(CHUNKS * FULL, self.classes[branch], branch)
        return {
            f"{branch}.{place}": {
                "roster_id": branch,
                "dry_run": False,
                "rows": rows[place * FULL : (place + 1) * FULL],
            }
            for place in range(CHUNKS)
        }

    def _send(self, carrier: OverAmqp, chunks: dict[str, Any]) -> None:
        for answer in carrier.send_all(chunks):
            if isinstance(answer, NotTaken):
                self.refused.append(answer)

    def _await_receipts(self, carrier: OverAmqp, chunks: dict[str, Any]) -> None:
        waiting = set(chunks)
        while waiting:
            try:
                for answer in carrier.receipts(waiting):
                    waiting.discard(answer.key)
                    self._note(answer)
            except Away:
                time.sleep(AGAIN_SECONDS)

    def _note(self, answer: Decided | NotTaken) -> None:
        if isinstance(answer, NotTaken):
            self.refused.append(answer)
            return
        self.outcomes.update(row["outcome"] for row in answer.outcomes)
        self.answered += 1


@pytest.fixture(name="broker")
def _broker(tmp_path: Path) -> Iterator[Broker]:
    with running_broker(tmp_path / "broker") as started:
        yield started


@pytest.fixture(name="platform")
def _platform(broker: Broker, tmp_path: Path) -> Iterator[Platform]:
    with running(tmp_path / "home", {"AMQP_URL": broker.url}) as started:
        yield started


def begin_senders(platform: Platform, broker: Broker) -> list[Sender]:
    """Branches with accounts and a class each, and who sends for them."""
    staff, course = platform.door("jiaowu"), platform.demo["course_id"]
    addresses, classes = {}, {}
    for place in range(BRANCHES):
        name = f"many-{place}"
        staff.ask("POST", "enrollment", "branches", body={"id": name, "name": name})
        addresses[name] = broker.add_branch(name, PASSWORD)
        classes[name] = rosters.open_class(staff, course, CHUNKS * FULL, name)
    return [
        Sender(dict(list(addresses.items())[first::SENDERS]), classes)
        for first in range(SENDERS)
    ]


def await_answers(senders: Sequence[Sender], chunks: int) -> None:
    """Until so many chunks have their receipts."""
    until(lambda: sum(one.answered for one in senders) >= chunks, SECONDS, every=0.5)


def test_each_is_decided_once_whatever_is_killed_and_memory_stays_flat(
    platform: Platform, broker: Broker
) -> None:
    senders = begin_senders(platform, broker)
    memory = Memory(platform)
    for sender in senders:
        sender.start()
    whole = BRANCHES * CHUNKS
    for place, name in enumerate(KILLED, 1):
        await_answers(senders, place * whole // (len(KILLED) + 1))
        memory.kill(name)
    await_answers(senders, whole)
    for sender in senders:
        sender.join()
    memory.read()
    assert [sender.refused for sender in senders] == [[] for _ in senders]
    outcomes = sum((sender.outcomes for sender in senders), Counter[str]())
    assert outcomes == {"enrolled": whole * FULL}
    require_counted_once(platform, senders[0].classes)
    assert {n: m for n, m in memory.grown.items() if m > FLAT_MIB} == {}


def require_counted_once(platform: Platform, classes: dict[str, str]) -> None:
    """Every row is one enrolment and one seat, in both services that keep them."""
    rows, ids = len(classes) * CHUNKS * FULL, [*classes.values()]
    with platform.store() as store:
        of_classes = {"class_id": {"$in": ids}, "state": "seated"}
        assert store["enrollment"]["enrolments"].count_documents(of_classes) == rows
        books = store["enrollment"]["seat_books"].find({"_id": {"$in": ids}})
        assert sum(book["taken"] for book in books) == rows
        seats = store["learning"]["seats"]
        until(lambda: seats.count_documents({"class_id": {"$in": ids}}) >= rows, 300)
        assert seats.count_documents({"class_id": {"$in": ids}}) == rows
