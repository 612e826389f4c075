"""What is asked and answered about terms: how long which branch held whom."""

from typing import Annotated

import msgspec

from contracts.http.shape import Answer, Cursor, Id, NoId, Shape

MOST_TERMS = 500
"""Memberships of a page of terms, and people of one question."""


class TermsIn(Shape):
    """Whose terms are asked for: those of the branches that `seen` reaches, every one
    for null, narrowed to `branch` and those below it. With `person_ids` only of these
    people, all on one page; else by pages, the next one behind `after`."""

    seen: Id | None
    branch: NoId = ""
    person_ids: Annotated[list[Id], msgspec.Meta(max_length=MOST_TERMS)] | None = None
    after: Cursor = ""
    limit: Annotated[int, msgspec.Meta(ge=1, le=MOST_TERMS)] = MOST_TERMS


class TermOut(Answer):
    """A stretch of days in a branch: `until` is the day on which it was over, empty
    while it is not."""

    since: str
    until: str


class MembershipTermsOut(Answer):
    """The terms of one membership, oldest first; no member number is told. `is_first`
    says that no branch held the person before its first one began."""

    person_id: str
    branch_id: str
    terms: list[TermOut]
    is_first: bool = False
