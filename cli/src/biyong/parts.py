"""Each part tried as services use it: what it is, its version, what is missing."""

from collections.abc import Callable
from functools import partial
from typing import Any

from chassis.broker.connect import open_transport
from chassis.broker.port import BusUnavailable
from chassis.broker.topology import count_consumers, count_parked, count_waiting
from chassis.errors import Incompatible
from chassis.inbox.retry_row import PARKED
from chassis.storage.engine_trial import try_engine
from chassis.storage.mongo import without_database
from media.clients.program import find_ffmpeg, version_of
from media.objects.connect import open_objects
from media.objects.trial import try_objects
from pymongo import MongoClient
from pymongo.errors import PyMongoError

from biyong.home import Home
from biyong.moving.parts import CONSUMERS, DATABASES
from biyong.plan import Given, store_url

OLDEST_STORE = (5, 0)
PATIENCE_MS = 4000
State = dict[str, Any]
NOT_STARTED = "starts with the platform"


def examine_parts(home: Home, given: Given, store_health: str) -> dict[str, State]:
    """Every part's state. `store_health` is where the embedded store listens now."""
    url = without_database(given.mongo) if given.mongo else ""
    if store_health and not url:
        url = store_url(store_health)
    tries = {
        "store": partial(_try_store, url),
        "bus": partial(_try_bus, home, given),
        "objects": partial(_try_objects, home, given),
    }
    return {
        part: _examine_part(kind, tries[part]) for part, kind in given.names().items()
    }


def examine_ffmpeg(named: str) -> State:
    """The program that judges and makes lectures: which, its version, its fault."""
    kind = "named by FFMPEG" if named else "installed with media"

    def try_ffmpeg() -> State:
        program = find_ffmpeg(named)
        return {"version": version_of(program), "program": program}

    return _examine_part(kind, try_ffmpeg)


def _examine_part(kind: str, try_part: Callable[[], State]) -> State:
    """What a part is, and what came of trying it."""
    state = {"kind": kind, "version": "", "fault": ""}
    try:
        return state | try_part()
    except Incompatible as error:
        return state | {"fault": " ".join(str(error).split())}
    except (PyMongoError, BusUnavailable) as error:
        line = " ".join(str(error).split())[:200]
        return state | {"fault": f"does not answer: {line}"}


def _try_store(url: str) -> State:
    if not url:
        return {"version": NOT_STARTED}
    client: MongoClient[dict[str, Any]] = MongoClient(
        url, serverSelectionTimeoutMS=PATIENCE_MS, tz_aware=True
    )
    with client:
        about = client.admin.command("buildInfo")
        version = str(about["version"])
        if tuple(about["versionArray"][:2]) < OLDEST_STORE:
            raise Incompatible(f"MongoDB {version} is too old: use 5 or newer")
        for database in DATABASES:
            try_engine(client[database])
        parked = sum(
            client[database]["retry_queue"].count_documents({"state": PARKED})
            for database in DATABASES
        )
    return {"version": version, "parked": parked}


def _try_bus(home: Home, given: Given) -> State:
    if not given.amqp and not home.bus_file.exists():
        return {"version": NOT_STARTED}
    bus = open_transport(given.amqp or f"sqlite://{home.bus_file}")
    version = bus.try_out()
    queues = [queue for name in CONSUMERS for queue in bus.find_queues(name)]
    return {
        "version": version,
        "waiting": count_waiting(queues),
        "parked": count_parked(queues),
        "consumers": count_consumers(queues),
    }


def _try_objects(home: Home, given: Given) -> State:
    if not given.s3 and not home.objects.exists():
        return {"version": NOT_STARTED}
    try_objects(open_objects(given.s3 or f"file://{home.objects}"))
    return {}
