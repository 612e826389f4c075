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
from learning.usecases.report_ports import KeptReport, ReportScope

LEASE_SECONDS = 600.0
"""A report of 100,000 people takes minutes on an embedded store."""
EVERYBODY = "*"


def to_fields(kept: KeptReport) -> dict[str, Any]:
    """A kept report as fields; when it is due stands where claims look."""
    made = msgspec.to_builtins(kept.made, builtin_types=(datetime.datetime,))
    return {
        "seen": kept.scope.seen,
        "branch": kept.scope.branch,
        "year": kept.year,
        "made": made,
        "seconds": kept.seconds,
        "work_due": time.time() if kept.is_due else None,
    }


def from_fields(_: str, stored: Mapping[str, Any]) -> KeptReport:
    """A kept report from its fields."""
    made = stored["made"]
    return KeptReport(
        ReportScope(stored["seen"], stored["branch"]),
        stored["year"],
        msgspec.convert(made, Report) if made else None,
        stored["seconds"],
        stored["work_due"] is not None,
    )


FORM = FieldMapping(to_fields, from_fields)


class StoredReports:
    """Reports that were made, so that a large one is not made for each look."""

    def __init__(self, rows: Aggregates[KeptReport], wake: Callable[[], None]) -> None:
        self.rows, self.wake = rows, wake

    def get(self, scope: ReportScope, year: int) -> KeptReport:
        """What is kept of a report, empty if nothing is."""
        try:
            return self.rows.get(_id_of(scope, year))
        except NotFound:
            return KeptReport(scope, year)

    def put(self, kept: KeptReport) -> None:
        """Keep a report as it was made."""
        self._write(kept, lambda _: kept)

    def ask(self, scope: ReportScope, year: int) -> None:
        """A worker shall make it anew."""
        asked = KeptReport(scope, year, is_due=True)
        self._write(
            asked, lambda kept: None if kept.is_due else replace(kept, is_due=True)
        )
        self.wake()

    def claim(self) -> KeptReport | None:
        """The report that was asked for longest ago, leased to this worker."""
        row = claim_document(self.rows.collection, {}, LEASE_SECONDS)
        return from_fields(row["_id"], row) if row else None

    def drop(self, scope: ReportScope, year: int) -> None:
        """Forget a report whose branch is out of reach by now."""
        self.rows.collection.delete_one({"_id": _id_of(scope, year)})

    def _write(
        self, new: KeptReport, change: Callable[[KeptReport], KeptReport | None]
    ) -> None:
        def decide_change(
            kept: KeptReport,
        ) -> tuple[KeptReport, tuple[()]] | None:
            changed = change(kept)
            return (changed, ()) if changed else None

        id_ = _id_of(new.scope, new.year)
        try:
            self.rows.add(id_, new)
        except AlreadyExists:
            self.rows.change(id_, decide_change)


def _id_of(scope: ReportScope, year: int) -> str:
    seen = EVERYBODY if scope.seen is None else scope.seen
    return f"{year}/{seen}/{scope.branch or EVERYBODY}"
