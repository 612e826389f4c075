"""The tree of branches as it changes: one move at a time, with all that hangs on it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from enrollment.domain.errors import (
    BranchBelowItself,
    BranchClosed,
    BranchInUse,
    EditConflict,
)
from enrollment.domain.events import BranchChanged
from enrollment.domain.people import Branch

RENAMED, MOVED, CLOSED, REOPENED = "renamed", "moved", "closed", "reopened"


@dataclass(frozen=True)
class BranchMove:
    """A move that was decided: the branch, its line from now on, and who asked.

    Whatever lies below the branch follows; until all of it is written anew, readers
    work its line out by this.
    """

    branch_id: str
    line: tuple[str, ...]
    by: str = ""

    def line_of(self, line: Sequence[str]) -> tuple[str, ...]:
        """A line as it is after the move; again changes nothing."""
        if self.branch_id not in line:
            return tuple(line)
        below = line[list(line).index(self.branch_id) + 1 :]
        return (*self.line, *below)

    def apply_to(self, branch: Branch) -> Branch:
        """A branch as it is after the move."""
        line = self.line_of(branch.line)
        return branch if line == branch.line else replace(branch, line=line)


@dataclass(frozen=True)
class BranchUse:
    """What still runs at a branch: open branches below it, chunks without outcomes, and
    rosters that are being taken back or redone."""

    below: int = 0
    chunks: int = 0
    rosters: int = 0


def decide_move(branch: Branch, parent: Branch | None, by: str) -> BranchMove | None:
    """The move of a branch below another, or to the root; None if it is there.

    Raises BranchBelowItself, BranchClosed for a parent that is closed.
    """
    if parent is not None and parent.is_within(branch.id):
        raise BranchBelowItself("单位不能移到自己或自己的下级之下：请另选上级单位")
    if parent is not None and parent.closed and not branch.closed:
        raise BranchClosed(f"{parent.name}已关闭：请先重新开放它，或另选上级单位")
    line = (*parent.line, branch.id) if parent else (branch.id,)
    return None if line == branch.line else BranchMove(branch.id, line, by)


def rename_branch(branch: Branch, name: str) -> Branch | None:
    """The branch under another name; None if it has it."""
    return None if branch.name == name else replace(branch, name=name)


def close_branch(branch: Branch, use: BranchUse) -> Branch | None:
    """The branch closed; None if it is. Raises BranchInUse."""
    if branch.closed:
        return None
    if use != BranchUse():
        raise BranchInUse(_explain_use(use), vars(use))
    return replace(branch, closed=True)


def reopen_branch(branch: Branch, parent: Branch | None) -> Branch | None:
    """The branch open again; None if it is. Raises BranchClosed below a closed one."""
    if not branch.closed:
        return None
    if parent is not None and parent.closed:
        raise BranchClosed(f"上级单位{parent.name}已关闭：请先重新开放它")
    return replace(branch, closed=False)


def require_version(version: int, wanted: int | None) -> None:
    """An editor saw this version. Raises EditConflict."""
    if wanted is not None and wanted != version:
        raise EditConflict("别人刚改过这个单位：请先看最新的，再改一次")


def changed_event(branch: Branch, change: str, by: str) -> BranchChanged:
    """The event of a change: the branch as it is now."""
    return BranchChanged(
        branch.id, branch.name, branch.parent, branch.line, branch.closed, change, by
    )


def _explain_use(use: BranchUse) -> str:
    parts = [
        f"{count} {what}"
        for count, what in (
            (use.below, "个下级单位还开放"),
            (use.chunks, "批名册还没有处理完"),
            (use.rosters, "份名册正在撤回或恢复"),
        )
        if count
    ]
    return f"这个单位还不能关闭：{'，'.join(parts)}。请等它们完成，或先关闭下级单位"
