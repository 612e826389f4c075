"""Which withdrawals somebody may undo: own ones and those of branches below."""

from collections.abc import Sequence

from enrollment.domain.enrolment import Enrolment
from enrollment.domain.withdrawals import COLLEGE, withdrawing_branch
from enrollment.usecases.ports import Branches, Scope


def find_returnable(
    branches: Branches, scope: Scope, enrolments: Sequence[Enrolment]
) -> set[str]:
    """Those of these enrolments that a scope may give back, until their last day.

    What a higher branch or the college withdrew, a lower one does not undo. Decisions
    of before that was noted are undone by whoever sees them.
    """
    left = [one for one in enrolments if one.returns_until]
    by = {one.id: withdrawing_branch(one.left_by) for one in left}
    named = branches.find_by_ids(sorted({id_ for id_ in by.values() if id_}))

    def may_undo(branch_id: str | None) -> bool:
        if scope.branch is None or branch_id is None:
            return True
        branch = named.get(branch_id)
        return branch_id != COLLEGE and branch is not None and scope.covers(branch.line)

    return {one.id for one in left if may_undo(by[one.id])}
