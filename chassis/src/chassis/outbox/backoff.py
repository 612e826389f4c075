"""Whose silence must keep nobody else waiting: branches, and partitions that failed.

Facts for services go together. A queue may be dead, and a broker that waits for one
queue confirms nothing of what was said beside it; so what goes to partitions that were
not confirmed is said apart, after the others, with growing pauses, until it is taken.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass

from chassis.broker.port import Away, Message, Unconfirmed
from chassis.broker.topology import partition

TOGETHER = ""
FIRST_SECONDS, MOST_TIMES, MOST_TIMES_FOR_FACTS = 2.0, 8, 5
"""How often in a row a pause doubles: to 8 minutes for a branch, to one for facts."""


@dataclass(frozen=True)
class Silence:
    """So many times in a row nothing was confirmed; until then it is not tried."""

    times: int
    until: float


class Lanes:
    """Which lane what is said belongs to, and how each did."""

    def __init__(self) -> None:
        self.silent: dict[str, Silence] = {}

    def lane_of(self, first: Message | None) -> str:
        """Of a document, by the first message it has to say."""
        if first is None:
            return TOGETHER
        if first.branch:
            return first.branch
        lane = _lane(partition(first.key))
        return lane if lane in self.silent else TOGETHER

    def in_turn(self, lanes: Iterable[str]) -> list[str]:
        """Who is silent comes last."""
        return sorted(lanes, key=lambda lane: (self._times(lane), lane))

    def rests(self, lane: str) -> float:
        """For how many seconds it is not tried."""
        silence = self.silent.get(lane)
        return max(0.0, silence.until - time.monotonic()) if silence else 0.0

    def failed(self, lane: str, why: Away) -> None:
        """Nothing was confirmed on a lane, or not all of what went together."""
        if lane != TOGETHER:
            most = MOST_TIMES_FOR_FACTS if lane.startswith("#") else MOST_TIMES
            times = min(self._times(lane) + 1, most)
            pause = FIRST_SECONDS * float(2**times - 2)
            self.silent[lane] = Silence(times, time.monotonic() + pause)
        elif isinstance(why, Unconfirmed):
            for number in why.partitions:
                self.silent.setdefault(_lane(number), Silence(0, 0.0))

    def confirmed(self, lane: str) -> None:
        """All was confirmed: it is as good as any other again."""
        self.silent.pop(lane, None)

    def _times(self, lane: str) -> int:
        return self.silent[lane].times if lane in self.silent else 0


def _lane(number: int) -> str:
    """No branch is called so."""
    return f"#{number:02}"
