"""The reports port over MongoEngine."""

import datetime
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import msgspec
from chassis.storage.aggregates import (
    Aggregates,
    AlreadyExists,
    FieldMapping,
    NotFound,
)
from chassis.storage.leases import claim_document

from learning.domain.report import Report
from learning.usecases.report_ports import LatestReport, ReportScope

LEASE_SECONDS = 600.0
"""A report of 100,000 people takes minutes on an embedded store."""
EVERYBODY = "*"
MOST_TRIES = 5
CLAIMABLE = {"work_tries": {"$not": {"$gte": MOST_TRIES}}}
"""One whose worker died so often is made no more, until it is asked for anew."""


def to_fields(latest: LatestReport) -> dict[str, Any]:
    """A report as fields; when it is due stands where claims look."""
    made = msgspec.to_builtins(latest.made, builtin_types=(datetime.datetime,))
    return {
        "seen": latest.scope.seen,
        "branch": latest.scope.branch,
        "year": latest.year,
        "made": made,
        "seconds": latest.seconds,
        "work_due": time.time() if latest.is_due else None,
        "work_tries": 0,
    }


def from_fields(_: str, stored: Mapping[str, Any]) -> LatestReport:
    """A report from its fields."""
    made = stored["made"]
    return LatestReport(
        ReportScope(stored["seen"], stored["branch"]),
        stored["year"],
        msgspec.convert(made, Report) if made else None,
        stored["seconds"],
        stored["work_due"] is not None,
    )


FORM = FieldMapping(to_fields, from_fields)


class StoredReports:
    """Reports that were made, so that a large one is not made for each look."""

    def __init__(
        self, rows: Aggregates[LatestReport], wake: Callable[[], None]
    ) -> None:
        self.rows, self.wake = rows, wake

    def get(self, scope: ReportScope, year: int) -> LatestReport:
        """What is kept of a report, empty if nothing is."""
        try:
            return self.rows.get(_id_of(scope, year))
        except NotFound:
            return LatestReport(scope, year)

    def put(self, latest: LatestReport) -> None:
        """Keep a report as it was made."""
        self._write(latest, lambda _: latest)

    def ask(self, scope: ReportScope, year: int) -> None:
        """A worker shall make it anew."""
        asked = LatestReport(scope, year, is_due=True)
        self._write(
            asked,
            lambda latest: None if latest.is_due else replace(latest, is_due=True),
        )
        self.wake()

    def claim(self) -> LatestReport | None:
        """The report that was asked for longest ago, leased to this worker."""
        row = claim_document(self.rows.collection, CLAIMABLE, LEASE_SECONDS)
        return from_fields(row["_id"], row) if row else None

    def drop(self, scope: ReportScope, year: int) -> None:
        """Forget a report whose branch is out of reach by now."""
        self.rows.collection.delete_one({"_id": _id_of(scope, year)})

    def _write(
        self, new: LatestReport, change: Callable[[LatestReport], LatestReport | None]
    ) -> None:
        def decide_change(
            latest: LatestReport,
        ) -> tuple[LatestReport, tuple[()]] | None:
            changed = change(latest)
            return (changed, ()) if changed else None

        id_ = _id_of(new.scope, new.year)
        try:
            self.rows.add(id_, new)
        except AlreadyExists:
            self.rows.change(id_, decide_change)


def _id_of(scope: ReportScope, year: int) -> str:
    seen = EVERYBODY if scope.seen is None else scope.seen
    return f"{year}/{seen}/{scope.branch or EVERYBODY}"
