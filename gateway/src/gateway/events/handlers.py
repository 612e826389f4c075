"""Handlers of enrollment's events about people: they invite."""

from collections.abc import Sequence

from chassis.events.envelope import Envelope
from chassis.inbox.consumer import Handler
from chassis.inbox.retry_policy import RetryPolicy, retry_with
from chassis.projections.aliases import Aliases

from gateway.identity.invite_people import InvitePeople
from gateway.identity.rename_accounts import rename_accounts
from gateway.identity.survivors import row_of_alias
from gateway.personal_data.delete_people import AskDeletion
from gateway.personal_data.own_holdings import OwnHoldings

WHILE_ENROLLMENT_IS_AWAY = RetryPolicy(pauses=(1, 5, 15, 60, 300, 900, 3600))
"""An invitation asks enrollment for the address over HTTP."""


def build_handlers(
    invite_people: InvitePeople,
    aliases: Aliases,
    own: OwnHoldings,
    ask_deletion: AskDeletion,
) -> dict[str, Handler]:
    """Event type → handler."""

    @retry_with(WHILE_ENROLLMENT_IS_AWAY)
    def on_person_registered(events: Sequence[Envelope]) -> None:
        invite_people.invite_new_people([event.data["person_id"] for event in events])

    @retry_with(WHILE_ENROLLMENT_IS_AWAY)
    def on_contacts_changed(events: Sequence[Envelope]) -> None:
        invite_people.invite_at_new_addresses(
            [event.data["person_id"] for event in events]
        )

    def on_person_deleted(events: Sequence[Envelope]) -> None:
        for event in events:
            own.forget_person(event.data["person_id"])

    @retry_with(WHILE_ENROLLMENT_IS_AWAY)
    def on_name_changed(events: Sequence[Envelope]) -> None:
        rename_accounts(invite_people, [event.data["person_id"] for event in events])

    def on_alias(events: Sequence[Envelope]) -> None:
        aliases.put([row_of_alias(event) for event in events])

    def on_unmerged(events: Sequence[Envelope]) -> None:
        on_alias(events)
        for event in events:
            ids = [event.data["survivor_id"], event.data["person_id"]]
            ask_deletion.cancel_of_parted(ids, event.moment)

    return {
        "enrollment.person.deleted.v1": on_person_deleted,
        "enrollment.person.merged.v1": on_alias,
        "enrollment.person.unmerged.v1": on_unmerged,
        "enrollment.person.registered.v1": on_person_registered,
        "enrollment.contacts.changed.v1": on_contacts_changed,
        "enrollment.name.changed.v1": on_name_changed,
    }
