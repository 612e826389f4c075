"""Notify says nothing in public yet."""

from chassis.events.envelope import Wording


def to_event(event: object) -> Wording:
    """No domain event of notify becomes public."""
    raise TypeError(f"no wording for {type(event).__name__}")
