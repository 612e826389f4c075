"""Add a branch to the tree, and look at the tree within a scope."""

from enrollment.domain.errors import (
    BranchClosed,
    BranchExists,
    NotYourBranch,
    UnknownBranch,
)
from enrollment.domain.people import Branch, branch_below, root_branch
from enrollment.usecases.ports import Branches, Scope


def create_branch(branches: Branches, id_: str, name: str, parent: str) -> Branch:
    """Create a branch below another, or at the root. Repeating it changes nothing.

    Raises UnknownBranch for the parent, BranchClosed if that is closed, BranchExists
    for another of this id.
    """
    if parent:
        above = branches.get(parent)
        if above is None:
            raise UnknownBranch(f"没有上级单位 {parent}：请先建立它")
        if above.closed:
            raise BranchClosed(f"上级单位{above.name}已关闭：请先重新开放它")
        branch = branch_below(above, id_, name)
    else:
        branch = root_branch(id_, name)
    if not branches.create(branch) and branches.get(id_) != branch:
        raise BranchExists(f"单位编号 {id_} 已被使用：请换一个编号")
    return branch


def branch_within(branches: Branches, id_: str, scope: Scope) -> Branch:
    """A branch that lies in the caller's scope.

    Raises UnknownBranch, also for one outside the scope: it is not told apart.
    """
    branch = branches.get(id_)
    if branch is None or not scope.covers(branch.line):
        raise UnknownBranch(f"没有单位 {id_}，或它不在本单位之下")
    return branch


def require_within(branches: Branches, id_: str, scope: Scope) -> Branch:
    """A branch the caller may act for. Raises NotYourBranch."""
    branch = branches.get(id_)
    if branch is None or not scope.covers(branch.line):
        raise NotYourBranch(f"单位 {id_} 不在本单位之下：请由其所在单位操作")
    return branch
