"""All parts of one run: store, broker, wires to both, the four processes, the keys."""

import json
import random
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import urllib3
from biyong import keys
from chassis.broker.connect import open_transport
from chassis.broker.port import BusUnavailable
from chassis.broker.topology import count_waiting
from chassis.operations.parked import Parked
from chassis.operations.shapes import Which
from chassis.storage.collections import MessagingCollections
from pymongo import MongoClient
from pymongo.errors import PyMongoError

import contracts
from tests.chaos import judging
from tests.chaos.fleet import Fleet
from tests.parts.clock import FalseClock
from tests.parts.cluster import Cluster, running_cluster
from tests.parts.faults import Wire, wire_to
from tests.parts.process import HOST, accepts, free_ports, nowhere, wait_until
from tests.parts.rabbitmq import FOUR, THREE, Broker, Release, running_broker
from tests.platform.running import until

WRITER, RELAY, WORKERS = "media-web", "media-relay", ("learning-1", "learning-2")
START_SECONDS = 60


@dataclass(frozen=True)
class Ground:
    """On what a stage is built: one node of this release, or a cluster of three."""

    name: str
    release: Release = FOUR
    clustered: bool = False


ONE_NODE, ONE_OLD_NODE = Ground("one-node"), Ground("one-old-node", THREE)
CLUSTER = Ground("cluster", clustered=True)


@dataclass
class Stage:
    """Everything that runs, and the ways to hurt it.

    `nodes`: all of the broker, of which `broker` is the first; `bus_url` leads to any.
    `cluster`: what they are, if they are more than one.
    """

    folder: Path
    fleet: Fleet
    broker: Broker
    nodes: Sequence[Broker]
    bus_url: str
    bus_wire: Wire
    store_wire: Wire
    url: str
    refused: Path
    clocks: dict[str, FalseClock]
    cluster: Cluster | None
    database: MongoClient[dict[str, Any]] = field(repr=False)

    def environ(self) -> dict[str, str]:
        """By which a service finds the parts."""
        return {
            "BUS_URL": self.broker.url_by(self.bus_wire.port),
            "MONGO_URL": f"mongodb://{HOST}:{self.store_wire.port}/?directConnection=true",
            "KEYS_FILE": str(self.folder / keys.PUBLIC_KEYS),
            **nowhere(),
            "MEDIA_URL": self.url,
        }

    def refuse(self, *keys_: str) -> None:
        """Make learning's handlers fail for these keys, and for no others.

        A key with `!` behind it ends the process that handles it.
        """
        self.refused.write_text("\n".join(keys_), encoding="utf-8")

    def counts(self, prefix: str) -> dict[str, int]:
        """How many events each key of a prefix has to say; of none while it is away."""
        try:
            rows = self.database.media.watchings.find(_of(prefix), {"count": 1})
            return {row["_id"]: row["count"] for row in rows}
        except PyMongoError:
            return {}

    def heard(self, prefix: str) -> dict[str, list[judging.Heard]]:
        """Each key's effects, in their order."""
        rows = self.database.learning.heard.find(_of(prefix), {"pieces": 1})
        return {row["_id"]: [_heard(piece) for piece in row["pieces"]] for row in rows}

    def has_heard(self, prefix: str, counts: Mapping[str, int]) -> bool:
        """Whether so many events of each key were heard."""
        try:
            rows = self.database.learning.heard.find(_of(prefix), {"pieces": 1})
            heard = {row["_id"]: len(row["pieces"]) for row in rows}
        except PyMongoError:
            return False
        return all(heard.get(key, 0) >= count for key, count in counts.items())

    def outdated(self, prefix: str, counts: Mapping[str, int]) -> int:
        """How many of these keys' rows in the read model do not show the newest."""
        rows = self.database.learning.last.find(_of(prefix), {"number": 1})
        shown = {row["_id"]: row["number"] for row in rows}
        return sum(shown.get(key, 0) != count for key, count in counts.items())

    def archived(self) -> int:
        """How many events the relay has said; without reading them, since whoever
        waits asks often, and what the store does for us it does not do for them."""
        return self.database.media.event_archive.estimated_document_count()

    def sample_of_archive(self, prefix: str, count: int) -> list[dict[str, Any]]:
        """Some of the events that were said."""
        rows = list(
            self.database.media.event_archive.find(_of(prefix), limit=20 * count)
        )
        return [row["event"] for row in random.sample(rows, min(count, len(rows)))]

    def held(self, key: str) -> int:
        """How many events of a key wait for their turn."""
        row = self.database.learning.retry_queue.find_one({"_id": key})
        return len(row["events"]) if row else 0

    def put_aside(self) -> int:
        """How many unreadable messages wait for a person."""
        unreadable = {"_id": {"$gte": "unreadable.", "$lt": "unreadable/"}}
        return self.database.learning.retry_queue.count_documents(unreadable)

    def parked(self, prefix: str) -> int:
        """How many of these keys wait for a person."""
        parked = {**_of(prefix), "state": "parked"}
        return self.database.learning.retry_queue.count_documents(parked)

    def replay(self, key: str) -> int:
        """Let a parked sequence be tried again, as an operator does; how many."""
        tables = MessagingCollections(self.database.learning)
        return Parked(tables).replay(Which(key=key), "chaos")

    def has_drained(self, prefix: str) -> bool:
        """Whether all of these keys' events were heard and nothing is under way."""
        try:
            counts = self.counts(prefix)
            if not counts or not self.has_heard(prefix, counts):
                return False
            if self._waiting_in_outboxes(prefix):
                return False
            bus = open_transport(self.bus_url)
            queues = [*bus.find_queues("learning"), *bus.find_queues("media")]
            return count_waiting(queues) == 0
        except (PyMongoError, BusUnavailable):
            return False

    def _waiting_in_outboxes(self, prefix: str) -> bool:
        due = {**_of(prefix), "out_due": {"$ne": None}}
        return self.database.media.watchings.find_one(due) is not None


def _of(prefix: str) -> dict[str, Any]:
    return {"_id": {"$gte": f"{prefix}.", "$lt": f"{prefix}/"}}


def _heard(piece: str) -> judging.Heard:
    number, token, moment = piece.split(" ")
    return judging.Heard(int(number), token, float(moment))


@contextmanager
def running_stage(folder: Path, ground: Ground = ONE_NODE) -> Iterator[Stage]:
    """Start everything; stop everything."""
    with ExitStack() as stack:
        fleet = Fleet(folder)
        stack.callback(fleet.end)
        web_port, store_port = free_ports(2)
        store_file = str(folder / "store.db")
        fleet.add("store", ["embedded.store", store_file, str(store_port)], {})
        cluster, nodes = stack.enter_context(_nodes(folder / "broker", ground))
        bus_port = cluster.port if cluster else nodes[0].port
        bus_wire = stack.enter_context(_wire(folder / "bus-wire", bus_port))
        store_wire = stack.enter_context(_wire(folder / "store-wire", store_port))
        if not wait_until(lambda: accepts(store_port), START_SECONDS):
            raise RuntimeError(f"the store did not come up: see {folder}/store.log")
        database: MongoClient[dict[str, Any]] = MongoClient(
            HOST, store_port, directConnection=True, serverSelectionTimeoutMS=1000
        )
        stack.enter_context(database)
        stage = Stage(
            folder, fleet, nodes[0], nodes, nodes[0].url_by(bus_port), bus_wire,
            store_wire, f"http://{HOST}:{web_port}", folder / "refused", {}, cluster,
            database,
        )  # fmt: skip
        with _other_consumers(stage):
            _start_processes(stage, web_port)
            _say_one_event(stage)
            yield stage


@contextmanager
def _nodes(
    folder: Path, ground: Ground
) -> Iterator[tuple[Cluster | None, Sequence[Broker]]]:
    if ground.clustered:
        with running_cluster(folder) as cluster:
            yield cluster, cluster.nodes
    else:
        with running_broker(folder, ground.release) as broker:
            yield None, [broker]


@contextmanager
def _wire(folder: Path, port: int) -> Iterator[Wire]:
    folder.mkdir()
    with wire_to(port, folder) as wire:
        yield wire


def _start_processes(stage: Stage, web_port: int) -> None:
    keys.make_keys(stage.folder)
    environ = {
        **stage.environ(),
        "REFUSED_FILE": str(stage.refused),
        "MISCHIEF": json.dumps({}),
        "PORT": "0",  # for probes, which nobody sends here
    }
    _start(stage, WRITER, ["media", "web"], {**environ, "PORT": str(web_port)})
    _start(stage, RELAY, ["media", "relay"], environ)
    for name in WORKERS:
        _start(stage, name, ["learning", "worker"], environ)
    until(lambda: accepts(web_port), START_SECONDS)


@contextmanager
def _other_consumers(stage: Stage) -> Iterator[None]:
    """What media says goes out once every consumer named in its contracts has queues;
    those who are not played here never read theirs, and make them again when lost."""
    stop, types = threading.Event(), contracts.consumed_by("enrollment")

    def declare() -> None:
        while not stop.is_set():
            with suppress(BusUnavailable):
                bus = open_transport(stage.bus_url)
                bus.open_subscriber("enrollment", types).close()
            stop.wait(1.0)

    declaring = threading.Thread(target=declare, daemon=True)
    declaring.start()
    try:
        yield
    finally:
        stop.set()
        declaring.join()


def _say_one_event(stage: Stage) -> None:
    """So that all are at work before anything is measured."""
    asked = urllib3.request(
        "POST", f"{stage.url}/watchings/first.1", json={"token": "t", "pieces": 1}
    )
    assert asked.status == 201, asked.data
    until(lambda: stage.heard("first") and stage.has_drained("first"), START_SECONDS)


def _start(
    stage: Stage, name: str, what: list[str], environ: Mapping[str, str]
) -> None:
    clock = stage.clocks[name] = FalseClock(stage.folder / f"{name}.clock")
    clock.jump(0)
    own = {"KEY_FILE": str(stage.folder / f"{what[0]}.json"), **clock.environment()}
    stage.fleet.add(name, ["tests.chaos.pair", *what], {**environ, **own})
