"""/branches: the tree."""

from chassis.http.auth import current_scope, require_roles
from chassis.http.cursors import dump_cursor, load_cursor
from chassis.http.routing import Routes, get, post
from contracts.http.enrollment import BranchesQuery, BranchIn, BranchOut
from contracts.http.shape import Page

from enrollment.domain.people import Branch
from enrollment.usecases.create_branch import branch_within, create_branch
from enrollment.usecases.find_branches import find_branches
from enrollment.usecases.ports import Branches


class BranchRoutes(Routes):
    """Routes for branches."""

    name = "branches"

    def __init__(self, branches: Branches) -> None:
        self.branches = branches

    @post("/branches", status=201)
    @require_roles("staff", "operator")
    def post_branch(self, asked: BranchIn) -> BranchOut:
        """A branch is added below another, or at the root; again changes nothing."""
        made = create_branch(self.branches, asked.id, asked.name, asked.parent)
        return BranchOut.of(made)

    @get("/branches")
    @require_roles("officer", "staff", "operator", services=["catalog"])
    def list_branches(self, asked: BranchesQuery) -> Page[BranchOut]:
        """The branches that the caller sees, each before those below it."""
        found = find_branches(
            self.branches,
            current_scope(),
            asked.q,
            asked.ids,
            load_cursor(asked.after, parts=None),
        )
        shown = found[: asked.limit]
        return Page(
            items=[BranchOut.of(branch) for branch in shown],
            next=_cursor_behind(shown[-1]) if len(found) > len(shown) else "",
        )

    @get("/branches/<branch_id>")
    @require_roles("officer", "staff", "operator")
    def show_branch(self, branch_id: str) -> BranchOut:
        """A branch that the caller sees."""
        return BranchOut.of(branch_within(self.branches, branch_id, current_scope()))


def _cursor_behind(branch: Branch) -> str:
    return dump_cursor(branch.line)
