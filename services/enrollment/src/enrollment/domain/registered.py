"""What became of people whom a branch registers without a class."""

from dataclasses import dataclass

from enrollment.domain.register import Identified
from enrollment.domain.roster import REJECTED, WHAT_TO_DO

REGISTERED, MEMBER_ADDED = "registered", "member-added"
CHANGED, UNCHANGED = "changed", "unchanged"


@dataclass(frozen=True)
class PersonOutcome:
    """The outcome of a row that names a person: who it is, and which fields changed.

    A person not known before is registered; one known gets a membership, or changes, or
    stays as they are.
    """

    row: int
    outcome: str
    reason: str = ""
    detail: str = ""
    person_id: str = ""
    fields: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def reject_person(number: int, reason: str) -> PersonOutcome:
    """A row that names nobody who could be registered, with what to do about it."""
    return PersonOutcome(number, REJECTED, reason, WHAT_TO_DO[reason])


def register_outcome(
    number: int, identified: Identified, is_member: bool, notes: tuple[str, ...]
) -> PersonOutcome:
    """The outcome of a row that is taken; `is_member` for one whose membership is
    there."""
    outcome = CHANGED if identified.changed else UNCHANGED
    if not is_member:
        outcome = REGISTERED if identified.is_new else MEMBER_ADDED
    person_id = identified.person.id
    return PersonOutcome(
        number,
        outcome,
        person_id=person_id,
        fields=identified.changed,
        notes=notes,
    )
