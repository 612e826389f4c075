"""Who did what to events by hand."""

import datetime
from collections.abc import Sequence
from typing import Any

import msgspec

from chassis.ids import new_id
from chassis.operations.shapes import AuditLine
from chassis.storage.collections import Tables
from chassis.telemetry.masking import masked

SHOWN_LINES = 100
"""As many of all services as a page shows, whichever of them they are of."""
DROP = "drop"
Moment = datetime.datetime


class AuditRow(msgspec.Struct, frozen=True, kw_only=True):
    """A line as it is stored. `before` are the data that an edit replaced.

    What was dropped is stored with it where it was readable, and where it was not
    stays in the retry queue until `kept_until`.
    """

    id: str = msgspec.field(name="_id")
    at: Moment
    who: str
    action: str
    key: str
    events: list[str]
    why: str = ""
    before: Any = None
    dropped: dict[str, Any] | None = None
    kept_until: Moment | None = None
    taken_back: bool = False

    def can_come_back(self) -> bool:
        """Whether this drop can be taken back."""
        now, until = Moment.now(datetime.UTC), self.kept_until
        is_kept = until is not None and until.replace(tzinfo=datetime.UTC) > now
        return (self.dropped is not None or is_kept) and not self.taken_back

    def shown(self) -> AuditLine:
        """The line as a person sees it."""
        before = self.dropped["data"] if self.dropped else self.before
        return AuditLine(
            self.id,
            self.at,
            self.who,
            self.action,
            self.key,
            self.events,
            self.why,
            masked(before),
            self.can_come_back(),
        )


class Audit:
    """The audit of one service."""

    def __init__(self, tables: Tables) -> None:
        self.rows = tables.audit

    def note(
        self, who: str, action: str, key: str, events: Sequence[str] = (), **more: Any
    ) -> None:
        """Write a line; `key` is what it was done to, `more` as AuditRow has it."""
        row = AuditRow(
            id=new_id(),
            at=Moment.now(datetime.UTC),
            who=who,
            action=action,
            key=key,
            events=list(events),
            **more,
        )
        self.rows.insert_one(msgspec.to_builtins(row, builtin_types=(Moment,)))

    def get_drop(self, id_: str) -> AuditRow | None:
        """The line of a drop that can be taken back, or None."""
        found = self.rows.find_one({"_id": id_, "action": DROP})
        row = msgspec.convert(found, AuditRow) if found is not None else None
        return row if row is not None and row.can_come_back() else None

    def is_taken_back(self, id_: str) -> bool:
        """Note so in the line; whether it was this one who did."""
        open_ = {"_id": id_, "taken_back": False}
        noted = self.rows.update_one(open_, {"$set": {"taken_back": True}})
        return noted.matched_count == 1

    def find_lines(self, key: str = "") -> list[AuditLine]:
        """Latest first; all, or what concerns one key."""
        filter_ = {"key": key} if key else {}
        rows = self.rows.find(filter_, sort=[("at", -1)], limit=SHOWN_LINES)
        return [msgspec.convert(row, AuditRow).shown() for row in rows]
