"""Events of notify: it publishes none yet."""

from chassis.events.envelope import Wording


def to_event(event: object) -> Wording:
    """The event of a domain event; notify has none."""
    raise TypeError(f"no wording for {type(event).__name__}")
