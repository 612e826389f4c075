"""Rosters over the broker: each row, from when its branch holds it, has one outcome.

A real enrollment process takes them in. Whom it tells of enrolments is not here, but
has its queues: what nobody could hear would be held back.
"""

import json
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import msgspec
import urllib3
from biyong.amqp import OverAmqp
from biyong.carrier import Chunk, Decided, NotTaken, Taken
from biyong.push import send_roster
from chassis.broker.connect import open_transport
from chassis.broker.port import Message
from chassis.http.auth import Signer
from gateway.roster_files.roster_file import CHUNK_ROWS, RosterFile

import contracts
from tests.chaos.judging import Heard
from tests.chaos.ledger import Write
from tests.chaos.of_parts import OUTAGE_SECONDS
from tests.chaos.scene import Broken, Scene
from tests.chaos.stage import START_SECONDS, Stage
from tests.parts.process import HOST, accepts, free_ports
from tests.platform import rosters
from tests.platform.running import until

ENROLLMENT, OPENED = "enrollment", "catalog.class.opened.v1"
NAMES, PASSWORD = ("dongcheng", "xicheng", "haidian", "fengtai"), "branch-password"
ROWS, FEW = 500, 10
"""Of each branch's roster in each round, three chunks; and of its very first."""
SEATS = 0.9
"""Of all rows; the last ones are put on the waiting list."""
PUSH_SECONDS = 120


@dataclass
class Noted:
    """A branch's carrier; notes each receipt that comes, awaited or not."""

    branch: str
    inner: OverAmqp
    sent: list[str] = field(default_factory=list)
    came: dict[str, dict[str, float]] = field(default_factory=dict)

    def send_all(self, chunks: Mapping[str, Chunk]) -> Iterator[Taken | NotTaken]:
        """Send chunks."""
        for answer in self.inner.send_all(chunks):
            self.sent.append(answer.key)
            yield answer

    def receipts(self, waiting: Collection[str]) -> Iterator[Decided | NotTaken]:
        """Answers as they come."""
        for answer in self.inner.receipts(set(self.sent)):
            if isinstance(answer, Decided):
                told = json.dumps(answer.outcomes, sort_keys=True)
                self.came.setdefault(answer.key, {}).setdefault(told, time.time())
            if answer.key in waiting:
                yield answer
            if not waiting:
                break

    def close(self) -> None:
        """Let the connection go."""
        self.inner.close()

    def heard(self) -> dict[str, list[Heard]]:
        """Each chunk's outcomes; a receipt that came again as it was adds none."""
        return {
            f"{self.branch}/{key}": [
                Heard(row["row"], f"{key}.{_place(row['row'])}", moment)
                for told, moment in receipts.items()
                for row in json.loads(told)
            ]
            for key, receipts in self.came.items()
        }


def rosters_through_broker_kills(scene: Scene) -> None:
    """Four branches push a roster each; meanwhile the broker is killed."""
    scene.await_heard(10)
    with _enrolling(scene.stage) as carriers:
        try:
            _push_all(scene, carriers, f"{scene.prefix}-first", FEW)
            scene.await_heard(100)  # a queue younger than a second dies in a kill
            for turn in range(scene.rounds):
                class_id = f"{scene.prefix}-{turn}"
                _push_all(scene, carriers, class_id, ROWS, partial(_kill, scene))
        finally:
            for carrier in carriers:
                scene.receipts.update(carrier.heard())


def _kill(scene: Scene) -> None:
    scene.stage.broker.kill()
    scene.go_on(OUTAGE_SECONDS)
    scene.stage.broker.start()


def _push_all(
    scene: Scene, carriers: Sequence[Noted], class_id: str, rows: int,
    hurt: Callable[[], None] = lambda: None,
) -> None:  # fmt: skip
    """So many rows of each branch; hurt as soon as one chunk was sent."""
    count = rows * len(carriers)
    seats = int(SEATS * count)
    _open_class(scene.stage, class_id, seats)
    sent = sum(len(one.sent) for one in carriers)
    with ThreadPoolExecutor(len(carriers)) as pushing:
        pushed = [pushing.submit(_push, scene, one, class_id, rows) for one in carriers]
        until(lambda: sum(len(one.sent) for one in carriers) > sent, PUSH_SECONDS)
        hurt()
        missing = [key for push in pushed for key in push.result()]
    if missing:
        raise Broken(f"no receipt for {missing}")
    _require_seats(scene.stage, class_id, seats, count)


def _push(scene: Scene, carrier: Noted, class_id: str, count: int) -> frozenset[str]:
    """One branch's roster, from the ledger to its receipts; chunks without one."""
    told = enumerate(rosters.rows(count, class_id, carrier.branch), 1)
    rows = tuple({**row, "row": number} for number, row in told)
    roster = RosterFile(f"{class_id}-{carrier.branch}", rows)
    for key, chunk in roster.split_into_chunks():
        scene.load.ledger.held(Write(key, f"{carrier.branch}/{key}", len(chunk)))
    found = send_roster(roster, carrier, False, lambda _: None, PUSH_SECONDS)
    if found.fault is not None or found.refused:
        why = found.fault or found.refused
        raise Broken(f"{carrier.branch} could not push: {why}")
    return found.missing


def _place(row: int) -> int:
    """A row's place in its chunk."""
    return (row - 1) % CHUNK_ROWS + 1


def _require_seats(stage: Stage, class_id: str, seats: int, count: int) -> None:
    """As many enrolments as rows, one a person, and not one seat too many."""
    book = stage.database.enrollment.seat_books.find_one({"_id": class_id})
    assert book is not None
    of_class = stage.database.enrollment.enrolments.find({"class_id": class_id})
    people = [row["person_id"] for row in of_class]
    if (book["taken"], book["waiting"]) != (seats, count - seats):
        raise Broken(f"{book['taken']} seats and {book['waiting']} waiting")
    if len(people) != count or len(set(people)) != count:
        raise Broken(f"{len(people)} enrolments of {len(set(people))} people")


@contextmanager
def _enrolling(stage: Stage) -> Iterator[Sequence[Noted]]:
    """A running enrollment, and branches that are connected to the broker."""
    _make_queues_of_hearers(stage)
    [port] = free_ports(1)
    own = {
        "PORT": str(port),
        "KEY_FILE": str(stage.folder / f"{ENROLLMENT}.json"),
        "PERSON_SECRET": "chaos",
    }
    stage.fleet.add(ENROLLMENT, [ENROLLMENT, "all"], {**stage.environ(), **own})
    until(lambda: accepts(port), START_SECONDS)
    try:
        for name in NAMES:
            _add_branch(stage, port, name)
        yield [_carrier(stage, name) for name in NAMES]
    finally:
        stage.fleet.remove(ENROLLMENT)


def _make_queues_of_hearers(stage: Stage) -> None:
    types: dict[str, list[str]] = {}
    for type_ in contracts.REGISTRY.all_types():
        for hearer in contracts.REGISTRY.consumers_of(type_) & {"gateway", "notify"}:
            types.setdefault(hearer, []).append(type_)
    for hearer, heard in types.items():
        open_transport(stage.bus_url).open_subscriber(hearer, heard).close()


def _add_branch(stage: Stage, port: int, name: str) -> None:
    signer = Signer("gateway", stage.folder / "gateway.json")
    token = signer.sign_token(ENROLLMENT, person="p", roles=frozenset({"staff"}))
    said = urllib3.request(
        "POST",
        f"http://{HOST}:{port}/branches",
        json={"id": name, "name": name},
        headers={"Authorization": f"Bearer {token}"},
    )
    assert said.status == 201, said.data


def _carrier(stage: Stage, name: str) -> Noted:
    stage.broker.add_branch(name, PASSWORD)
    url = stage.broker.url_by(stage.bus_wire.port)
    return Noted(name, OverAmqp(url, name, PASSWORD))


def _open_class(stage: Stage, class_id: str, capacity: int) -> None:
    """As catalog would say it."""
    said: dict[str, Any] = contracts.REGISTRY.example_of(OPENED)
    data = {**said["data"], "class_id": class_id, "capacity": capacity, "quotas": []}
    event = {
        **said, "id": f"{class_id}.1.0", "subject": class_id,
        "partitionkey": class_id, "data": data,
    }  # fmt: skip
    publisher = open_transport(stage.bus_url).open_publisher()
    body = msgspec.json.encode(event)
    publisher.publish([Message(OPENED, class_id, body, to=ENROLLMENT)])
    publisher.close()
    books = stage.database.enrollment.seat_books
    until(lambda: books.find_one({"_id": class_id}), START_SECONDS)
