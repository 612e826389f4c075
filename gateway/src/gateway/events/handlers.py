"""What the gateway does when enrollment registers people."""

from collections.abc import Sequence

from chassis.messaging.consumer import Handler
from chassis.messaging.envelope import Envelope, Wording

from gateway.identity.invite_people import InvitePeople


def handlers(invite: InvitePeople) -> dict[str, Handler]:
    """Event type → handler."""

    def on_person_registered(events: Sequence[Envelope]) -> None:
        invite.persons([event.data["person_id"] for event in events])

    return {"enrollment.person.registered.v1": on_person_registered}


def word(fact: object) -> Wording:
    """The gateway says nothing in public yet."""
    raise TypeError(f"no wording for {type(fact).__name__}")
