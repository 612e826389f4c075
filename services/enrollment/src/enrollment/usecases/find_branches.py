"""Find branches within a scope."""

from collections.abc import Sequence

from enrollment.domain.people import Branch
from enrollment.usecases.ports import Branches, Scope


def find_branches(
    branches: Branches,
    scope: Scope,
    text: str = "",
    ids: Sequence[str] = (),
    behind: Sequence[str] | None = None,
) -> list[Branch]:
    """The branches of a scope, each before those below it: those with all the words in
    name or id, or those of the ids, that come behind a branch's line."""
    if ids:
        found = branches.find_by_ids(ids).values()
        return [branch for branch in found if scope.covers(branch.line)]
    words = text.casefold().split()
    return [
        branch
        for branch in branches.find_within(scope)
        if (behind is None or branch.line > tuple(behind)) and _has_all(branch, words)
    ]


def _has_all(branch: Branch, words: Sequence[str]) -> bool:
    text = f"{branch.name}\n{branch.id}".casefold()
    return all(word in text for word in words)
