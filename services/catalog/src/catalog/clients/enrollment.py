"""Questions to enrollment: the tree of branches, and what a cancellation did."""

import time
from collections.abc import Iterator

from chassis.http.client import Client
from chassis.http.problem import Problem
from contracts.http.enrollment import BranchOut, CancellationOut, TreeOut
from contracts.http.shape import Page

FRESH_SECONDS = 60.0
"""Who is above a branch that was just added sees its quotas a minute later."""


class EnrollmentBranches:
    """The tree of branches, over signed HTTP."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.parents: dict[str, str] = {}
        self.read_at, self.moves = -FRESH_SECONDS, -1

    def find_kin(self, branch_id: str) -> frozenset[str] | None:
        """The branch, those above and those below it; None if nobody can say now."""
        try:
            self._read_if_old(branch_id)
        except Problem:
            return None
        parents = self.parents
        below = (id_ for id_ in parents if branch_id in _branch_path(parents, id_))
        return frozenset([*_branch_path(parents, branch_id), *below])

    def _read_if_old(self, branch_id: str) -> None:
        """The tree is read anew after a minute, and at once after a move (who is no
        longer above a branch sees nothing of it) or for a branch that is not in it.
        Raises Problem."""
        moves = self.client.send_request("GET", ("branches", "tree"), TreeOut).moves
        is_old = time.monotonic() - self.read_at >= FRESH_SECONDS
        if is_old or moves != self.moves or branch_id not in self.parents:
            self.parents = {branch.id: branch.parent for branch in self._read_all()}
            self.read_at, self.moves = time.monotonic(), moves

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


class EnrollmentCancellations:
    """What cancelling a class did to people, over signed HTTP."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def has_leavers(self, class_id: str) -> bool | None:
        """Whether somebody was told that the class is cancelled; None while nobody can
        say yet."""
        path = ("classes", class_id, "cancellation")
        try:
            answer = self.client.send_request("GET", path, CancellationOut)
        except Problem:
            return None
        return answer.has_leavers if answer.is_carried_out else None


def _branch_path(parents: dict[str, str], id_: str) -> list[str]:
    """The branch and those above it."""
    line = [id_]
    while (above := parents.get(line[-1], "")) and above not in line:
        line.append(above)
    return line
