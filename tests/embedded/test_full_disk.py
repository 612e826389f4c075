"""A full disk: what was acknowledged stays, the rest is refused, room makes it work."""

import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import pytest
from embedded.bus.bus import Bus, Message
from embedded.check import look_through_bus, look_through_store
from embedded.store.engine import Engine
from embedded.store.group_commit import GroupCommit
from embedded.store.storage import Storage
from pymongo.errors import OperationFailure

from tests.embedded.conftest import start_store
from tests.parts.mounting import small_disk

pytestmark = pytest.mark.part("mount")


def quiet(_done: int, _all: int) -> None:
    """Nobody watches."""


def ballast(disk: Path) -> Path:
    """A file that can be taken away to make room."""
    file = disk / "ballast"
    file.write_bytes(b"x" * (6 << 20))
    return file


def until_refused(write: Callable[[int], object]) -> tuple[int, Exception]:
    """Write until that is refused: how often it went well, and the refusal."""
    for number in range(1000):
        try:
            write(number)
        except (sqlite3.Error, OperationFailure) as error:
            return number, error
    raise AssertionError("the disk took everything")


def test_a_store_on_a_full_disk_refuses_with_the_reason_and_goes_on_with_room(
    tmp_path: Path,
) -> None:
    with small_disk(tmp_path / "disk", 24) as disk:
        spare = ballast(disk)
        store = start_store(disk / "store.db")
        with store.client() as client:
            rows = client["full"]["rows"]
            rows.create_index("mail", unique=True)
            kept, refused = until_refused(
                lambda n: rows.insert_one({"_id": n, "mail": n, "t": "x" * 40_000})
            )
            assert isinstance(refused, OperationFailure)
            assert (refused.code, "disk is full" in str(refused)) == (14031, True)
            assert rows.count_documents({}) == kept
            spare.unlink()
            rows.insert_one({"_id": "more", "mail": "more"})
        store.kill()
        assert look_through_store(disk / "store.db", quiet) == []
        again = start_store(disk / "store.db")
        with again.client() as client:
            assert client["full"]["rows"].count_documents({}) == kept + 1
        again.stop()


def test_a_bus_on_a_full_disk_takes_nothing_by_half(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 24) as disk:
        spare = ballast(disk)
        messages = [Message("t", n, b"x" * 20_000) for n in range(16)]
        with closing(Bus(disk / "bus.db")) as bus:
            bus.bind("q", ["t"])
            kept, refused = until_refused(lambda _: bus.publish(messages))
            assert "full" in str(refused)
            assert bus.count_waiting("q") == 16 * kept
            spare.unlink()
            bus.publish([Message("t", 0, b"more")])
            assert bus.count_waiting("q") == 16 * kept + 1
        assert look_through_bus(disk / "bus.db", quiet) == []


def test_one_write_of_a_group_that_does_not_fit_takes_no_other_with_it_unsaid(
    tmp_path: Path,
) -> None:
    """Whoever was told that it is kept finds it; whoever was not is told so."""
    with small_disk(tmp_path / "disk", 8) as disk, closing(Storage(disk / "s.db")) as s:
        engine, commits = Engine(s), GroupCommit(s.sql, s.load_catalog)
        told = []
        for number in range(400):
            row = {"_id": number, "t": "x" * 30_000}
            with suppress(sqlite3.Error):
                commits.commit(lambda row=row: engine.insert("t.r", row))
                told.append(number)
        assert 0 < len(told) < 400
        assert [row["_id"] for row in engine.find("t.r", {})] == told
