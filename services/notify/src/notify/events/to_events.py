"""Events of notify: it publishes none yet."""

from chassis.events.envelope import PublicEvent


def to_event(event: object) -> PublicEvent:
    """The event of a domain event; notify has none."""
    raise TypeError(f"no wording for {type(event).__name__}")
