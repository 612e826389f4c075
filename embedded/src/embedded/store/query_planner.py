"""Where in the storage the documents lie that a filter may match, and in which order.

The fewest rows are read that an index leaves; where none helps, all are scanned, and
it is counted.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import bson

from embedded.store import index_ranges
from embedded.store.index_ranges import IndexPlan
from embedded.store.storage import OPTIONS, Document, Storage

CLOSE_ENOUGH = 200

FORWARDS = (
    "select row from entries where number=? and key>=? and key<? order by key, row"
)
BACKWARDS = (
    "select row from entries where number=? and key>=? and key<? order by key desc, row"
)
ID_RANGE = "select row, body from documents where collection=? and id>=? and id<? "
BY_ID = {
    0: ID_RANGE + "order by row",
    1: ID_RANGE + "order by id",
    -1: ID_RANGE + "order by id desc",
}


class QueryPlanner:
    """Finds the documents of one storage. `scans` counts by collection."""

    def __init__(self, storage: Storage) -> None:
        self.storage = storage
        self.scans: dict[str, int] = {}

    def find_candidates(
        self,
        collection: str,
        filter_: Mapping[str, Any],
        sort: Sequence[tuple[str, int]] = (),
    ) -> tuple[Iterator[tuple[int, Document]], bool]:
        """Rows that may match, and whether they already come in the order asked.

        Every document that matches is among them; not every one of them matches.
        Without order they come as they were inserted.
        """
        rows = self._rows_by_id(collection, filter_)
        if rows is not None:
            return self._documents(sorted(rows)), False
        plans = self._plans(collection, filter_)
        counted = [(plan, self._size(plan)) for plan in plans]
        best = min(counted, key=lambda pair: pair[1], default=None)
        if best and best[1] <= CLOSE_ENOUGH:
            near = [plan for plan, size in counted if size <= CLOSE_ENOUGH]
            return self._few(near, best[0], sort)
        ordered = self._ordered(collection, plans, sort)
        if ordered:
            return self._documents(self._rows_in_order(*ordered)), True
        if best:
            return self._documents(sorted(set(self._rows(best[0])))), False
        id_range = index_ranges.find_id_range(filter_)
        if id_range or (not filter_ and sort):
            direction = index_ranges.direction_by_id(sort)
            if id_range or direction:
                read = self._by_id(collection, id_range or index_ranges.ALL, direction)
                return read, bool(direction)
        union = self._union(collection, filter_)
        if union is not None:
            return self._documents(sorted(union)), False
        return self._scan(collection, filter_), False

    def _rows_by_id(
        self, collection: str, filter_: Mapping[str, Any]
    ) -> set[int] | None:
        plan = index_ranges.plan_index(index_ranges.BY_ID, filter_)
        if plan is None or plan.bounded:
            return None
        number, rows = self.storage.number_of(collection), set()
        for key, _ in plan.ranges:
            found = self.storage.sql.execute(
                "select row from documents where collection=? and id=?", (number, key)
            ).fetchone()
            if found:
                rows.add(found[0])
        return rows

    def _by_id(
        self, collection: str, id_range: index_ranges.Range, direction: int
    ) -> Iterator[tuple[int, Document]]:
        """Documents of a range of ids; direction 0 is as they were inserted."""
        read = self.storage.sql.execute(
            BY_ID[direction], (self.storage.number_of(collection), *id_range)
        )
        while rows := read.fetchmany(100):
            for row, body in rows:
                yield row, bson.decode(body, OPTIONS)

    def _plans(self, collection: str, filter_: Mapping[str, Any]) -> list[IndexPlan]:
        made = (
            index_ranges.plan_index(i, filter_)
            for i in self.storage.indexes_of(collection)
        )
        return [plan for plan in made if plan]

    def _few(
        self, plans: list[IndexPlan], best: IndexPlan, sort: Sequence[tuple[str, int]]
    ) -> tuple[Iterator[tuple[int, Document]], bool]:
        """In the order asked where an index has it: then whoever wants the first few
        does not read all, and they may be large."""
        for plan in plans if sort else ():
            if direction := plan.keeps_order(sort):
                return self._documents(self._rows_in_order(plan, direction)), True
        return self._documents(sorted(set(self._rows(best)))), False

    def _fewest(self, plans: list[IndexPlan]) -> tuple[IndexPlan, int] | None:
        """The plan with the fewest rows, counted no further than is of interest."""
        counted = [(plan, self._size(plan)) for plan in plans]
        return min(counted, key=lambda pair: pair[1], default=None)

    def _size(self, plan: IndexPlan) -> int:
        total = 0
        for low, high in plan.ranges:
            total += self.storage.sql.execute(
                "select count(*) from (select 1 from entries"
                " where number=? and key>=? and key<? limit 2000)",
                (plan.index.number, low, high),
            ).fetchone()[0]
            if total > 2000:
                break
        return total

    def _rows(self, plan: IndexPlan) -> Iterator[int]:
        for low, high in plan.ranges:
            for (row,) in self.storage.sql.execute(
                "select row from entries where number=? and key>=? and key<?",
                (plan.index.number, low, high),
            ).fetchall():
                yield row

    def _ordered(
        self, collection: str, plans: list[IndexPlan], sort: Sequence[tuple[str, int]]
    ) -> tuple[IndexPlan, int] | None:
        if not sort:
            return None
        for plan in [
            *plans,
            *map(index_ranges.plan_whole, self.storage.indexes_of(collection)),
        ]:
            direction = plan.keeps_order(sort)
            if direction:
                return plan, direction
        return None

    def _rows_in_order(self, plan: IndexPlan, direction: int) -> Iterator[int]:
        low, high = plan.ranges[0]
        read = self.storage.sql.execute(
            FORWARDS if direction > 0 else BACKWARDS, (plan.index.number, low, high)
        )
        while rows := read.fetchmany(100):
            yield from (row for (row,) in rows)

    def _union(self, collection: str, filter_: Mapping[str, Any]) -> set[int] | None:
        """Rows for a filter with `$or`, if every branch can be narrowed."""
        parts = index_ranges.split_or(filter_)
        if parts is None:
            return None
        rows: set[int] = set()
        for part in parts:
            found = self._rows_by_id(collection, part)
            best = None if found is not None else self._fewest(
                self._plans(collection, part)
            )  # fmt: skip
            if found is None and best is None:
                return None
            rows |= found if found is not None else set(self._rows(best[0]))  # type: ignore[index]
        return rows

    def _documents(self, rows: Iterable[int]) -> Iterator[tuple[int, Document]]:
        for row in rows:
            found = self.storage.sql.execute(
                "select body from documents where row=?", (row,)
            ).fetchone()
            if found:
                yield row, bson.decode(found[0], OPTIONS)

    def _scan(
        self, collection: str, filter_: Mapping[str, Any]
    ) -> Iterator[tuple[int, Document]]:
        if filter_:
            self.scans[collection] = self.scans.get(collection, 0) + 1
        read = self.storage.sql.execute(
            "select row, body from documents where collection=? order by row",
            (self.storage.number_of(collection),),
        )
        while rows := read.fetchmany(100):
            for row, body in rows:
                yield row, bson.decode(body, OPTIONS)
