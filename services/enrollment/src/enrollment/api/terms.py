"""/memberships/terms: how long which branch held whom, for learning's reports."""

from collections.abc import Sequence

from chassis.http.auth import Scope, require_services
from chassis.http.routing import Routes, post
from contracts.http.shape import Page
from contracts.http.terms import MembershipTermsOut, TermOut, TermsIn

from enrollment.api.narrowing import narrow_scope
from enrollment.domain.people import Membership
from enrollment.usecases.find_terms import (
    MembershipsRead,
    find_beginnings,
    find_memberships_within,
    list_memberships,
)
from enrollment.usecases.ports import Branches


class TermRoutes(Routes):
    """The route for terms. Whose scope it is that learning names was told to learning
    by the gateway, signed; the border is drawn here."""

    name = "terms"

    def __init__(self, branches: Branches, rows: MembershipsRead) -> None:
        self.branches, self.rows = branches, rows

    @post("/memberships/terms")
    @require_services("learning")
    def list_terms(self, asked: TermsIn) -> Page[MembershipTermsOut]:
        """The terms of memberships within a scope, past ones too."""
        seen = Scope.all() if asked.seen is None else Scope.below(asked.seen)
        scope = narrow_scope(self.branches, seen, asked.branch)
        if asked.person_ids is not None:
            of_people = find_memberships_within(
                self.branches, self.rows, scope, asked.person_ids
            )
            return Page(items=self._show_all(of_people))
        found = list_memberships(
            self.branches, self.rows, scope, asked.after, asked.limit
        )
        more = found[-1].id if len(found) == asked.limit else ""
        return Page(items=self._show_all(found), next=more)

    def _show_all(self, found: Sequence[Membership]) -> list[MembershipTermsOut]:
        began = find_beginnings(self.rows, sorted({one.person_id for one in found}))
        return [_show_terms(one, began[one.person_id]) for one in found]


def _show_terms(membership: Membership, began: str) -> MembershipTermsOut:
    terms = [*membership.past, (membership.since, membership.until)]
    return MembershipTermsOut(
        person_id=membership.person_id,
        branch_id=membership.branch_id,
        terms=[TermOut(since=since[:10], until=until) for since, until in terms],
        is_first=terms[0][0][:10] == began,
    )
