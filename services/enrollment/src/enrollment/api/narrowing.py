"""Scopes that a caller narrows to one of the branches they reach."""

from chassis.http.auth import Scope

from enrollment.usecases.create_branch import branch_within
from enrollment.usecases.ports import Branches


def narrow_scope(branches: Branches, seen: Scope, branch_id: str) -> Scope:
    """What somebody sees, or of that a branch. Raises UnknownBranch."""
    if not branch_id:
        return seen
    return Scope.below(branch_within(branches, branch_id, seen).id)
