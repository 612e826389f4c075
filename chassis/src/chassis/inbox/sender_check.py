"""Whether an event comes from the service that may publish it.

Where each service has an account of its own, the broker checks the account that a
message names; so nobody speaks as another, by whatever way it reached the queue.
"""

from chassis.events.envelope import Envelope


def can_send(event: Envelope, account: str) -> bool:
    """Whether this account may have published the event."""
    return bool(account) and event.type.partition(".")[0] == account
