"""An installation's parts while no service works on them."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from chassis.broker.connect import open_transport
from chassis.broker.port import BusUnavailable
from chassis.broker.topology import count_consumers, count_waiting
from chassis.storage.mongo import without_database
from embedded.supervisor import NotReady, Supervisor
from media.objects.connect import open_objects
from media.objects.port import NoObject, Objects, ObjectsUnavailable
from pymongo import MongoClient
from pymongo.errors import PyMongoError

from biyong import keys
from biyong.home import Home, Refused
from biyong.moving.documents import dump_documents
from biyong.plan import Given, parts_given, store_program, store_url

DATABASES = sorted(keys.SIGNERS)
CONSUMERS = (*DATABASES, "enrollment.rosters")
PASSING_NAMES = (
    "leases trials sessions tries idempotency comparisons replicas relay_waits "
    "failing_work resends processes"
)
PASSING = frozenset(PASSING_NAMES.split())
"""Collections of the moment: nobody misses them elsewhere."""
START_SECONDS = 30.0
"""The store alone is there in a second; a log left by a crash is read first."""
PATIENCE_MS = 5000
Documents = MongoClient[dict[str, Any]]


@dataclass(frozen=True)
class Parts:
    """Document store and object store of an installation at rest."""

    documents: Documents
    objects: Objects

    def collections(self) -> list[tuple[str, str]]:
        """(database, collection) of everything that is to be kept."""
        return [
            (database, name)
            for database in DATABASES
            for name in sorted(self.documents[database].list_collection_names())
            if name not in PASSING and not name.startswith("system.")
        ]

    def files(self) -> Iterator[tuple[str, Callable[[Path], int]]]:
        """Every file of an archive: its name, and what writes it and counts."""
        for database, name in self.collections():
            rows = self.documents[database][name]
            if rows.find_one({}, {"_id": 1}) is not None:
                file = f"documents/{database}/{name}.bson"
                yield file, partial(dump_documents, rows)
        for key in self.objects.every_key():
            yield f"objects/{key}", partial(_fetch_object, self.objects, key)

    def outbox_backlog(self) -> int:
        """How many documents have events in their outbox."""
        return sum(
            self.documents[database][name].count_documents({"out_due": {"$ne": None}})
            for database, name in self.collections()
            if "out_due_1" in self.documents[database][name].index_information()
        )


def _fetch_object(objects: Objects, key: str, path: Path) -> int:
    objects.fetch_file(key, path)
    return 1


@contextmanager
def at_rest(home: Home, environ: Mapping[str, str]) -> Iterator[Parts]:
    """Hold the installation while its services stand still. Raises Refused."""
    given = parts_given(environ)
    if not home.secrets.is_dir():
        raise Refused(f"{home.folder} holds no installation: set BIYONG_HOME.")
    try:
        with home.lock():
            _require_no_process(home, given)
            with _open_store(home, given) as client:
                store = open_objects(given.s3 or f"file://{home.objects}")
                store.prepare()
                yield Parts(client, store)
    except (PyMongoError, BusUnavailable, ObjectsUnavailable, NoObject) as error:
        line = " ".join(str(error).split())[:300]
        raise Refused(f"A part broke off ({line}): see to it, then again.") from error


def _require_no_process(home: Home, given: Given) -> None:
    try:
        bus = open_transport(given.amqp or f"sqlite://{home.bus_file}")
        queues = [queue for name in CONSUMERS for queue in bus.find_queues(name)]
    except BusUnavailable as error:
        raise Refused(f"The bus does not answer: {error}.") from error
    if consumers := count_consumers(queues):
        raise Refused(
            f"{consumers} consumers still hear the bus: stop every service first."
        )
    if waiting := count_waiting(queues):
        raise Refused(
            f"{waiting} events are still on the bus: start the platform, wait "
            "until they are handled, stop it and try again."
        )


@contextmanager
def _open_store(home: Home, given: Given) -> Iterator[Documents]:
    """The document store; the embedded one is started for as long."""
    program = store_program(home)
    url = without_database(given.mongo) if given.mongo else store_url(program.health)
    supervisor = Supervisor([] if given.mongo else [program], lambda *_: None)
    try:
        supervisor.start(START_SECONDS)
        client: Documents = MongoClient(url, serverSelectionTimeoutMS=PATIENCE_MS)
        with client:
            client.admin.command("ping")
            yield client
    except NotReady as error:
        raise Refused(str(error)) from error
    finally:
        supervisor.stop()
