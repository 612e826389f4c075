"""The query planner: which documents a filter may match, and in which order.

The fewest rows are read that an index leaves; where none helps, all are scanned, and
it is counted.
"""

import heapq
import sqlite3
from collections.abc import Iterable, Iterator
from typing import Any

from embedded.store.index_ranges import (
    BY_ID,
    Filter,
    Index,
    IndexPlan,
    Order,
    Range,
    Sort,
    plan_index,
    plan_whole,
    split_or,
)
from embedded.store.storage import Storage

CLOSE_ENOUGH = 200
"""So few rows are read at once whatever the order: sorting them costs a millisecond."""
MOST_COUNTED = 2000
"""Beyond, a plan is large, however large: counting on would cost what it saves."""
AT_ONCE = 100
"""Rows of one fetch: whoever wants the first page reads hardly more."""
KEYS = " from entries where number=? and key>=? and key<?"
IDS = " from documents where collection=? and id>=? and id<?"
IN_ORDER = {
    "key": "select row, body, key from entries join documents using(row)"
    " where number=? and key>=? and key<? order by key {}, row",
    "id": "select row, body, id from documents"
    " where collection=? and id>=? and id<? order by id {}",
}
Rows = Iterator[tuple[int, bytes]]
"""Documents as they are stored, each with its row in the storage."""


class QueryPlanner:
    """Finds the documents of one storage. `scans` counts by collection."""

    def __init__(self, storage: Storage) -> None:
        self.storage = storage
        self.scans: dict[str, int] = {}

    def find_candidates(
        self, collection: str, filter_: Filter, sort: Sort = ()
    ) -> tuple[Rows, bool]:
        """Rows that may match, and whether they already come in the order asked.

        Every document that matches is among them; not every one of them matches.
        Without order they come as they were inserted.
        """
        by_id = plan_index(BY_ID, filter_)
        if by_id and not by_id.bounded:
            return self._insert_scratch(collection, [by_id]), False
        indexes = self.storage.indexes_of(collection)
        plans = self._find_plans(collection, filter_)
        if sort and len(plans) == 1 and (order := plans[0].order_for(sort)):
            return self._ordered(collection, plans[0], order), True
        sizes = {plan: self._count_entries(collection, plan) for plan in plans}
        best = min(plans, key=sizes.__getitem__, default=None)
        if best and sizes[best] <= CLOSE_ENOUGH:
            ordering = [plan for plan in plans if sizes[plan] <= CLOSE_ENOUGH]
        else:
            whole = indexes if filter_ else [*indexes, BY_ID]
            ordering = [*plans, *map(plan_whole, whole)]
        for plan in ordering if sort else ():
            if order := plan.order_for(sort):
                return self._ordered(collection, plan, order), True
        if best:
            return self._insert_scratch(collection, [best]), False
        either = self._plans_of_or(collection, filter_)
        if either is not None:
            return self._insert_scratch(collection, either), False
        return self._scan_collection(collection, filter_), False

    def _find_plans(self, collection: str, filter_: Filter) -> list[IndexPlan]:
        indexes = [*self.storage.indexes_of(collection), BY_ID]
        return [plan for index in indexes if (plan := plan_index(index, filter_))]

    def _plans_of_or(self, collection: str, filter_: Filter) -> list[IndexPlan] | None:
        """A plan for every branch of a filter with `$or`; None if one has none."""
        branches = split_or(filter_)
        if not branches:
            return None
        best: list[IndexPlan] = []
        for branch in branches:
            plans = self._find_plans(collection, branch)
            if not plans:
                return None
            best.append(
                min(plans, key=lambda plan: self._count_entries(collection, plan))
            )
        return best

    def _source_of(self, collection: str, index: Index) -> tuple[str, int, str]:
        """Where an index lies: its rows, the number they bear, and their key."""
        if index is BY_ID:
            return IDS, self.storage.number_of(collection), "id"
        return KEYS, index.number, "key"

    def _count_entries(self, collection: str, plan: IndexPlan) -> int:
        """How many rows a plan reads, counted no further than is of interest."""
        source, number, _ = self._source_of(collection, plan.index)
        total = 0
        for ends in plan.ranges:
            [(count,)] = self.storage.sql.execute(
                f"select count(*) from (select 1{source} limit {MOST_COUNTED})",  # noqa: S608 - constants
                (number, *ends),
            )
            total += count
            if total >= MOST_COUNTED:
                break
        return total

    def _find_rows(self, collection: str, plan: IndexPlan) -> Iterator[int]:
        source, number, _ = self._source_of(collection, plan.index)
        for ends in plan.ranges:
            read = self.storage.sql.execute("select row" + source, (number, *ends))
            yield from (row for (row,) in read)

    def _ordered(self, collection: str, plan: IndexPlan, order: Order) -> Rows:
        """What a plan reads, in an order that it gives."""
        _, number, key = self._source_of(collection, plan.index)
        asked = IN_ORDER[key].format("asc" if order.direction > 0 else "desc")

        def read(ends: Range) -> Iterator[tuple[int, bytes, bytes]]:
            return self._fetch(self.storage.sql.execute(asked, (number, *ends)))

        def read_behind(ends: Range) -> Iterator[tuple[bytes, int, bytes]]:
            begin = len(ends[0])
            return ((key[begin:], row, body) for row, body, key in read(ends))

        if order.is_merged:
            ranges = map(read_behind, plan.ranges)
            for _, row, body in heapq.merge(*ranges, reverse=order.direction < 0):
                yield row, body
            return
        for ends in plan.ranges[:: order.direction]:
            yield from ((row, body) for row, body, _ in read(ends))

    def _insert_scratch(self, collection: str, plans: list[IndexPlan]) -> Rows:
        """What any of the plans reads, as it was inserted."""
        rows = {row for plan in plans for row in self._find_rows(collection, plan)}
        return self._load_documents(sorted(rows))

    def _load_documents(self, rows: Iterable[int]) -> Rows:
        for row in rows:
            read = self.storage.sql.execute(
                "select body from documents where row=?", (row,)
            )
            for (body,) in read.fetchall():
                yield row, body

    def _scan_collection(self, collection: str, filter_: Filter) -> Rows:
        if filter_:
            self.scans[collection] = self.scans.get(collection, 0) + 1
        read = self.storage.sql.execute(
            "select row, body from documents where collection=? order by row",
            (self.storage.number_of(collection),),
        )
        return self._fetch(read)

    def _fetch(self, read: sqlite3.Cursor) -> Iterator[Any]:
        while rows := read.fetchmany(AT_ONCE):
            yield from rows
