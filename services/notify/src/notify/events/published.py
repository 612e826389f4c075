"""Notify says nothing in public yet."""

from chassis.events.envelope import Wording


def word(fact: object) -> Wording:
    """There are no facts here to word."""
    raise TypeError(f"no wording for {type(fact).__name__}")
