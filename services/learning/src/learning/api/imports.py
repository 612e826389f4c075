"""/records/imports: what people completed elsewhere."""

import datetime

from chassis.http.auth import current_caller, require_roles
from chassis.http.idempotency import idempotent
from chassis.http.routing import Routes, post
from contracts.http.imported_records import (
    ImportedLineIn,
    ImportIn,
    ImportOut,
    LineOut,
)

from learning.domain.imported import ImportedLine
from learning.usecases.import_records import ImportRecords


class ImportRoutes(Routes):
    """The route by which records come from elsewhere."""

    name = "imports"

    def __init__(self, import_records: ImportRecords) -> None:
        self.import_records = import_records

    @post("/records/imports")
    @require_roles("staff", "operator")
    @idempotent
    def post_import(self, asked: ImportIn) -> ImportOut:
        """Import courses that people completed elsewhere, or say what would come of it.

        Sent again, nothing is counted twice; nobody is sent a notice.
        """
        who = current_caller().login or current_caller().account
        lines = [_to_line(line) for line in asked.lines]
        results = self.import_records(lines, asked.source, who, dry_run=asked.dry_run)
        return ImportOut(lines=[LineOut.of(result) for result in results])


def _to_line(asked: ImportedLineIn) -> ImportedLine:
    return ImportedLine(
        asked.line,
        asked.person_id,
        asked.course_id,
        asked.class_id,
        _to_milliseconds(asked.completed_at),
        round(asked.hours * 4),
    )


def _to_milliseconds(moment: datetime.datetime) -> datetime.datetime:
    """A moment as the store keeps it, so that the same line again is the same."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
