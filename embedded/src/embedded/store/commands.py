"""MongoDB's commands: each finds who answers it, and every failure is an answer."""

import datetime
import sqlite3
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from embedded.store.answers import (
    FAULTS,
    LARGEST_DOCUMENT,
    LARGEST_MESSAGE,
    to_answer,
    to_failure,
)
from embedded.store.catalog_commands import CatalogCommands
from embedded.store.codes import Code
from embedded.store.engine import Engine
from embedded.store.group_commit import GroupCommit
from embedded.store.read_commands import ReadCommands
from embedded.store.refusals import refuse_unsupported
from embedded.store.semantics import Document
from embedded.store.write_commands import WriteCommands

Command = Mapping[str, Any]


class ServerCommands:
    """What a driver asks about the server. Each method answers its command."""

    def __init__(self, engine: Engine, counts: Mapping[str, int]) -> None:
        self._engine, self._counts = engine, counts

    def hello(self, _: str, __: Command) -> Document:
        return {
            "isWritablePrimary": True,
            "ismaster": True,
            "helloOk": True,
            "maxBsonObjectSize": LARGEST_DOCUMENT,
            "maxMessageSizeBytes": LARGEST_MESSAGE,
            "maxWriteBatchSize": 100_000,
            "localTime": datetime.datetime.now(datetime.UTC),
            "minWireVersion": 0,
            "maxWireVersion": 21,
            "readOnly": False,
        }

    ismaster = hello

    def ping(self, _: str, __: Command) -> Document:
        return {}

    end_sessions = ping

    def build_info(self, _: str, __: Command) -> Document:
        return {
            "version": "7.0.0",
            "versionArray": [7, 0, 0, 0],
            "modules": ["biyong-embedded-store"],
        }

    def server_status(self, _: str, __: Command) -> Document:
        """Among the usual, which collections were read without an index, how often;
        and how often each collection was asked what."""
        return {
            "process": "biyong-store",
            "scans": dict(self._engine.planner.scans),
            "commands": dict(self._counts),
        }


class Commands:
    """One store's commands. Any thread may call."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.group_commit = GroupCommit(engine.storage.sql, engine.storage.load_catalog)
        self.counts: Counter[str] = Counter()
        kinds = (
            ServerCommands(engine, self.counts),
            ReadCommands(engine),
            WriteCommands(engine),
            CatalogCommands(engine),
        )
        self.table: dict[str, Callable[[str, Command], Document]] = {
            name.replace("_", ""): getattr(kind, name)
            for kind in kinds
            for name in vars(type(kind))
            if not name.startswith("_")
        }

    def answer(self, command: Document) -> Document:
        """Run one command; a failure is an answer too."""
        name = next(iter(command))
        run = self.table.get(name.lower())
        if run is None:
            return to_failure(
                Code.CommandNotFound,
                f"no such command: '{name}' is beyond the embedded store; "
                "set MONGO_URL to use MongoDB",
            )
        asked = command.get("collection") if name == "getMore" else command[name]
        if isinstance(asked, str):  # the collection; else about the server
            self.counts[f"{name} {command['$db']}.{asked}"] += 1
        try:
            return self.group_commit.commit(lambda: _answer_command(run, command))
        except sqlite3.Error as error:
            return {**to_answer(error), "ok": 0.0}

    def close(self) -> None:
        """Close the file when whoever is at it is done."""
        with self.group_commit.lock:
            self.engine.storage.close()


def _answer_command(
    run: Callable[[str, Command], Document], command: Document
) -> Document:
    """The answer; a refusal keeps what the command wrote before it."""
    name = next(iter(command))
    try:
        refuse_unsupported(command)
        return {**run(f"{command['$db']}.{command[name]}", command), "ok": 1.0}
    except (*FAULTS, RecursionError) as error:
        return {**to_answer(error), "ok": 0.0}
