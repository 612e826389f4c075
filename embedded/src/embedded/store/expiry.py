"""TTL indexes: what is past its time is removed once a minute."""

import datetime
import sqlite3
import sys
import threading
from typing import Any

from embedded.store.commands import Commands
from embedded.store.engine import Engine

EVERY_SECONDS = 60.0
"""As MongoDB does."""
AT_ONCE = 100
"""Some ten milliseconds, for which everybody else waits."""


def expire_documents(commands: Commands, now: datetime.datetime) -> int:
    """Remove what TTL indexes say is over at `now`; how many documents went.

    A few at a time, so that nobody waits long for a turn.
    """
    gone = 0
    while some := commands.group_commit.commit(
        lambda: _expire_batch(commands.engine, now)
    ):
        gone += some
    return gone


def _expire_batch(engine: Engine, now: datetime.datetime) -> int:
    gone, storage = 0, engine.storage
    for collection in list(storage.collections):
        for index in storage.indexes_of(collection):
            if index.expire_after is None:
                continue
            before = now - datetime.timedelta(seconds=index.expire_after)
            path = index.paths[0]
            over: dict[str, Any] = {path: {"$lte": before.replace(tzinfo=None)}}
            late = engine.find(collection, over, {"_id": 1}, [(path, 1)], 0, AT_ONCE)
            for document in late:
                only = {"_id": document["_id"]}
                gone += engine.delete(collection, only, only_one=True)
    return gone


def expire_periodically(commands: Commands, stop: threading.Event) -> None:
    """Expire until told to stop; what cannot be done now is tried a minute later."""
    while not stop.wait(EVERY_SECONDS):
        try:
            expire_documents(commands, datetime.datetime.now(datetime.UTC))
        except sqlite3.Error as error:
            sys.stderr.write(f"biyong-store: expiry waits: {error}\n")
