"""/branches: the tree, and how it changes."""

from chassis.http.auth import (
    Scope,
    current_caller,
    current_scope,
    require_roles,
    require_services,
)
from chassis.http.cursors import dump_cursor, load_cursor
from chassis.http.editing import Edit
from chassis.http.routing import Routes, delete, get, patch, post
from contracts.http.enrollment import (
    BranchesQuery,
    BranchIdsQuery,
    BranchIn,
    BranchMembersOut,
    BranchNameIn,
    BranchOut,
    BranchPlaceIn,
    TreeOut,
)
from contracts.http.shape import Page

from enrollment.domain.errors import BranchExists, UnknownBranch
from enrollment.domain.people import Branch
from enrollment.usecases.branch_ports import ChangedBranches, MemberCounts
from enrollment.usecases.change_branch import ChangeBranch
from enrollment.usecases.create_branch import branch_within, create_branch
from enrollment.usecases.find_branches import find_branches, find_named
from enrollment.usecases.move_branch import MoveBranch

RESERVED = frozenset({"members", "new", "options", "tree"})
"""Ids that stand for something else where a branch is named in an address."""


class BranchRoutes(Routes):
    """Routes for branches. What changes one names the version that was seen."""

    name = "branches"

    def __init__(
        self,
        branches: ChangedBranches,
        counts: MemberCounts,
        change: ChangeBranch,
        move: MoveBranch,
    ) -> None:
        self.branches, self.counts = branches, counts
        self.change, self.move = change, move

    @post("/branches", status=201)
    @require_roles("staff", "operator")
    def post_branch(self, asked: BranchIn) -> BranchOut:
        """A branch is added below another, or at the root; again changes nothing."""
        if asked.id in RESERVED:
            raise BranchExists(f"单位编号 {asked.id} 留给平台自己：请换一个编号")
        made = create_branch(self.branches, asked.id, asked.name, asked.parent)
        return self._show_branch(made.id)

    @get("/branches")
    @require_roles("officer", "staff", "operator", services=["catalog"])
    def list_branches(self, asked: BranchesQuery) -> Page[BranchOut]:
        """The branches that the caller sees, each before those below it."""
        scope = current_scope()
        if asked.below:
            scope = Scope.below(branch_within(self.branches, asked.below, scope).id)
        if asked.ids:
            found = find_named(self.branches, scope, asked.ids)
        else:
            behind = load_cursor(asked.after, parts=None) or ()
            found = find_branches(
                self.branches, scope, asked.limit + 1, asked.q, behind
            )
        shown = found[: asked.limit]
        return Page(
            items=[BranchOut.of(branch, version=0) for branch in shown],
            next=_cursor_behind(shown[-1]) if len(found) > len(shown) else "",
        )

    @get("/branches/tree")
    @require_services("catalog")
    def show_tree(self) -> TreeOut:
        """How often branches were moved: whoever has the tree asks before using it."""
        return TreeOut(moves=self.branches.read_tree().version)

    @get("/branches/members")
    @require_roles("officer", "staff", "operator")
    def count_members(self, asked: BranchIdsQuery) -> list[BranchMembersOut]:
        """How many members each of these branches has, as far as the caller sees."""
        seen = find_named(self.branches, current_scope(), asked.ids)
        counts = self.counts.count_members([branch.id for branch in seen])
        return [
            BranchMembersOut(branch_id=branch.id, members=counts.get(branch.id, 0))
            for branch in seen
        ]

    @get("/branches/<branch_id>")
    @require_roles("officer", "staff", "operator", services=["learning"])
    def show_branch(self, branch_id: str) -> BranchOut:
        """A branch that the caller sees. Learning prints its name on certificates."""
        branch_within(self.branches, branch_id, current_scope())
        return self._show_branch(branch_id)

    @patch("/branches/<branch_id>")
    @require_roles("staff", "operator")
    def rename_branch(
        self, branch_id: str, asked: BranchNameIn, edit: Edit
    ) -> BranchOut:
        """A branch gets another name."""
        self.change.rename_branch(branch_id, asked.name, edit.version, _who())
        return self._show_branch(branch_id)

    @post("/branches/<branch_id>/moving")
    @require_roles("staff", "operator")
    def move_branch(
        self, branch_id: str, asked: BranchPlaceIn, edit: Edit
    ) -> BranchOut:
        """A branch is moved below another with all that hangs on it: from now on who is
        above it there sees it, and who was above it before does not."""
        self.move(branch_id, asked.parent, edit.version, _who())
        return self._show_branch(branch_id)

    @post("/branches/<branch_id>/closing")
    @require_roles("staff", "operator")
    def close_branch(self, branch_id: str, edit: Edit) -> BranchOut:
        """A branch takes no rosters any more; what is there stays readable."""
        self.change.close_branch(branch_id, edit.version, _who())
        return self._show_branch(branch_id)

    @delete("/branches/<branch_id>/closing")
    @require_roles("staff", "operator")
    def reopen_branch(self, branch_id: str, edit: Edit) -> BranchOut:
        """A closed branch takes rosters again."""
        self.change.reopen_branch(branch_id, edit.version, _who())
        return self._show_branch(branch_id)

    def _show_branch(self, branch_id: str) -> BranchOut:
        found = self.branches.get_with_version(branch_id)
        if found is None:
            raise UnknownBranch(f"没有单位 {branch_id}：请核对编号")
        return BranchOut.of(found[0], version=found[1])


def _who() -> str:
    return current_caller().account


def _cursor_behind(branch: Branch) -> str:
    return dump_cursor(branch.line)
