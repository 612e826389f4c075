"""From one version of an event to the next and back: the one place that knows how.

A version that breaks its promise to the one before is a new type, and stands in STEPS
with the way there and the way back. Both take and give the data of an event.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Data = dict[str, Any]


@dataclass(frozen=True)
class VersionStep:
    """Between a version and the one before it."""

    upcast: Callable[[Data], Data]
    """The data in this version, from those of the version before."""
    downcast: Callable[[Data], Data]
    """The data in the version before, from those of this one."""


STEPS: Mapping[str, VersionStep] = {}
"""By the newer of the two types: `enrollment.seat.taken.v2` → from v1 and back."""
