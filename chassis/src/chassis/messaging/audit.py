"""Who did what to events by hand."""

import datetime
from collections.abc import Sequence
from typing import Any

from chassis.ids import new_id
from chassis.messaging.masking import masked
from chassis.storage.tables import Tables

SHOWN_LINES = 100
Row = dict[str, Any]


class Audit:
    """The audit lines of one service."""

    def __init__(self, tables: Tables) -> None:
        self.rows = tables.audit

    def note(
        self, who: str, action: str, key: str, events: Sequence[str] = (), **more: Any
    ) -> None:
        """Write a line; `key` is what it was done to."""
        now = datetime.datetime.now(datetime.UTC)
        line = {"who": who, "action": action, "key": key, "events": list(events)}
        self.rows.insert_one({"_id": new_id(), "at": now, **line, **more})

    def lines(self, key: str = "") -> list[Row]:
        """Latest first; all, or what concerns one key. Personal data is masked."""
        filter_ = {"key": key} if key else {}
        rows = self.rows.find(filter_, sort=[("at", -1)], limit=SHOWN_LINES)
        return [{**row, "before": masked(row.get("before"))} for row in rows]
