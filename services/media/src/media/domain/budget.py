"""Time to watch with: what has passed by the server's clock and is not spent yet."""

from dataclasses import dataclass

KEPT_SECONDS = 600.0
"""Unspent time is kept so long: what was watched while the line was cut is paid from
it when the reports come, and nobody saves up a night."""


@dataclass(frozen=True)
class Budget:
    """A person's unspent seconds, counted at a moment (epoch seconds of the server)."""

    unspent: float = 0.0
    counted: float = 0.0

    def fill(self, now: float) -> "Budget":
        """The budget with the time that has passed, ten minutes at most.

        A clock that was set back fills nothing.
        """
        passed = max(0.0, now - self.counted)
        return Budget(min(KEPT_SECONDS, self.unspent + passed), self.counted + passed)

    def spend(self, seconds: float) -> "Budget":
        """The budget after so many seconds of it; never below nothing."""
        return Budget(max(0.0, self.unspent - seconds), self.counted)
