"""A store process, and a bus of each kind: the embedded one and a real RabbitMQ."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from chassis.messaging.connect import transport
from chassis.messaging.transport import Transport
from pymongo import MongoClient
from pymongo.database import Database

from tests.embedded.conftest import start_store
from tests.parts.rabbitmq import running_broker


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MongoClient[Any]]:
    running = start_store(tmp_path_factory.mktemp("store") / "store.db")
    with running.client() as client:
        yield client
    running.stop()


@pytest.fixture
def database(store: MongoClient[Any], request: pytest.FixtureRequest) -> Database[Any]:
    """An empty database of this test's own."""
    name = f"t{abs(hash(request.node.nodeid)) % 10**12}"
    store.drop_database(name)
    return store[name]


@pytest.fixture(scope="session")
def broker_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_broker(tmp_path_factory.mktemp("broker")) as broker:
        yield broker.url


@pytest.fixture(
    params=["onefile", pytest.param("rabbitmq", marks=pytest.mark.part("rabbitmq"))]
)
def bus(request: pytest.FixtureRequest, tmp_path: Path) -> Transport:
    """The same promises on both."""
    if request.param == "onefile":
        return transport(f"sqlite://{tmp_path / 'bus.db'}")
    return transport(request.getfixturevalue("broker_url"))
