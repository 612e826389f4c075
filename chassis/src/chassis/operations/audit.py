"""Who did what to events by hand."""

import datetime
from collections.abc import Sequence
from typing import Any

from chassis.ids import new_id
from chassis.storage.collections import Tables
from chassis.telemetry.masking import masked

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
        """This line, if what it tells was dropped can be taken back."""
        row = self.rows.find_one({"_id": line, "action": DROP})
        return row if row is not None and _can_come_back(row) else None

    def is_taken_back(self, line: str) -> bool:
        """Note so in the line; whether it was this one who did."""
        open_ = {"_id": line, "taken_back": {"$exists": False}}
        noted = self.rows.update_one(open_, {"$set": {"taken_back": True}})
        return noted.matched_count == 1

    def lines(self, key: str = "") -> list[Row]:
        """Latest first; all, or what concerns one key. Personal data is masked.

        One of which `can_come_back` is true is named by its `id`.
        """
        filter_ = {"key": key} if key else {}
        rows = self.rows.find(filter_, sort=[("at", -1)], limit=SHOWN_LINES)
        return [_shown(row) for row in rows]


def _can_come_back(row: Row) -> bool:
    """What was readable is kept in the line, what was not where it was, for a while."""
    until = row.get("kept_until")
    now = datetime.datetime.now(datetime.UTC)
    is_kept = "dropped" in row or (
        until is not None and until.replace(tzinfo=datetime.UTC) > now
    )
    return is_kept and not row.get("taken_back", False)


def _shown(row: Row) -> Row:
    hidden = {"_id", "dropped", "kept_until", "taken_back", "before"}
    shown = {name: part for name, part in row.items() if name not in hidden}
    dropped = row.get("dropped")
    before = row.get("before", dropped["data"] if dropped else None)
    more = {"before": masked(before), "can_come_back": _can_come_back(row)}
    return {"id": row["_id"], **shown, **more}
