"""Who did what to events by hand."""

import datetime
from collections.abc import Sequence
from typing import Any

import msgspec

from chassis.clock import utc_now
from chassis.ids import new_id
from chassis.operations.shapes import AuditLine
from chassis.storage.collections import MessagingCollections
from chassis.telemetry.masking import mask_value

SHOWN_LINES = 100
"""As many of all services as a page shows, whichever of them they are of."""
DROP = "drop"


class Audit:
    """The audit of one service."""

    def __init__(self, collections: MessagingCollections) -> None:
        self.rows = collections.audit

    def note(
        self, who: str, action: str, key: str, events: Sequence[str] = (), **more: Any
    ) -> None:
        """Write a line; `key` is what it was done to, `more` as AuditLine has it."""
        now, ids = utc_now(), list(events)
        line = AuditLine(
            id=new_id(), at=now, who=who, action=action, key=key, events=ids, **more
        )
        row = msgspec.to_builtins(line, builtin_types=(datetime.datetime,))
        self.rows.insert_one(row)

    def get_drop(self, id_: str) -> AuditLine | None:
        """The line of a drop that can be taken back, or None."""
        row = self.rows.find_one({"_id": id_, "action": DROP})
        line = msgspec.convert(row, AuditLine | None)
        return line if line is not None and line.can_come_back else None

    def is_taken_back(self, id_: str) -> bool:
        """Note so in the line; whether it was this one who did."""
        open_ = {"_id": id_, "taken_back": False}
        noted = self.rows.update_one(open_, {"$set": {"taken_back": True}})
        return noted.matched_count == 1

    def find_lines(self, key: str = "") -> list[AuditLine]:
        """Latest first; all, or what concerns one key. Personal data is masked."""
        filter_ = {"key": key} if key else {}
        rows = self.rows.find(filter_, sort=[("at", -1)], limit=SHOWN_LINES)
        return [_shown_line(msgspec.convert(row, AuditLine)) for row in rows]


def _shown_line(line: AuditLine) -> AuditLine:
    before, dropped = mask_value(line.before), mask_value(line.dropped)
    return msgspec.structs.replace(line, before=before, dropped=dropped)
