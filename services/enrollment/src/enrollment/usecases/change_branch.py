"""Rename, close and reopen branches of the tree."""

from collections.abc import Callable

from enrollment.domain.branch_tree import (
    CLOSED,
    RENAMED,
    REOPENED,
    BranchUse,
    changed_event,
    close_branch,
    rename_branch,
    reopen_branch,
)
from enrollment.domain.errors import BranchClosed, UnknownBranch
from enrollment.domain.events import BranchChanged
from enrollment.domain.people import Branch
from enrollment.usecases.branch_ports import BranchUses, ChangedBranches
from enrollment.usecases.ports import Scope


class ChangeBranch:
    """Changes one branch, under the version that its editor saw (None for any)."""

    def __init__(
        self,
        branches: ChangedBranches,
        uses: BranchUses,
        below: Callable[[str], Scope],
    ) -> None:
        self.branches, self.uses, self.below = branches, uses, below

    def rename_branch(self, id_: str, name: str, wanted: int | None, by: str) -> None:
        """The branch has another name. Raises UnknownBranch, EditConflict."""
        self._change(id_, wanted, RENAMED, by, lambda b: rename_branch(b, name))

    def close_branch(self, id_: str, wanted: int | None, by: str) -> None:
        """The branch takes no rosters any more; what is there stays readable.

        Raises UnknownBranch, EditConflict, BranchInUse while something runs there.
        """
        use = self._count_use(id_)
        self._change(id_, wanted, CLOSED, by, lambda b: close_branch(b, use))

    def reopen_branch(self, id_: str, wanted: int | None, by: str) -> None:
        """The branch takes rosters again. Raises UnknownBranch, EditConflict,
        BranchClosed below a closed one."""
        branch = self.branches.get(id_)
        parent = self.branches.get(branch.parent) if branch else None
        self._change(id_, wanted, REOPENED, by, lambda b: reopen_branch(b, parent))

    def _change(
        self,
        id_: str,
        wanted: int | None,
        change: str,
        by: str,
        decide: Callable[[Branch], Branch | None],
    ) -> None:
        if self.branches.get(id_) is None:
            raise UnknownBranch(f"没有单位 {id_}：请核对编号")

        def with_event(branch: Branch) -> tuple[Branch, BranchChanged] | None:
            changed = decide(branch)
            if changed is None:
                return None
            return changed, changed_event(changed, change, by)

        self.branches.change(id_, wanted, with_event)

    def _count_use(self, id_: str) -> BranchUse:
        below = self.branches.find_within(self.below(id_))
        return BranchUse(
            sum(not branch.closed for branch in below if branch.id != id_),
            self.uses.count_undecided(id_),
            self.uses.count_moving(id_),
        )


def require_open(branch: Branch) -> None:
    """Raises BranchClosed for a branch that takes neither rosters nor people."""
    if branch.closed:
        raise BranchClosed(f"{branch.name}已关闭：请先重新开放它，或另选单位")
