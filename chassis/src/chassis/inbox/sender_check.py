"""Whether the broker vouches that an event comes from who may say it.

Where each service has an account of its own, the broker checks the account that a
message names; so nobody speaks as another, by whatever way it reached the queue.
"""

from chassis.events.envelope import Envelope

PLUMBING = "chassis"


def is_vouched(event: Envelope, user: str) -> bool:
    """Whether this account may have said the event.

    A fact is its service's; what plumbing says to plumbing names who says it, in the
    envelope and, where it does, in its data.
    """
    speaker = event.type.partition(".")[0]
    if speaker != PLUMBING:
        return bool(user) and user == speaker
    is_named = event.data.get("service", user) == user
    return bool(user) and is_named and event.source == f"/biyong/{user}"
