"""What the client of enrollment asks about branches: the tree, and its changes."""

from dataclasses import dataclass

from contracts.http.enrollment import (
    BranchesQuery,
    BranchIdsQuery,
    BranchIn,
    BranchMembersOut,
    BranchNameIn,
    BranchOut,
    BranchPlaceIn,
)
from contracts.http.shape import Page

from gateway.clients.caller import ServiceCaller


@dataclass(frozen=True)
class BranchesClient:
    """Questions about branches in the name of a visitor."""

    ask: ServiceCaller

    def list_branches(self, asked: BranchesQuery) -> Page[BranchOut]:
        """The branches that the visitor sees, each before those below it."""
        return self.ask.get(Page[BranchOut], "branches", query=asked)

    def show_branch(self, branch_id: str) -> BranchOut:
        """A branch that the visitor sees. Raises Problem 404."""
        return self.ask.get(BranchOut, "branches", branch_id)

    def count_members(self, branch_ids: list[str]) -> list[BranchMembersOut]:
        """How many members each of these branches has, itself alone."""
        if not branch_ids:
            return []
        query = BranchIdsQuery(ids=branch_ids)
        return self.ask.get(list[BranchMembersOut], "branches", "members", query=query)

    def post_branch(self, asked: BranchIn) -> BranchOut:
        """Add a branch. Raises Problem 409 for an id that is taken."""
        return self.ask.send("POST", BranchOut, "branches", body=asked)

    def rename_branch(self, branch_id: str, name: str, version: int) -> BranchOut:
        """Give a branch another name. Raises Problem 412."""
        body = BranchNameIn(name=name)
        path = ("branches", branch_id)
        return self.ask.send("PATCH", BranchOut, *path, body=body, version=version)

    def move_branch(self, branch_id: str, parent: str, version: int) -> BranchOut:
        """Move a branch with all below it. Raises Problem 409, 412."""
        body = BranchPlaceIn(parent=parent)
        path = ("branches", branch_id, "moving")
        return self.ask.send("POST", BranchOut, *path, body=body, version=version)

    def close_branch(self, branch_id: str, version: int) -> BranchOut:
        """Close a branch. Raises Problem 409 while something runs there, 412."""
        path = ("branches", branch_id, "closing")
        return self.ask.send("POST", BranchOut, *path, version=version)

    def reopen_branch(self, branch_id: str, version: int) -> BranchOut:
        """Open a closed branch again. Raises Problem 409, 412."""
        path = ("branches", branch_id, "closing")
        return self.ask.send("DELETE", BranchOut, *path, version=version)
