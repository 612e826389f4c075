"""Move a branch with all that hangs on it.

The move is decided by one write, and from then on every reader works lines out by it;
then it is written out, by whoever comes first: the request, a worker, the next move.
Every step may be repeated, so a crash anywhere ends right.
"""

import threading
from collections.abc import Callable

from enrollment.domain.branch_tree import decide_move, require_version
from enrollment.domain.errors import EditConflict, UnknownBranch
from enrollment.domain.people import Branch
from enrollment.usecases.branch_ports import ChangedBranches, MovedRosters

TRIES = 40
"""Moves that may begin between the look and the decision of one: they are rare."""
ROSTERS_AT_ONCE = 500
"""Rosters that follow before the answer, about a second; a worker does the rest."""


class MoveBranch:
    """Moves branches, one at a time; `waiting` is set when a move is left to write.

    `note_members` has those below the branch looked at again, by whose line they are
    found.
    """

    def __init__(
        self,
        branches: ChangedBranches,
        rosters: MovedRosters,
        note_members: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.branches, self.rosters = branches, rosters
        self.note_members = note_members
        self.waiting = threading.Event()

    def __call__(self, id_: str, parent_id: str, wanted: int | None, by: str) -> None:
        """Move a branch below another, or to the root; `wanted` is the version that was
        seen. What is there already, stays.

        Raises UnknownBranch, EditConflict, BranchBelowItself, BranchClosed.
        """
        for _ in range(TRIES):
            tree = self.branches.read_tree()
            if tree.move is not None:
                self.write_out()
                continue
            branch = self._require_branch(id_, wanted)
            parent = self._get_parent(parent_id)
            move = decide_move(branch, parent, by)
            if move is None:
                return
            if self.branches.begin_move(tree.version, move):
                self.write_out(ROSTERS_AT_ONCE)
                return
        raise EditConflict("别的单位正在移动：请过一会儿再试")

    def write_out(self, most: int = 1_000_000) -> bool:
        """Write out the move that is under way; False if none is."""
        tree = self.branches.read_tree()
        if tree.move is None:
            return False
        self.branches.place_moved(tree)
        if self.rosters.place_moved(tree.move, most):
            self.note_members(tree.move.branch_id)
            self.branches.end_move(tree)
        else:
            self.waiting.set()
        return True

    def _require_branch(self, id_: str, wanted: int | None) -> Branch:
        found = self.branches.get_with_version(id_)
        if found is None:
            raise UnknownBranch(f"没有单位 {id_}：请核对编号")
        require_version(found[1], wanted)
        return found[0]

    def _get_parent(self, parent_id: str) -> Branch | None:
        if not parent_id:
            return None
        parent = self.branches.get(parent_id)
        if parent is None:
            raise UnknownBranch(f"没有上级单位 {parent_id}：请先建立它")
        return parent
