"""Rows that dry runs write: one for each thing decided, forgotten after a day."""

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Generic, TypeVar

from chassis.storage.aggregates import FieldMapping
from pymongo import InsertOne
from pymongo.database import Database
from pymongo.errors import BulkWriteError, DuplicateKeyError

T = TypeVar("T")
ROWS_TERM = datetime.timedelta(days=1)
"""Longer than any roster takes to decide; its rows name people, so not for long."""
RETRIES = 60  # as for real documents: more mean that something else is wrong
Row = dict[str, Any]


class DryRunRows:
    """What dry runs decided: one row for each thing, found by the run and its keys."""

    def __init__(self, database: Database[Row]) -> None:
        self.rows = database["dry_runs"]

    def declare_indexes(self) -> None:
        """Make the indexes."""
        self.rows.create_index([("run", 1), ("keys", 1)])
        self.rows.create_index("keys")
        self.rows.create_index("until", expireAfterSeconds=0)


class Layer(Generic[T]):
    """One run's rows of one kind."""

    def __init__(
        self,
        rows: DryRunRows,
        run: str,
        form: FieldMapping[T],
        kind: str,
        keys_of: Callable[[T], Sequence[str]],
    ) -> None:
        self.rows, self.run, self.form = rows.rows, run, form
        self.kind, self.keys_of = kind, keys_of

    def get(self, id_: str) -> tuple[T, int] | None:
        """One value and its version, or None."""
        row = self.rows.find_one({"_id": self._row_id(id_)})
        return (self._from_row(row), int(row["version"])) if row else None

    def find(self, keys: Iterable[str]) -> dict[str, T]:
        """Those that bear one of the keys, by id."""
        wanted = [f"{self.kind}/{key}" for key in keys]
        rows = self.rows.find({"run": self.run, "keys": {"$in": wanted}})
        return {row["id"]: self._from_row(row) for row in rows}

    def create_many(self, values: Iterable[tuple[str, T]]) -> None:
        """Put new ones; those that are there stay."""
        new = [InsertOne(self._to_row(id_, value, 1)) for id_, value in values]
        if not new:
            return
        try:
            self.rows.bulk_write(new, ordered=False)
        except BulkWriteError as error:
            if any(failed["code"] != 11000 for failed in error.details["writeErrors"]):
                raise

    def put(self, id_: str, value: T, version: int) -> bool:
        """Write under the version that was read, 0 for none; False if it moved."""
        row = self._to_row(id_, value, version + 1)
        if version:
            guard = {"_id": row.pop("_id"), "version": version}
            return self.rows.update_one(guard, {"$set": row}).matched_count == 1
        try:
            self.rows.insert_one(row)
        except DuplicateKeyError:
            return False
        return True

    def _row_id(self, id_: str) -> str:
        return f"{self.run}/{self.kind}/{id_}"

    def _to_row(self, id_: str, value: T, version: int) -> Row:
        return {
            "_id": self._row_id(id_),
            "id": id_,
            "run": self.run,
            "keys": [f"{self.kind}/{key}" for key in self.keys_of(value)],
            "version": version,
            "value": self.form.to_fields(value),
            "until": datetime.datetime.now(datetime.UTC) + ROWS_TERM,
        }

    def _from_row(self, row: Mapping[str, Any]) -> T:
        return self.form.from_fields(row["id"], row["value"])


class DryAudit:
    """The audit port of a dry run, which does nothing that would stand there."""

    def add(
        self,
        who: str,
        action: str,
        subject: str,
        *,
        reason: str = "",
        key: str = "",
        **details: str,
    ) -> None:
        """A dry run writes no audit lines."""
