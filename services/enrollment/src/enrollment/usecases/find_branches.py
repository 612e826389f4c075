"""Find branches within a scope."""

from collections.abc import Sequence
from itertools import islice

from enrollment.domain.people import Branch
from enrollment.usecases.ports import Branches, Scope


def find_branches(
    branches: Branches,
    scope: Scope,
    limit: int,
    text: str = "",
    behind: Sequence[str] = (),
) -> list[Branch]:
    """So many branches of a scope, each before those below it: those with all the words
    in name or id that come behind a branch's line."""
    words = text.casefold().split()
    if not words:
        return list(islice(branches.find_within(scope, behind, limit), limit))
    found = (
        branch
        for branch in branches.find_within(scope, behind)
        if _has_all(branch, words)
    )
    return list(islice(found, limit))


def find_named(branches: Branches, scope: Scope, ids: Sequence[str]) -> list[Branch]:
    """Those of the branches with these ids that a scope reaches."""
    found = branches.find_by_ids(ids).values()
    return [branch for branch in found if scope.covers(branch.line)]


def _has_all(branch: Branch, words: Sequence[str]) -> bool:
    text = f"{branch.name}\n{branch.id}".casefold()
    return all(word in text for word in words)
