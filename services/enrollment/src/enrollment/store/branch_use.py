"""What hangs on branches, counted: what still runs there, and their members."""

from collections.abc import Sequence

from chassis.storage.aggregates import Aggregates

from enrollment.domain.people import Membership
from enrollment.domain.roster import Chunk
from enrollment.domain.sent_roster import Roster
from enrollment.store.undecided import UNDECIDED


class StoredBranchUse:
    """What still runs at a branch."""

    def __init__(self, chunks: Aggregates[Chunk], rosters: Aggregates[Roster]) -> None:
        self.chunks, self.rosters = chunks, rosters

    def count_undecided(self, branch_id: str) -> int:
        """How many chunks of a branch have no outcomes yet."""
        undecided = {"branch_id": branch_id, "state": UNDECIDED}
        return self.chunks.collection.count_documents(undecided)

    def count_moving(self, branch_id: str) -> int:
        """How many rosters of a branch are being taken back or redone."""
        moving = {"work_due": {"$gt": 0}, "branch_id": branch_id}
        return self.rosters.collection.count_documents(moving)


class StoredMemberCounts:
    """How many members branches have."""

    def __init__(self, memberships: Aggregates[Membership]) -> None:
        self.memberships = memberships

    def count_members(self, branch_ids: Sequence[str]) -> dict[str, int]:
        """The members of each of these branches, itself alone, who have not left; none
        where it has none."""
        present = {"branch_id": {"$in": list(branch_ids)}, "until": {"$in": ["", None]}}
        found = self.memberships.collection.aggregate(
            [
                {"$match": present},
                {"$group": {"_id": "$branch_id", "members": {"$sum": 1}}},
            ]
        )
        return {row["_id"]: int(row["members"]) for row in found}
