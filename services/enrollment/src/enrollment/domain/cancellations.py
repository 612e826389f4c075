"""Decisions by which people leave a class that was cancelled.

That it was one stands in its key, so that the enrolment itself says why it ended.
"""

CLASS_CANCELLED = "class-cancelled"
"""The cause that events name."""
PREFIX = "@cancelled"
"""No branch's id begins so, and with such an id the keys of all its chunks begin."""


def cancellation_key(version: int, first: str) -> str:
    """The key of a decision that withdraws several, of whom `first` is one, by the
    version of the class that says it is cancelled."""
    return f"{PREFIX}/{version}/{first}"


def cause_of(left_by: str) -> str:
    """The cause of a withdrawal by this decision, where it is one that events name."""
    return CLASS_CANCELLED if left_by.startswith(f"{PREFIX}/") else ""
