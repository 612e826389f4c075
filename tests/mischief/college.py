"""All services and the gateway in one process, wired as they really are.

They speak HTTP to each other over loopback, keep what they keep in an embedded
store, and meet on the bus that is handed in.
"""

import importlib
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from biyong import keys
from biyong.door import Door
from biyong.home import Home
from biyong.plan import plan_processes
from chassis.service.process import Service
from chassis.storage.documents import Aggregate, ProjectionDocument
from enrollment.events.roster_consumer import EXCHANGE, PATTERN, QUEUE
from pymongo import MongoClient
from pymongo.database import Database
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.doubles.memory_bus import InMemoryTransport
from tests.parts.process import free_ports

Databases = Mapping[str, Database[dict[str, Any]]]
OPERATOR = "operator"
PERSON_SECRET = "the same ids of persons every time"


class Quiet(WSGIRequestHandler):
    """Says nothing of each request."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing."""


@dataclass
class College:
    """The services by name, their databases, and where their mails lie."""

    services: Mapping[str, Service]
    databases: Databases
    bus: InMemoryTransport
    mails: Path
    operator: Door

    def empty(self) -> None:
        """Forget all but the operator, who stays signed in."""
        for service, database in self.databases.items():
            for name in database.list_collection_names():
                if (service, name) != ("gateway", "sessions"):
                    database[name].delete_many({"_id": {"$ne": OPERATOR}})
        for mail in self.mails.iterdir():
            mail.unlink()
        for receipts in self.bus.receipts_queues.values():
            receipts.clear()  # a branch keeps its queue


@contextmanager
def standing(folder: Path, mongo_url: str) -> Iterator[College]:
    """Build every service and serve it until the end."""
    home = Home(folder)
    home.secrets.mkdir(parents=True)
    keys.write_file(home.secrets / "person", PERSON_SECRET)
    home.prepare()
    port = str(free_ports(1)[0])
    planned = plan_processes(home, {"MONGO_URL": mongo_url, "BIYONG_PORT": port})
    for document in (*Aggregate.__subclasses__(), *ProjectionDocument.__subclasses__()):
        document._collection = None  # bound to the engine of an earlier test
    bus = InMemoryTransport()
    services: dict[str, Service] = {}
    with ExitStack() as stack:
        for program in planned.programs:
            build = importlib.import_module(f"{program.name}.wiring").build_service
            services[program.name] = build(program.environment, bus)
        client = stack.enter_context(MongoClient[dict[str, Any]](mongo_url))
        _begin(services, client, bus)
        for service in services.values():
            stack.enter_context(_served(service))
        operator = Door(planned.url)
        operator.sign_in(OPERATOR, home.secret(OPERATOR))
        databases = {name: client[name] for name in services}
        yield College(services, databases, bus, home.mails, operator)


def _begin(
    services: Mapping[str, Service],
    client: MongoClient[dict[str, Any]],
    bus: InMemoryTransport,
) -> None:
    """Empty databases with every index, and every queue on the bus."""
    for name, service in services.items():
        client.drop_database(name)
        service.declare()
        bus.open_subscriber(name, service.consumer.types).close()
    bus.open_roster_queue(EXCHANGE, QUEUE, PATTERN).close()


@contextmanager
def _served(service: Service) -> Iterator[None]:
    server = make_server(
        service.settings.host,
        service.settings.port,
        service.app,
        threaded=True,
        request_handler=Quiet,
    )
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join(timeout=10)
        server.server_close()
