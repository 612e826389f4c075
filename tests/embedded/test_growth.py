"""What is past its term goes, however much there is of it, and its room comes back."""

import datetime
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest
from chassis.storage.collections import DAY, MessagingCollections
from embedded.backup import compact_file
from embedded.bus.bus import ASIDE_SECONDS, Bus, Message
from embedded.store.commands import Commands
from embedded.store.engine import Engine
from embedded.store.expiry import AT_ONCE, expire_documents
from embedded.store.storage import Storage

from tests.embedded.conftest import start_store

ROWS = 8 * AT_ONCE


@pytest.mark.parametrize(("name", "days"), [("inbox", 60), ("event_archive", 45)])
def test_inbox_and_archive_keep_their_term_and_no_longer(
    tmp_path: Path, name: str, days: int
) -> None:
    now = datetime.datetime.now(datetime.UTC)
    late = now - datetime.timedelta(seconds=days * DAY + 60)
    kept = now - datetime.timedelta(seconds=days * DAY - 60)
    store = start_store(tmp_path / "store.db")
    with store.client() as client:
        MessagingCollections(client["service"]).declare_indexes()
        rows = client["service"][name]
        rows.insert_many([{"at": late, "text": "x" * 500} for _ in range(ROWS)])
        rows.insert_many([{"at": kept} for _ in range(3)])
    store.stop()
    with closing(Storage(tmp_path / "store.db")) as storage:
        engine = Engine(storage)
        assert expire_documents(Commands(engine), now) == ROWS
        assert engine.count(f"service.{name}", {}) == 3
    before, after = compact_file(tmp_path / "store.db")
    assert after < before / 4


def test_what_was_put_aside_is_forgotten_after_its_term(tmp_path: Path) -> None:
    path = tmp_path / "bus.db"
    with closing(Bus(path)) as bus:
        bus.bind("q", ["t"])
        bus.publish([Message("t", 0, b"old"), Message("t", 0, b"new")])
        for delivery in bus.receive("q", "me", 2):
            bus.put_aside(delivery.number, "why")
        long_ago = time.time() - ASIDE_SECONDS - 1
    with closing(sqlite3.connect(path)) as sql, sql:
        sql.execute("update aside set at=? where body=?", (long_ago, b"old"))
    with closing(Bus(path)) as bus:
        bus.bind("q", ["t"])
        assert len(bus.count_aside("q")) == 1
