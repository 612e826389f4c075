"""Who did what to events by hand."""

import datetime
from collections.abc import Sequence
from typing import Any

from chassis.ids import new_id
from chassis.messaging.masking import masked
from chassis.storage.tables import Tables

SHOWN_LINES = 100
DROP = "drop"
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

    def dropped(self, line: str) -> Row | None:
        """The event this line tells was dropped, unless it was taken back."""
        row = self.rows.find_one({"_id": line, "action": DROP})
        return row.get("dropped") if row and not row.get("taken_back") else None

    def is_taken_back(self, line: str) -> bool:
        """Note so in the line; whether it was this one who did."""
        open_ = {"_id": line, "taken_back": {"$exists": False}}
        noted = self.rows.update_one(open_, {"$set": {"taken_back": True}})
        return noted.matched_count == 1

    def lines(self, key: str = "") -> list[Row]:
        """Latest first; all, or what concerns one key. Personal data is masked.

        One whose event `can_come_back` names it by its `id`.
        """
        filter_ = {"key": key} if key else {}
        rows = self.rows.find(filter_, sort=[("at", -1)], limit=SHOWN_LINES)
        return [_shown(row) for row in rows]


def _shown(row: Row) -> Row:
    id_, dropped = row.pop("_id"), row.pop("dropped", None)
    before = row.pop("before", dropped["data"] if dropped else None)
    can_come_back = dropped is not None and not row.pop("taken_back", False)
    more = {"before": masked(before), "can_come_back": can_come_back}
    return {"id": id_, **row, **more}
