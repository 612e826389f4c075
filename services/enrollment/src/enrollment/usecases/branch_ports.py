"""Ports of the tree as it changes: what moving and closing branches asks for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from enrollment.domain.branch_tree import BranchMove
from enrollment.domain.events import BranchChanged
from enrollment.domain.people import Branch
from enrollment.usecases.ports import Branches

DecideChange = Callable[[Branch], tuple[Branch, BranchChanged] | None]
"""A branch → as it is from now on, and the event of that."""


@dataclass(frozen=True)
class TreeState:
    """How many moves have begun, and the one that is not written out yet."""

    version: int
    move: BranchMove | None


class ChangedBranches(Branches, Protocol):
    """The tree of branches, as those change it who may."""

    def get_with_version(self, id_: str) -> tuple[Branch, int] | None:
        """A branch and its version, or None."""

    def change(self, id_: str, wanted: int | None, decide: DecideChange) -> None:
        """Read a branch, decide, write it with the event that `decide` gives; nothing
        where it gives None. Raises NotFound, EditConflict, WriteConflict."""

    def read_tree(self) -> TreeState:
        """How far the tree is."""

    def begin_move(self, version: int, move: BranchMove) -> bool:
        """Decide a move: from now on everybody sees it. False if another began."""

    def place_moved(self, tree: TreeState) -> None:
        """Write out the move, the branch and all below it; again changes nothing."""

    def end_move(self, tree: TreeState) -> None:
        """The move is written out everywhere; repeating it changes nothing."""


class MovedRosters(Protocol):
    """Rosters in the lists of the branches above them."""

    def place_moved(self, move: BranchMove, most: int) -> bool:
        """Put the rosters of what moved into the lists of those above it now, and out
        of the others, so many at most; whether none is left."""


class BranchUses(Protocol):
    """What still runs at branches."""

    def count_undecided(self, branch_id: str) -> int:
        """How many chunks of a branch have no outcomes yet."""

    def count_moving(self, branch_id: str) -> int:
        """How many rosters of a branch are being taken back or redone."""


class MemberCounts(Protocol):
    """How many members branches have."""

    def count_members(self, branch_ids: Sequence[str]) -> dict[str, int]:
        """The members of each of these branches, itself alone; none where it has
        none."""
