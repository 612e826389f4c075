"""TTL indexes: what is past its time is removed once a minute."""

import datetime
import threading
from typing import Any

from embedded.store.commands import Commands

EVERY_SECONDS = 60.0
AT_ONCE = 500


def expire(commands: Commands, now: datetime.datetime) -> int:
    """Remove what TTL indexes say is over at `now`; how many documents went."""
    gone = 0
    with commands.turn, commands.engine.command():
        shelf = commands.engine.shelf
        for collection in list(shelf.collections):
            for index in shelf.indexes_of(collection):
                if index.expire_after is None:
                    continue
                before = now - datetime.timedelta(seconds=index.expire_after)
                path = index.paths[0]
                over: dict[str, Any] = {path: {"$lte": before.replace(tzinfo=None)}}
                late = commands.engine.find(
                    collection, over, {"_id": 1}, [(path, 1)], 0, AT_ONCE
                )
                for document in late:
                    gone += commands.engine.delete(
                        collection, {"_id": document["_id"]}, only_one=True
                    )
    return gone


def keep_expiring(commands: Commands, stop: threading.Event) -> None:
    """Expire until told to stop."""
    while not stop.wait(EVERY_SECONDS):
        expire(commands, datetime.datetime.now(datetime.UTC))
