"""Buses and stores in pairs: both embedded, both real, and a bus in memory."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from chassis.broker.connect import open_transport
from chassis.broker.port import Transport
from pymongo import MongoClient
from pymongo.database import Database

from tests.cloudevents import Checked
from tests.doubles.memory_bus import InMemoryTransport
from tests.engines import Engine
from tests.messaging.consuming import ConsumingService
from tests.messaging.publishing import PublishingService
from tests.parts.rabbitmq import FOUR, THREE, Broker, running_broker

REAL = [pytest.mark.part("rabbitmq"), pytest.mark.part("mongo")]


SIDES = ["embedded", "in memory", pytest.param("real", marks=REAL)]


@pytest.fixture(scope="session", params=SIDES)
def side(request: pytest.FixtureRequest) -> str:
    """Which pair."""
    return str(request.param)


@pytest.fixture(scope="session")
def engine(side: str, request: pytest.FixtureRequest) -> Engine:
    """The store of the pair."""
    name = "mongo_engine" if side == "real" else "embedded_engine"
    found: Engine = request.getfixturevalue(name)
    return found


@pytest.fixture(scope="session")
def store(engine: Engine) -> Iterator[MongoClient[Any]]:
    with engine.client() as client:
        yield client


@pytest.fixture
def database(store: MongoClient[Any], request: pytest.FixtureRequest) -> Database[Any]:
    """An empty database of this test's own."""
    name = f"t{abs(hash(request.node.nodeid)) % 10**12}"
    store.drop_database(name)
    return store[name]


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    with running_broker(tmp_path_factory.mktemp("broker")) as running:
        yield running


@pytest.fixture
def bus(side: str, request: pytest.FixtureRequest, tmp_path: Path) -> Transport:
    """The bus of the pair; what is said on it is checked by CloudEvents' schema."""
    if side == "embedded":
        return Checked(open_transport(f"sqlite://{tmp_path / 'bus.db'}"))
    if side == "in memory":
        return Checked(InMemoryTransport())
    broker: Broker = request.getfixturevalue("broker")
    return Checked(open_transport(broker.url))


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(FOUR, id="4", marks=pytest.mark.part("rabbitmq")),
        pytest.param(THREE, id="3.10", marks=pytest.mark.part("rabbitmq-3.10")),
    ],
)
def any_broker(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Broker]:
    """A broker of each release, which a test may wipe."""
    folder = tmp_path_factory.mktemp("any-broker")
    with running_broker(folder, request.param) as running:
        yield running


@pytest.fixture
def consuming(bus: Transport, database: Database[Any]) -> ConsumingService:
    return ConsumingService(f"svc-{database.name}", bus, database)


@pytest.fixture
def publishing(store: MongoClient[Any], database: Database[Any]) -> PublishingService:
    """The producer of what the consuming hears, with a database of its own."""
    name = f"{database.name}-publishing"
    store.drop_database(name)
    return PublishingService(store[name])
