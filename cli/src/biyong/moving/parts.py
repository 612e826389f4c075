"""An installation's parts while no service works on them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from chassis.broker.connect import transport
from chassis.broker.port import Away
from chassis.broker.queue_status import count_consumers, count_waiting
from chassis.objects.connect import objects
from chassis.objects.port import Away as ObjectsAway
from chassis.objects.port import NoObject, Objects
from chassis.storage.mongo import without_database
from embedded.supervisor import NotReady, Supervisor
from pymongo import MongoClient
from pymongo.errors import PyMongoError

from biyong.home import Home, Refused
from biyong.plan import Given, parts_given, store_program, store_url

DATABASES = ("catalog", "enrollment", "gateway", "learning", "media", "notify")
HEARERS = (*DATABASES, "enrollment.rosters")
PASSING = {
    "leases",
    "trials",
    "sessions",
    "tries",
    "idempotency",
    "marks",
    "replicas",
    "relay_waits",
    "errands",
}
"""Collections of the moment: nobody misses them elsewhere."""
START_SECONDS = 30.0
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

    def unsaid(self) -> int:
        """How many documents have facts in their outbox."""
        return sum(
            self.documents[database][name].count_documents({"out_due": {"$ne": None}})
            for database, name in self.collections()
            if "out_due_1" in self.documents[database][name].index_information()
        )


@contextmanager
def at_rest(home: Home, environ: Mapping[str, str]) -> Iterator[Parts]:
    """Hold the installation while its services stand still. Raises Refused."""
    given = parts_given(environ)
    if not home.secrets.is_dir():
        raise Refused(f"{home.folder} holds no installation: set BIYONG_HOME.")
    try:
        with _held(home, given) as parts:
            yield parts
    except (PyMongoError, ObjectsAway, NoObject) as error:
        line = " ".join(str(error).split())[:300]
        raise Refused(f"A part broke off ({line}): see to it, then again.") from error


@contextmanager
def _held(home: Home, given: Given) -> Iterator[Parts]:
    with home.lock():
        _require_silence(home, given)
        with _store(home, given) as url:
            client: Documents = MongoClient(url, serverSelectionTimeoutMS=5000)
            with client:
                client.admin.command("ping")
                store = objects(given.s3 or f"file://{home.objects}")
                store.prepare()
                yield Parts(client, store)


def _require_silence(home: Home, given: Given) -> None:
    try:
        bus = transport(given.amqp or f"sqlite://{home.bus_file}")
        queues = [queue for name in HEARERS for queue in bus.queues(name)]
    except Away as error:
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
def _store(home: Home, given: Given) -> Iterator[str]:
    """The document store's address; the embedded one is started for as long."""
    if given.mongo:
        yield without_database(given.mongo)
        return
    program = store_program(home)
    supervisor = Supervisor([program], lambda *_: None)
    try:
        supervisor.start(START_SECONDS)
        yield store_url(program.health)
    except NotReady as error:
        raise Refused(str(error)) from error
    finally:
        supervisor.stop()
