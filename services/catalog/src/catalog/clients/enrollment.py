"""Questions to enrollment about the tree of branches."""

import time
from collections.abc import Iterator

from chassis.http.client import Client
from chassis.http.problem import Problem
from contracts.http.enrollment import BranchOut
from contracts.http.shape import Page

FRESH_SECONDS = 60.0
"""A branch that was just added sees its quotas a minute later."""


class EnrollmentBranches:
    """The tree of branches, over signed HTTP."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.parents: dict[str, str] = {}
        self.read_at = -FRESH_SECONDS

    def find_kin(self, branch_id: str) -> frozenset[str] | None:
        """The branch, those above and those below it; None if nobody can say now."""
        if time.monotonic() - self.read_at >= FRESH_SECONDS:
            try:
                self.parents = {branch.id: branch.parent for branch in self._read_all()}
            except Problem:
                return None
            self.read_at = time.monotonic()
        parents = self.parents
        below = (id_ for id_ in parents if branch_id in _branch_path(parents, id_))
        return frozenset([*_branch_path(parents, branch_id), *below])

    def _read_all(self) -> Iterator[BranchOut]:
        """All branches, page after page. Raises Problem."""
        query = {"limit": "500"}
        while True:
            page = self.client.send_request(
                "GET", ("branches",), Page[BranchOut], query=query
            )
            yield from page.items
            if not page.next:
                return
            query["after"] = page.next


def _branch_path(parents: dict[str, str], id_: str) -> list[str]:
    """The branch and those above it."""
    line = [id_]
    while (above := parents.get(line[-1], "")) and above not in line:
        line.append(above)
    return line
