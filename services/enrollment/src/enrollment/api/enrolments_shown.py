"""Enrolments as a caller sees them."""

from collections.abc import Sequence

from chassis.http.auth import Scope
from contracts.http.enrollment import EnrolmentOut

from enrollment.domain.enrolment import Enrolment
from enrollment.usecases.find_returnable import find_returnable
from enrollment.usecases.ports import Branches


def show_enrolments(
    branches: Branches, scope: Scope, enrolments: Sequence[Enrolment]
) -> list[EnrolmentOut]:
    """These enrolments; until when one is undone stands where the caller may do so."""
    returnable = find_returnable(branches, scope, enrolments)
    return [
        EnrolmentOut.of(
            one, returns_until=one.returns_until if one.id in returnable else ""
        )
        for one in enrolments
    ]
