"""The rosters port over MongoEngine: rosters, and their places in lists."""

import time
from collections.abc import Callable, Sequence
from typing import Any

from chassis.storage.aggregates import (
    AlreadyExists,
    NotFound,
    write_all,
)
from chassis.storage.leases import claim_document
from pymongo import UpdateOne

from enrollment.domain.sent_roster import Roster, roster_key
from enrollment.store.moved_rosters import MovedRosters

LEASE_SECONDS = 30.0
"""A full chunk moves in some seconds, and the lease is renewed after each."""
ALL_BRANCHES = ""
"""Where every roster has a place, as under each branch above its own."""
Row = dict[str, Any]


class StoredRosters(MovedRosters):
    """Rosters that came in.

    Each has a place under its own branch and every one above, so that the list of a
    branch is read in its order however many rosters there are.
    """

    def declare_indexes(self) -> None:
        """Make the indexes."""
        self.places.create_index([("branch", 1), ("order", 1)])
        self.places.create_index([("branch", 1), ("dry_run", 1), ("order", 1)])

    def get(self, branch_id: str, roster_id: str) -> tuple[Roster, int] | None:
        """A roster and its version, or None."""
        try:
            return self.rows.get_with_version(roster_key(branch_id, roster_id))
        except NotFound:
            return None

    def create(self, roster: Roster) -> None:
        """Put a new roster; one that is there stays.

        Its places come first: one without a roster is passed over.
        """
        place = {
            "dry_run": roster.dry_run,
            "order": roster.order,
            "roster": roster.id,
        }
        puts = [
            UpdateOne(
                {"_id": f"{branch} {roster.order}"},
                {"$setOnInsert": {"branch": branch, **place}},
                upsert=True,
            )
            for branch in (ALL_BRANCHES, *roster.line)
        ]
        write_all(self.places, puts)
        try:
            self.rows.add(roster.id, roster)
        except AlreadyExists:
            return

    def write(self, roster: Roster, version: int) -> bool:
        """Write under the version that was read; False if it moved."""
        return self.rows.write(roster.id, version, roster)

    def change(
        self, branch_id: str, roster_id: str, decide: Callable[[Roster], Roster | None]
    ) -> Roster:
        """Read a roster, decide, write under the version. Raises NotFound."""

        def without_events(roster: Roster) -> tuple[Roster, tuple[()]] | None:
            decided = decide(roster)
            return None if decided is None else (decided, ())

        return self.rows.change(roster_key(branch_id, roster_id), without_events)

    def find_page(
        self, branch: str | None, dry_run: bool | None, before: str, limit: int
    ) -> tuple[list[Roster], str]:
        """The next rosters of a branch and those below it, of all for None.

        The newest first, from behind the place `before`; then the place of the last, if
        more follow.
        """
        wanted: Row = {"branch": branch or ALL_BRANCHES}
        if dry_run is not None:
            wanted["dry_run"] = dry_run
        if before:
            wanted["order"] = {"$lt": before}
        found = self.places.find(wanted, sort=[("order", -1)], limit=limit + 1)
        places = list(found)
        more = str(places[limit - 1]["order"]) if len(places) > limit else ""
        return self._find_by_places(places[:limit]), more

    def _find_by_places(self, places: Sequence[Row]) -> list[Roster]:
        ids = [place["roster"] for place in places]
        rosters = {
            roster.id: roster for roster in self.rows.find({"_id": {"$in": ids}})
        }
        found = ((place["order"], rosters.get(place["roster"])) for place in places)
        return [roster for order, roster in found if roster and roster.order == order]

    def find_named(self, name: str, limit: int) -> list[Roster]:
        """Rosters of this name or id, of whichever branch, the newest first."""
        newest = [("received", -1)]
        found = {
            roster.id: roster
            for field in ("name", "roster_id")
            for roster in self.rows.find({field: name}, sort=newest, limit=limit)
        }
        return sorted(found.values(), key=lambda one: -one.received)[:limit]

    def claim(self) -> Roster | None:
        """A roster whose chunks have still to follow it, leased to this worker."""
        row = claim_document(self.rows.collection, {}, LEASE_SECONDS)
        return self.rows.mapping.from_fields(row["_id"], row) if row else None

    def renew(self, roster: Roster) -> None:
        """The lease of a roster begins anew."""
        self._set_due(roster, time.time() + LEASE_SECONDS)

    def put_off(self, roster: Roster, seconds: float) -> None:
        """A roster waits so long for chunks of it that are being decided."""
        self._set_due(roster, time.time() + seconds)

    def _set_due(self, roster: Roster, due: float) -> None:
        """Under a version of its own: whoever counts chunks meanwhile, and read the
        roster before, would write back when it was due then."""
        moving = {"_id": roster.id, "round": roster.round, "work_due": {"$gt": 0}}
        moved = {"$set": {"work_due": due}, "$inc": {"version": 1}}
        self.rows.collection.update_one(moving, moved)
