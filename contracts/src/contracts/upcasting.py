"""From one version of an event to the next and back: the one place that knows how.

A version that breaks its promise to the one before is a new type, and stands in STEPS
with the way there and the way back. Both take and give the data of an event.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Data = dict[str, Any]


@dataclass(frozen=True)
class Step:
    """Between a version and the one before it."""

    lift: Callable[[Data], Data]
    """The data as this version says them, from those of the version before."""
    lower: Callable[[Data], Data]
    """The data as the version before says them."""


STEPS: Mapping[str, Step] = {}
"""By the newer of the two types: `enrollment.seat.taken.v2` → from v1 and back."""
