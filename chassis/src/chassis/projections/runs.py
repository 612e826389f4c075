"""Runs of rebuilds: one row for each read model, declared here."""

import datetime
from enum import StrEnum
from typing import Any

import msgspec
from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from chassis.ids import new_id
from chassis.storage.collections import Tables


class State(StrEnum):
    """What a rebuild does now, or how it ended."""

    MARKING = "marking"
    FILLING = "filling"
    SWEEPING = "sweeping"
    STOPPED = "stopped"
    DONE = "done"
    FAILED = "failed"


UNDER_WAY = (State.MARKING, State.FILLING, State.SWEEPING)
NO_SUM = f"{0:064x}"


class Run(msgspec.Struct, kw_only=True, rename={"model": "_id"}):
    """One rebuild of a model.

    `cursor` is how far the present stretch came, `due` when its next page may be done,
    `tries` how often the producer refused that page. Then come the counts: rows there
    were, of how many aggregates the producer told, of how many in all, rows removed;
    and the checksums of the rows before and after.
    """

    model: str
    run: str
    at: datetime.datetime
    state: State = State.MARKING
    stopped_in: State = State.MARKING
    cursor: str = ""
    due: float = 0.0
    tries: int = 0
    why: str = ""
    rows: int = 0
    told: int = 0
    total: int = 0
    removed: int = 0
    before: str = NO_SUM
    after: str = NO_SUM


class Runs:
    """The last run of each read model of a service."""

    def __init__(self, tables: Tables) -> None:
        self.rows = tables.rebuilds

    def get(self, model: str) -> Run | None:
        """The last run of a model, or None."""
        row = self.rows.find_one({"_id": model})
        return None if row is None else msgspec.convert(row, Run)

    def begin(self, model: str) -> bool:
        """A new run, unless one is under way or stopped; whether it began."""
        run = Run(
            model=model,
            run=f"{model}.{new_id()}",
            at=datetime.datetime.now(datetime.UTC),
        )
        fields = msgspec.to_builtins(run, builtin_types=(datetime.datetime,))
        ended = {"_id": model, "state": {"$in": [State.DONE, State.FAILED]}}
        try:
            self.rows.replace_one(ended, fields, upsert=True)
        except DuplicateKeyError:
            return False
        return True

    def claim(self, models: list[str], now: float, seconds: float) -> Run | None:
        """A run with a page to be done now, leased for so long, or None."""
        row = self.rows.find_one_and_update(
            {
                "_id": {"$in": models},
                "state": {"$in": list(UNDER_WAY)},
                "due": {"$lte": now},
            },
            {"$set": {"due": now + seconds}},
            return_document=ReturnDocument.AFTER,
        )
        return None if row is None else msgspec.convert(row, Run)

    def save(self, run: Run, **change: Any) -> None:
        """Write what a page changed, only where it began: whoever did that page too
        has saved the same, and who stopped it meanwhile is obeyed."""
        there = {"_id": run.model, "run": run.run, "cursor": run.cursor}
        self.rows.update_one({**there, "state": run.state}, {"$set": change})

    def stop(self, model: str) -> None:
        """Halt the run of a model after the page in hand."""
        for state in UNDER_WAY:
            self.rows.update_one(
                {"_id": model, "state": state},
                {"$set": {"state": State.STOPPED, "stopped_in": state}},
            )

    def resume(self, run: Run) -> None:
        """Go on with a run that was stopped."""
        self.rows.update_one(
            {"_id": run.model, "run": run.run, "state": State.STOPPED},
            {"$set": {"state": run.stopped_in, "due": 0.0, "tries": 0}},
        )
