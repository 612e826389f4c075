"""Rosters of branches that moved, put into the lists of those above them now."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from chassis.storage.aggregates import Aggregates, write_all
from pymongo import DeleteOne, UpdateOne
from pymongo.database import Database

from enrollment.domain.branch_tree import BranchMove
from enrollment.domain.sent_roster import Roster

AT_ONCE = 100
"""Rosters whose places are written together: some hundred small writes."""
Row = Mapping[str, Any]


class MovedRosters:
    """Rosters in the lists of the branches above them, as those move."""

    def __init__(
        self, rows: Aggregates[Roster], database: Database[dict[str, Any]]
    ) -> None:
        self.rows, self.places = rows, database["roster_places"]

    def place_moved(self, move: BranchMove, most: int) -> bool:
        """Put the rosters of what moved into the lists of those above it now, and out
        of the others, so many at most; whether none is left.

        A roster's places are written before its line: one whose line is right is done.
        """
        behind, done = "", 0
        while page := self._find_page(move.branch_id, behind):
            behind = page[-1]["order"]
            stale = self._find_stale(move, page)
            done += len(stale)
            for roster in stale:
                self.place_roster(roster, move.line_of(roster.line))
            if done >= most:
                return False
        return True

    def place_roster(self, roster: Roster, line: Sequence[str]) -> None:
        """Put a roster into the lists of the branches of this line, and no others."""
        was, now = set(roster.line), set(line)
        place = {
            "dry_run": roster.dry_run,
            "order": roster.order,
            "roster": roster.id,
        }
        writes: list[UpdateOne | DeleteOne] = [
            UpdateOne(
                {"_id": f"{branch} {roster.order}"},
                {"$setOnInsert": {"branch": branch, **place}},
                upsert=True,
            )
            for branch in sorted(now - was)
        ]
        writes += [
            DeleteOne({"_id": f"{branch} {roster.order}"})
            for branch in sorted(was - now)
        ]
        write_all(self.places, writes)
        self.rows.change(roster.id, lambda one: (replace(one, line=tuple(line)), ()))

    def _find_page(self, branch_id: str, behind: str) -> list[Row]:
        wanted = {"branch": branch_id, "order": {"$gt": behind}}
        found = self.places.find(wanted, sort=[("order", 1)], limit=AT_ONCE)
        return list(found)

    def _find_stale(self, move: BranchMove, page: Sequence[Row]) -> list[Roster]:
        found = self.rows.find({"_id": {"$in": [row["roster"] for row in page]}})
        return [roster for roster in found if move.line_of(roster.line) != roster.line]
