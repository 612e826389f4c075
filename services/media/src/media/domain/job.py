"""Work on a file as it stands: whose turn it is, what broke it off, when it goes on."""

import errno
from dataclasses import dataclass, replace

WORKER_GONE, CANCELLED, BROKEN = "worker-gone", "cancelled", "broken"
NO_ROOM, OBJECTS_AWAY = "no-room", "objects-away"
FULL = (errno.ENOSPC, errno.EDQUOT)  # what a system says where there is no room
OF_THE_PLACE = frozenset({NO_ROOM, OBJECTS_AWAY})
"""Causes that no file has any part in, and that pass when somebody mends them."""
QUICK_SECONDS = 20.0
"""With a lease of 30 s before it, work goes on within a minute of a kill."""
QUICK_TRIES = 12
"""So often a machine may be restarted in one job; more than that looks like the file,
which then lets others have the machine for longer each time."""
SLOWEST_SECONDS = 600.0
"""What somebody waits at most after having mended the cause; longer only for what takes
longer to make, so that it has the machine half of the time and no more."""
MOST_BROKEN = 3
"""Our own verdict, so often in a row, is no accident: the next try would end the same,
at the same cost, until somebody mends what makes it."""


@dataclass(frozen=True)
class Job:
    """Work on one file.

    `tries` broke off, the last for `cause`; the next may begin from `again_at` on.
    `since` is when it got into the line. `fence` counts whoever began, and `is_held`
    is set from then until it is given back. The last `broken` tries all ended because
    what makes it failed or made it wrong. Moments are epoch seconds.
    """

    tries: int = 0
    cause: str = ""
    again_at: float = 0.0
    since: float = 0.0
    fence: int = 0
    is_held: bool = False
    broken: int = 0

    def queue(self, now: float) -> "Job":
        """The job in the line, as if nothing had been."""
        return Job(again_at=now, since=now, fence=self.fence)

    @property
    def is_hopeless(self) -> bool:
        """Whether another try would end as the last ones did."""
        return self.broken >= MOST_BROKEN

    def begin_try(self, now: float, cost: float = 0.0) -> "Job":
        """A try begins; or it is put off, where too many workers died of it.

        It is still held when nobody gave it back: that worker is gone.
        """
        left = self.interrupt(WORKER_GONE, now, cost) if self.is_held else self
        if self.is_held and left.tries > QUICK_TRIES:
            return left
        return replace(left, fence=left.fence + 1, is_held=True)

    def interrupt(self, cause: str, now: float, cost: float = 0.0) -> "Job":
        """A try of about `cost` seconds broke off.

        What may be the file's doing goes to the end of the line.
        """
        tries = self.tries + 1
        keeps_place = cause in OF_THE_PLACE or cause == WORKER_GONE
        return replace(
            self,
            tries=tries,
            cause=cause,
            again_at=now + pause_after(tries, cause, cost),
            since=self.since if keeps_place and tries <= QUICK_TRIES else now,
            is_held=False,
            broken=self.broken + 1 if cause == BROKEN else 0,
        )

    def give_back(self, now: float) -> "Job":
        """Whoever had it was told to stop: the next may have it, nothing is counted."""
        return replace(self, again_at=now, is_held=False)


def pause_after(tries: int, cause: str, cost: float = 0.0) -> float:
    """Seconds until the next try after so many that broke off, each of such a cost."""
    quick = min(2.0 ** min(tries, QUICK_TRIES), QUICK_SECONDS)
    if cause in OF_THE_PLACE or tries <= QUICK_TRIES:
        return quick
    doublings = min(tries - QUICK_TRIES, 10)
    return max(min(QUICK_SECONDS * 2.0**doublings, SLOWEST_SECONDS), cost)
