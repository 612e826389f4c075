"""Destination backoff: a dead queue waits longer each time, and only it.

Events for services go together. A queue may be dead, and a broker that waits for one
queue confirms nothing of what was published beside it; so what goes to partitions that
were not confirmed is published apart, after the others, with growing pauses, until it
is taken. What goes to a branch is apart from the beginning.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass

from chassis.broker.port import BusUnavailable, Message, Unconfirmed
from chassis.broker.topology import partition_of

TOGETHER = ""
FIRST_SECONDS = 2.0  # a queue that elects a leader is back after about as long
MOST_DOUBLINGS = 5
"""To one minute for a partition: events for people wait in it."""
MOST_DOUBLINGS_OF_BRANCH = 8
"""To eight minutes for a branch: it also fetches its receipts over HTTPS."""


@dataclass(frozen=True)
class Pause:
    """So many times in a row nothing was confirmed; until then it is not tried."""

    times: int
    until: float


class DestinationBackoff:
    """Which destinations confirm nothing, and for how long each is not tried."""

    def __init__(self) -> None:
        self.pauses: dict[str, Pause] = {}

    def destination_of(self, first: Message | None) -> str:
        """The destination of a document, by the first message of its outbox."""
        if first is None:
            return TOGETHER
        if first.branch:
            return first.branch
        name = _name_of(partition_of(first.key))
        return name if name in self.pauses else TOGETHER

    def in_turn(self, destinations: Iterable[str]) -> list[str]:
        """The destinations, those that were silent most often last."""
        return sorted(destinations, key=lambda name: (self._count_times(name), name))

    def rest_seconds(self, destination: str) -> float:
        """For how many seconds it is not tried."""
        pause = self.pauses.get(destination)
        return max(0.0, pause.until - time.monotonic()) if pause else 0.0

    def note_failure(self, destination: str, why: BusUnavailable) -> None:
        """Nothing was confirmed there, or not all of what went together."""
        if destination != TOGETHER:
            is_partition = destination.startswith("#")
            most = MOST_DOUBLINGS if is_partition else MOST_DOUBLINGS_OF_BRANCH
            times = min(self._count_times(destination) + 1, most)
            pause = FIRST_SECONDS * float(2**times - 2)
            self.pauses[destination] = Pause(times, time.monotonic() + pause)
        elif isinstance(why, Unconfirmed):
            for number in why.partitions:
                self.pauses.setdefault(_name_of(number), Pause(0, 0.0))

    def note_success(self, destination: str) -> None:
        """All was confirmed: it is as good as any other again."""
        self.pauses.pop(destination, None)

    def _count_times(self, destination: str) -> int:
        return self.pauses.get(destination, Pause(0, 0.0)).times


def _name_of(partition_: int) -> str:
    """No branch is called so."""
    return f"#{partition_:02}"
