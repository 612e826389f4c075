"""Events of the gateway: it publishes none yet."""

from chassis.events.envelope import PublicEvent


def to_event(event: object) -> PublicEvent:
    """The event of a domain event; the gateway has none."""
    raise TypeError(f"no event for {type(event).__name__}")
