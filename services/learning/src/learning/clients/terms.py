"""Questions to enrollment about how long which branch held whom."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from chassis.http.client import Client
from chassis.http.problem import Problem
from contracts.http.shape import Page
from contracts.http.terms import MOST_TERMS, MembershipTermsOut, TermsIn

from learning.domain.errors import UnknownBranch
from learning.domain.report import Term
from learning.usecases.report_ports import PersonTerms, ReportScope


class EnrollmentTerms:
    """Enrollment over signed HTTP; the border between branches is drawn there."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def find_page(self, scope: ReportScope, after: str) -> tuple[PersonTerms, str]:
        """The next terms of a scope, and the cursor of those behind them, or empty.
        Raises UnknownBranch, Problem."""
        page = self._ask(TermsIn(seen=scope.seen, branch=scope.branch, after=after))
        return _read_terms(page.items), page.next

    def find_of(self, scope: ReportScope, person_ids: Sequence[str]) -> PersonTerms:
        """The terms of these people in a scope. Raises UnknownBranch, Problem."""
        found: list[MembershipTermsOut] = []
        for part in _split(person_ids):
            asked = TermsIn(seen=scope.seen, branch=scope.branch, person_ids=part)
            found += self._ask(asked).items
        return _read_terms(found)

    def _ask(self, asked: TermsIn) -> Page[MembershipTermsOut]:
        answer: type[Any] = Page[MembershipTermsOut]
        try:
            page: Page[MembershipTermsOut] = self.client.send_request(
                "POST", ("memberships", "terms"), answer, body=asked
            )
        except Problem as problem:
            if problem.status != 404:
                raise
            raise UnknownBranch("没有这个单位，或它不在本单位之下") from problem
        return page


def _split(ids: Sequence[str]) -> Iterator[list[str]]:
    """In parts that one question takes; at least one, for the border."""
    for start in range(0, max(len(ids), 1), MOST_TERMS):
        yield list(ids[start : start + MOST_TERMS])


def _read_terms(found: Iterable[MembershipTermsOut]) -> PersonTerms:
    """Terms by person. A million are held at once: the few branches and days that they
    name are the same texts."""
    terms: dict[str, list[Term]] = {}
    for one in found:
        held = terms.setdefault(one.person_id, [])
        branch_id = sys.intern(one.branch_id)
        held += [
            Term(
                branch_id,
                sys.intern(term.since),
                sys.intern(term.until),
                one.is_first and place == 0,
            )
            for place, term in enumerate(one.terms)
        ]
    return terms
