"""Whether an engine does what every service leans on, tried before it is used."""

import threading
from typing import Any

from pymongo import ReturnDocument
from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError, OperationFailure

from chassis.errors import Incompatible
from chassis.ids import new_id

Rows = Collection[dict[str, Any]]
COLLECTION = "trials"
WRITERS, TURNS = 2, 12
TTL_SECONDS = 3600
NOT_ALLOWED = {13, 8000, 18}


def try_engine(database: Database[dict[str, Any]]) -> None:
    """Try every primitive on rows of our own, which go again. Raises Incompatible.

    Raises ConnectionFailure where nothing answers.
    """
    rows, own = database[COLLECTION], new_id()
    at = f"the engine of database '{database.name}'"
    try:
        for name, holds in TRIALS.items():
            if not holds(rows, own):
                raise Incompatible(f"{at} gets {name} wrong: use MongoDB 5 or newer")
        rows.delete_many({"_id": {"$in": [own, f"{own}.1", f"{own}.2"]}})
    except OperationFailure as error:
        if error.code in NOT_ALLOWED:
            line = f"grant the user readWrite on '{database.name}'"
            raise Incompatible(f"{at} does not allow this: {line} ({error})") from error
        raise Incompatible(f"{at} refuses what services need: {error}") from error


def _keeps_a_unique_index(rows: Rows, own: str) -> bool:
    rows.create_index("name", unique=True)
    rows.insert_one({"_id": f"{own}.1", "name": own})
    try:
        rows.insert_one({"_id": f"{own}.2", "name": own})
    except DuplicateKeyError:
        return True
    return False


def _guards_a_write(rows: Rows, own: str) -> bool:
    rows.insert_one({"_id": own, "name": f"{own}.w", "version": 1})
    guard = {"_id": own, "version": 1}
    change = {"$inc": {"version": 1}, "$push": {"outbox": {"$each": [1]}}}
    first, second = (
        rows.find_one_and_update(guard, change, return_document=ReturnDocument.AFTER)
        for _ in range(2)
    )
    return bool(first and first["version"] == 2 and second is None)


def _keeps_two_writers_apart(rows: Rows, own: str) -> bool:
    """Each turn of each writer is one version, though both read before they write."""

    def write() -> None:
        for _ in range(TURNS):
            while not _next_version(rows, own):
                pass

    before = rows.find_one({"_id": own}, {"version": 1}) or {}
    writers = [threading.Thread(target=write) for _ in range(WRITERS)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    after = rows.find_one({"_id": own}, {"version": 1}) or {}
    return bool(after["version"] == before["version"] + WRITERS * TURNS)


def _next_version(rows: Rows, own: str) -> bool:
    held = rows.find_one({"_id": own}, {"version": 1}) or {}
    written = rows.find_one_and_update(
        {"_id": own, "version": held["version"]}, {"$inc": {"version": 1}}
    )
    return written is not None


def _knows_expiry(rows: Rows, own: str) -> bool:
    rows.create_index("at", expireAfterSeconds=TTL_SECONDS)
    found = rows.index_information().get("at_1", {})
    return bool(found.get("expireAfterSeconds") == TTL_SECONDS)


TRIALS = {
    "a unique index": _keeps_a_unique_index,
    "a write guarded by its version": _guards_a_write,
    "find-and-modify under two writers": _keeps_two_writers_apart,
    "an index that lets rows expire": _knows_expiry,
}
