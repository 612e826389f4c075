"""What waits is counted when the metrics are asked for: outboxes, jobs, failures."""

import datetime
import math
import time
from contextlib import closing
from typing import Any

import pymongo
import pytest
from chassis.operations.failures import Failures
from chassis.operations.gauges import set_gauges
from chassis.storage.collections import MessagingCollections
from chassis.storage.documents import JobQueue
from embedded.supervisor import free_ports
from prometheus_client import REGISTRY
from pymongo import MongoClient
from pymongo.database import Database

from tests.messaging.counting import Counter, counters_of, empty

QUEUE = JobQueue("piece", {"state": "waiting"}, order="turn")


@pytest.fixture
def database(store: MongoClient[Any]) -> Database[Any]:
    database = empty(store)
    database["jobs"].delete_many({})
    database["jobs"].create_index([("state", 1), ("turn", 1)])
    return database


def look(database: Database[Any]) -> None:
    """As if somebody had asked for the metrics."""
    queues = [(database["jobs"], QUEUE)]
    set_gauges([database["counters"]], MessagingCollections(database), queues)


def gauged(name: str, **labels: str) -> float:
    value = REGISTRY.get_sample_value(name, labels)
    assert value is not None, name
    return value


def put(database: Database[Any], id_: str, turn: int, due_in: float) -> None:
    """A job that waits and is due at some time from now."""
    due = time.time() + due_in
    job = {"_id": id_, "state": "waiting", "turn": turn, "work_due": due}
    database["jobs"].insert_one(job)


def test_an_outbox_shows_the_age_of_its_oldest_event(database: Database[Any]) -> None:
    look(database)
    assert gauged("biyong_outbox_oldest_seconds") == 0
    counters_of(database).add_many((id_, Counter(0), ["p0"]) for id_ in "ab")
    then = datetime.datetime.now(datetime.UTC) - datetime.timedelta(seconds=60)
    old = {"$set": {"outbox.0.time": then.isoformat(timespec="milliseconds")}}
    database["counters"].update_one({"_id": "b"}, old)
    look(database)
    assert 60 <= gauged("biyong_outbox_oldest_seconds") < 90


def test_jobs_show_how_long_the_next_one_has_been_due(database: Database[Any]) -> None:
    look(database)
    assert gauged("biyong_jobs_waiting", kind="piece") == 0
    assert gauged("biyong_job_overdue_seconds", kind="piece") == 0
    put(database, "under-way", 1, 30)
    put(database, "next", 2, -60)
    put(database, "longest-due", 3, -600)
    database["jobs"].insert_one({"_id": "done", "state": "done", "work_due": None})
    look(database)
    assert gauged("biyong_jobs_waiting", kind="piece") == 3
    assert 60 <= gauged("biyong_job_overdue_seconds", kind="piece") < 90


def test_nothing_is_a_number_while_the_store_is_away() -> None:
    nobody = MongoClient[Any](f"mongodb://127.0.0.1:{free_ports(1)[0]}")
    with closing(nobody), pymongo.timeout(0.2):
        look(nobody["saying"])
    assert math.isnan(gauged("biyong_outbox_oldest_seconds"))
    assert math.isnan(gauged("biyong_jobs_waiting", kind="piece"))
    assert math.isnan(gauged("biyong_job_overdue_seconds", kind="piece"))


def test_work_that_fails_is_counted_also_where_the_store_cannot_note_it() -> None:
    nobody = MongoClient[Any](f"mongodb://127.0.0.1:{free_ports(1)[0]}")
    with closing(nobody), pymongo.timeout(0.2):
        failures = Failures(MessagingCollections(nobody["saying"]))
        failures.note_failure("copying", KeyError())
        failures.note_failure("copying", KeyError())
    assert gauged("biyong_work_failures_total", work="copying") == 2
