"""Find how long which branch held whom: ids and days, and nothing else of a person."""

from collections.abc import Sequence
from typing import Protocol

from enrollment.domain.people import Membership
from enrollment.usecases.find_people import gather_within
from enrollment.usecases.ports import Branches, Scope


class MembershipsRead(Protocol):
    """Memberships, also those that are over."""

    def find_memberships_of(self, person_ids: Sequence[str]) -> list[Membership]:
        """All memberships of these persons, oldest first."""

    def find_memberships_in(
        self, branch_ids: Sequence[str], after: str, limit: int
    ) -> list[Membership]:
        """Memberships of these branches by branch and number, those of the first
        behind a membership: so many at most."""


def list_memberships(
    branches: Branches, rows: MembershipsRead, scope: Scope, after: str, limit: int
) -> list[Membership]:
    """Memberships within a scope behind one of them, by branch and number."""
    return gather_within(branches, scope, after, limit, rows.find_memberships_in)


def find_memberships_within(
    branches: Branches, rows: MembershipsRead, scope: Scope, person_ids: Sequence[str]
) -> list[Membership]:
    """The memberships of these people within a scope."""
    memberships = rows.find_memberships_of(person_ids)
    named = branches.find_by_ids(sorted({m.branch_id for m in memberships}))
    reached = {id_ for id_, branch in named.items() if scope.covers(branch.line)}
    return [m for m in memberships if m.branch_id in reached]


def find_beginnings(rows: MembershipsRead, person_ids: Sequence[str]) -> dict[str, str]:
    """By person the day on which any branch first held them, an ISO date."""
    began: dict[str, str] = {}
    for one in rows.find_memberships_of(person_ids):
        first = (one.past[0][0] if one.past else one.since)[:10]
        began[one.person_id] = min(first, began.get(one.person_id, first))
    return began
