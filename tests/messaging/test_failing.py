"""Work that fails again and again is told to an operator, on both stores."""

import contextlib
import datetime
import threading
from collections.abc import Callable
from typing import Any

import pymongo
import pytest
from chassis.errors import WriteConflict
from chassis.operations.failures import PAUSE, FailingWork, Failures
from chassis.service.work import work_loop
from chassis.storage.collections import MessagingCollections
from embedded.supervisor import free_ports
from pymongo import MongoClient
from pymongo.database import Database
from pymongo.errors import BulkWriteError

WORK = "making-up"


@pytest.fixture
def collections(database: Database[Any]) -> MessagingCollections:
    made = MessagingCollections(database)
    made.declare_indexes()
    return made


def failing(times: int, stop: threading.Event) -> Callable[[], bool]:
    """So often it fails; then it stops its loop."""
    left = iter(range(times))

    def work() -> bool:
        if next(left, None) is not None:
            raise LookupError("no class of zhang@example.org, 13800138000")
        stop.set()
        return False

    return work


def worked(collections: MessagingCollections, times: int) -> list[FailingWork]:
    """What is told after so many failures of a loop in a row."""
    stop, failures = threading.Event(), Failures(collections)
    work_loop(WORK, failing(times, stop), failures.note_failure)(stop)
    return failures.find_lasting()


def long_ago(collections: MessagingCollections) -> None:
    """As if nothing had been noted since."""
    past = datetime.datetime.now(datetime.UTC) - 2 * PAUSE
    collections.failing_work.update_one({"_id": WORK}, {"$set": {"last": past}})


def test_what_fails_three_times_is_told_with_its_reason_but_nobodys_data(
    collections: MessagingCollections,
) -> None:
    began = datetime.datetime.now(datetime.UTC)
    assert worked(collections, 2) == []
    (told,) = worked(collections, 1)
    assert (told.work, told.times) == (WORK, 3)
    assert told.why.startswith(f"LookupError at {__name__}:"), "where, not what"
    now = datetime.datetime.now(datetime.UTC)
    slack = datetime.timedelta(milliseconds=1)
    assert began - slack <= told.since <= told.last <= now


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (BulkWriteError({"op": {"name": "Anna Schmidt"}}), "BulkWriteError 65"),
        (WriteConflict("half of a sign: \ud800"), "WriteConflict: half of a sign: ?"),
    ],
)
def test_a_reason_quotes_no_document_and_can_always_be_kept(
    collections: MessagingCollections, error: Exception, told: str
) -> None:
    failures = Failures(collections)
    for _ in range(3):
        failures.note_failure(WORK, error)
    assert [one.why for one in failures.find_lasting()] == [told]


def test_what_has_not_failed_for_a_while_is_told_no_more(
    collections: MessagingCollections,
) -> None:
    assert worked(collections, 5)
    long_ago(collections)
    assert Failures(collections).find_lasting() == []
    assert worked(collections, 2) == [], "it begins anew"
    assert worked(collections, 1)[0].times == 3


def test_a_loop_goes_on_when_its_failure_cannot_be_noted() -> None:
    nobody = MongoClient[Any](f"mongodb://127.0.0.1:{free_ports(1)[0]}")
    with contextlib.closing(nobody), pymongo.timeout(0.2):
        stop = threading.Event()
        failures = Failures(MessagingCollections(nobody["failing"]))
        work_loop(WORK, failing(2, stop), failures.note_failure)(stop)
    assert stop.is_set()
