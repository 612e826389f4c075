"""Handlers of enrollment's events about people: they invite."""

from collections.abc import Sequence

from chassis.events.envelope import Envelope
from chassis.inbox.consumer import Handler
from chassis.inbox.retry_policy import RetryPolicy, retry_with

from gateway.identity.invite_people import InvitePeople

WHILE_ENROLLMENT_IS_AWAY = RetryPolicy(pauses=(1, 5, 15, 60, 300, 900, 3600))
"""An invitation asks enrollment for the address over HTTP."""


def build_handlers(invite_people: InvitePeople) -> dict[str, Handler]:
    """Event type → handler."""

    @retry_with(WHILE_ENROLLMENT_IS_AWAY)
    def on_person_registered(events: Sequence[Envelope]) -> None:
        invite_people.invite_new_people([event.data["person_id"] for event in events])

    @retry_with(WHILE_ENROLLMENT_IS_AWAY)
    def on_contacts_changed(events: Sequence[Envelope]) -> None:
        invite_people.invite_at_new_addresses(
            [event.data["person_id"] for event in events]
        )

    return {
        "enrollment.person.registered.v1": on_person_registered,
        "enrollment.contacts.changed.v1": on_contacts_changed,
    }
