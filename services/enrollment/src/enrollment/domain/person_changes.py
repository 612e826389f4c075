"""What others are told of a person who was changed."""

from enrollment.domain.events import PersonContactsChanged, PersonNameChanged
from enrollment.domain.people import Person

CONTACTS = ("phone", "email")


def list_change_events(before: Person, after: Person, by: str) -> list[object]:
    """The events of a change by a branch or an account; the values are in none."""
    events: list[object] = []
    if any(getattr(after, field) != getattr(before, field) for field in CONTACTS):
        events.append(PersonContactsChanged(before.id, by))
    if after.name != before.name:
        events.append(PersonNameChanged(before.id, by))
    return events
