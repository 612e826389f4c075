"""What drivers do to a store: many at once, large, cut off in the middle."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import bson
import pytest
from pymongo import InsertOne, MongoClient
from pymongo.errors import AutoReconnect, OperationFailure, ProtocolError

from tests.engines import Engine
from tests.parts.faults import Wire, wire_to

LARGEST = 16 * 1024 * 1024
CONNECTIONS = 200


@pytest.fixture
def client(engine: Engine) -> Iterator[MongoClient[dict[str, Any]]]:
    with engine.client() as asking:
        asking.drop_database("wire")
        yield asking


def of_size(id_: str, size: int) -> dict[str, Any]:
    """A document that is exactly so many bytes of BSON."""
    empty = len(bson.encode({"_id": id_, "text": ""}))
    return {"_id": id_, "text": "x" * (size - empty)}


def test_a_document_of_16_mib_is_kept_and_one_byte_more_is_refused(
    client: MongoClient[dict[str, Any]], engine: Engine
) -> None:
    rows = client["wire"]["rows"]
    whole = of_size("whole", LARGEST)
    rows.insert_one(whole)
    assert rows.find_one({"_id": "whole"}) == whole
    if engine.differs("a document over 16 MiB"):
        rows.insert_one(of_size("more", LARGEST + 1))
        return
    with pytest.raises(OperationFailure, match="16 MiB"):
        rows.insert_one(of_size("more", LARGEST + 1))
    with pytest.raises(OperationFailure):
        rows.update_one({"_id": "whole"}, {"$set": {"y": 1}})
    assert rows.find_one({"_id": "whole"}) == whole
    assert rows.count_documents({}) == 1


def test_batches_of_48_megabytes_go_through_and_come_back(
    client: MongoClient[dict[str, Any]], engine: Engine
) -> None:
    rows = client["wire"]["batches"]
    documents = [of_size(f"{n:03}", 1_000_000) for n in range(60)]
    assert rows.bulk_write([InsertOne(d) for d in documents]).inserted_count == 60
    ids = [f"{n:03}" for n in range(60)]
    if engine.differs("an answer over 48 MB"):
        with pytest.raises(ProtocolError):
            list(rows.find({}))
        return
    assert [row["_id"] for row in rows.find({}).sort("_id", 1)] == ids
    assert sum(len(r["text"]) for r in rows.find({"_id": {"$in": ids}})) > 59_000_000


def test_200_connections_are_served_at_once(engine: Engine) -> None:
    clients = [MongoClient[dict[str, Any]](engine.url) for _ in range(CONNECTIONS)]
    clients[0].drop_database("wire")
    together = threading.Barrier(CONNECTIONS)
    faults: list[BaseException] = []

    def count(client: MongoClient[dict[str, Any]]) -> None:
        try:
            together.wait(60)
            for _ in range(5):
                client["wire"]["counters"].update_one(
                    {"_id": "all"}, {"$inc": {"n": 1}}, upsert=True
                )
        except BaseException as error:  # noqa: BLE001 - told to the test's own thread
            faults.append(error)

    clients[0]["wire"]["counters"].insert_one({"_id": "all", "n": 0})
    threads = [threading.Thread(target=count, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert faults == []
    found = clients[0]["wire"]["counters"].find_one({"_id": "all"})
    assert found == {"_id": "all", "n": 5 * CONNECTIONS}
    for client in clients:
        client.close()


@pytest.fixture
def wire(engine: Engine, tmp_path: Path) -> Iterator[Wire]:
    """A way to the engine that can be cut."""
    port = int(engine.url.partition("127.0.0.1:")[2].partition("/")[0])
    with wire_to(port, tmp_path) as way:
        yield way


def through(wire: Wire) -> MongoClient[dict[str, Any]]:
    """A client with the driver's defaults, retryable writes among them."""
    return MongoClient(
        f"mongodb://127.0.0.1:{wire.port}/?directConnection=true&retryWrites=true",
        serverSelectionTimeoutMS=2000,
    )


@pytest.mark.part("faults")
def test_a_command_cut_in_the_middle_changes_all_or_nothing_and_the_next_is_served(
    client: MongoClient[dict[str, Any]], wire: Wire
) -> None:
    rows = client["wire"]["cut"]
    rows.insert_one({"_id": "a", "n": 0})
    with through(wire) as cut:
        assert cut["wire"]["cut"].find_one({"_id": "a"})
        wire.cut_after(1000, "upstream")
        with pytest.raises(AutoReconnect):
            cut["wire"]["cut"].insert_one(of_size("large", 2_000_000))
        wire.heal()
        cut["wire"]["cut"].update_one({"_id": "a"}, {"$inc": {"n": 1}})
    assert rows.find_one({"_id": "a"}) == {"_id": "a", "n": 1}
    assert rows.count_documents({}) == 1


@pytest.mark.part("faults")
def test_an_answer_that_is_lost_may_stand_for_a_write_that_was_done_once(
    client: MongoClient[dict[str, Any]], wire: Wire
) -> None:
    rows = client["wire"]["lost"]
    rows.insert_one({"_id": "a", "version": 1})
    with through(wire) as cut:
        assert cut["wire"]["lost"].find_one({"_id": "a"})
        wire.cut_after(0)
        guard, change = {"_id": "a", "version": 1}, {"$inc": {"version": 1}}
        with pytest.raises(AutoReconnect):
            cut["wire"]["lost"].update_one(guard, change)
        wire.heal()
        again = cut["wire"]["lost"].update_one(guard, change)
    found = rows.find_one({"_id": "a"})
    assert found == {"_id": "a", "version": 2}, "once, whichever of the two it was"
    assert again.matched_count in (0, 1)
