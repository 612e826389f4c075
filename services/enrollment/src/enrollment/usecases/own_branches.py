"""The branches by which a human can get into a class."""

from collections.abc import Sequence

from enrollment.domain.errors import BranchToAsk
from enrollment.domain.people import Branch, Membership
from enrollment.usecases.ports import Branches, People


class OwnBranches:
    """Open branches that hold a human today, under whichever record."""

    def __init__(self, branches: Branches, people: People) -> None:
        self.branches, self.people = branches, people

    def find(self, group: Sequence[str]) -> list[tuple[Branch, Membership]]:
        """Each such branch once, with the membership by which it holds the human, of
        whom these are the records."""
        memberships = self.people.find_memberships_of(list(group))
        active = self.people.pick_active(memberships)
        by_branch = {m.branch_id: m for m in reversed(active)}
        named = self.branches.find_by_ids(sorted(by_branch))
        return [
            (branch, by_branch[branch.id])
            for branch in named.values()
            if not branch.closed
        ]

    def choose_branch(
        self, group: Sequence[str], branch_id: str
    ) -> tuple[Branch, Membership]:
        """The branch of this id, or the only one where none is named. Raises
        BranchToAsk."""
        places = self.find(group)
        if not places:
            raise BranchToAsk("您现在不属于任何开放的单位：请联系教务")
        wanted = [(b, m) for b, m in places if branch_id in ("", b.id)]
        if len(wanted) != 1:
            raise BranchToAsk("请从您所在的单位里选一个")
        return wanted[0]
