"""What media has said of a lecture, kept beside the lessons that show it."""

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

    def is_older_than(self, other: "Lecture") -> bool:
        """Whether `other` tells something newer; state never goes back."""
        if self.edition != other.edition:
            return self.edition < other.edition
        if self.state != MAKING:
            return False
        return other.state != MAKING or self.percent < other.percent
