"""The engines behind the store port: the embedded one, and one that is not ours."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import pytest
from chassis.events.envelope import PublicEvent
from chassis.storage.aggregates import Aggregates, FieldMapping
from chassis.storage.documents import Aggregate, ProjectionDocument
from chassis.storage.mongo import open_database
from pymongo import MongoClient
from pymongo.database import Database

from tests.embedded.conftest import start_store
from tests.parts.mongo import running_engine

T = TypeVar("T")


@dataclass(frozen=True)
class Difference:
    """What an engine does otherwise than MongoDB, why, and in which cases it shows."""

    name: str
    reason: str
    cases: frozenset[str]


DIFFERENCES: Mapping[str, tuple[Difference, ...]] = {
    "embedded": (),
    "mongo": (
        Difference(
            "counts in a failed bulk",
            "mongo-java-server counts documents that it refused; the driver sums up n",
            frozenset(
                {
                    "insert under a taken id",
                    "insert under a taken unique value",
                    "an ordered bulk ends at its first fault",
                    "an unordered bulk goes on after a fault",
                }
            ),
        ),
        Difference(
            "which key was taken",
            "mongo-java-server gives no keyPattern and keyValue; we look at the code",
            frozenset(
                {
                    "insert under a taken id",
                    "insert under a taken unique value",
                    "an upsert against a unique value",
                    "an update into a taken unique value",
                    "find and modify into a taken unique value",
                }
            ),
        ),
        Difference(
            "last error object",
            "mongo-java-server leaves it out where it has nothing new; we read value",
            frozenset(
                {
                    "find and modify nothing",
                    "find and modify with upsert",
                    "find and remove",
                }
            ),
        ),
        Difference(
            "operands of the wrong kind",
            "mongo-java-server fails in its own code, without MongoDB's; we pass lists",
            frozenset({"in without a list"}),
        ),
        Difference(
            "one name for two indexes",
            "mongo-java-server keeps both; every service names its indexes by fields",
            frozenset({"one name for two indexes"}),
        ),
        Difference(
            "sizes",
            "mongo-java-server keeps a document over 16 MiB and answers with more than "
            "48 MB at once; no document of ours grows so, and we ask by pages",
            frozenset({"a document over 16 MiB", "an answer over 48 MB"}),
        ),
        Difference(
            "transaction numbers",
            "mongo-java-server ignores them; a driver sends none to a single server",
            frozenset({"a retryable write to a server on its own"}),
        ),
    ),
}


@dataclass(frozen=True)
class Engine:
    """An engine under test."""

    name: str
    url: str

    def differs(self, about: str) -> bool:
        """Whether this is one of its named differences."""
        return any(about in one.cases for one in DIFFERENCES[self.name])

    def client(self) -> MongoClient[dict[str, Any]]:
        """A new client; whoever asks for it closes it."""
        return MongoClient(self.url)


@pytest.fixture(scope="session")
def embedded_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """The embedded store, running."""
    store = start_store(tmp_path_factory.mktemp("embedded") / "store.db")
    url = f"mongodb://127.0.0.1:{store.port}/?directConnection=true"
    yield Engine("embedded", url)
    store.stop()


@pytest.fixture(scope="session")
def mongo_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """The engine that is not ours, running."""
    with running_engine(tmp_path_factory.mktemp("mongo")) as running:
        yield Engine("mongo", running.url)


@pytest.fixture(
    scope="session",
    params=["embedded", pytest.param("mongo", marks=pytest.mark.part("mongo"))],
)
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each engine, running."""
    found: Engine = request.getfixturevalue(f"{request.param}_engine")
    return found


class Kept:
    """The stores of one service on the engine under test, empty at first."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.opened: dict[str, Database[dict[str, Any]]] = {}

    def database(self, service: str) -> Database[dict[str, Any]]:
        """The service's database."""
        if service not in self.opened:
            self.opened[service] = open_database(service, self.engine.url)
            self.opened[service].client.drop_database(service)
            _unbind_documents(service)
        return self.opened[service]

    def aggregates(
        self,
        service: str,
        document: type[Aggregate],
        form: FieldMapping[T],
        word: Callable[[object], PublicEvent],
    ) -> Aggregates[T]:
        """Aggregates as the service's wiring makes them, with their indexes."""
        self.declare(service, document)
        return Aggregates(service, document, form, word, lambda: None)

    def declare(
        self, service: str, *documents: type[Aggregate | ProjectionDocument]
    ) -> None:
        """Make the indexes of documents, in the engine under test from now on."""
        self.database(service)
        for document in documents:
            document.ensure_indexes()

    def close(self) -> None:
        """Nothing stays bound to these stores: their clients are closed by whoever
        opens a database of the same service next."""
        for service in self.opened:
            _unbind_documents(service)


def _unbind_documents(service: str) -> None:
    """All of its documents: MongoEngine finds one of those that share a name."""
    for document in (*_find_below(Aggregate), *_find_below(ProjectionDocument)):
        if document._meta.get("db_alias") == service:
            document._collection = None


def _find_below(kind: type[T]) -> Iterator[type[T]]:
    for one in kind.__subclasses__():
        yield one
        yield from _find_below(one)


@pytest.fixture
def kept(engine: Engine) -> Iterator[Kept]:
    """Empty stores."""
    kept = Kept(engine)
    yield kept
    kept.close()
