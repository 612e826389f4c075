"""A lecture as media published it, projected beside the lessons that show it."""

from dataclasses import dataclass

MAKING, READY, FAILED = "making", "ready", "failed"


@dataclass(frozen=True)
class Lecture:
    """A copy: its state, how far it is, how long it lasts in seconds."""

    id: str
    edition: int
    state: str
    percent: int = 0
    seconds: float = 0.0
    reason: str = ""
