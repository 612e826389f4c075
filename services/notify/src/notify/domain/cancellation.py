"""Why a class was cancelled."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Cancellation:
    """The reason that staff gave for cancelling a class, by its id."""

    id: str
    reason: str
