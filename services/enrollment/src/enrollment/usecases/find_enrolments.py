"""The enrolments of a class within a scope, by where their branches are now."""

from collections.abc import Sequence

from enrollment.domain.enrolment import Enrolment
from enrollment.usecases.ports import Branches, Enrolments, Scope

BRANCHES_AT_ONCE = 800
"""The city's branches come in three answers."""


def find_enrolments(
    branches: Branches,
    enrolments: Enrolments,
    scope: Scope,
    class_id: str,
    after: int,
    limit: int,
) -> list[Enrolment]:
    """So many enrolments of a class behind a ticket, in their order.

    An enrolment counts for the quotas of the branches it was decided under; who sees
    it follows the tree.
    """
    if scope.branch is None:
        return enrolments.find_by_class(class_id, None, after, limit)
    pages = branches.find_ids_within(scope, "", BRANCHES_AT_ONCE)
    ids = [id_ for page in pages for id_ in page]
    wanted, found = set(ids), list[Enrolment]()
    while len(found) < limit:
        page = enrolments.find_by_class(class_id, ids, after, limit)
        found += [one for one in page if one.branch_id in wanted]
        if len(page) < limit:
            break
        after = page[-1].ticket
    return found[:limit]


def find_seen(
    branches: Branches, scope: Scope, enrolments: Sequence[Enrolment]
) -> list[Enrolment]:
    """Those of the enrolments whose branches a scope reaches now."""
    named = branches.find_by_ids(sorted({one.branch_id for one in enrolments}))
    lines = {id_: branch.line for id_, branch in named.items()}
    return [
        one for one in enrolments if scope.covers(lines.get(one.branch_id, one.line))
    ]
