"""A case against its baseline: in turn, pair by pair, told as one JSON line."""

import json
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass

ROUNDS = 5

Measure = Callable[[], float]
"""Does the work anew; events a second, or what else is compared."""


@dataclass(frozen=True)
class Ratio:
    """What came out. `bar` is the least it may be, or the most with `at_most`."""

    name: str
    ratios: Sequence[float]
    bar: float
    at_most: bool = False

    @property
    def middle(self) -> float:
        return statistics.median(self.ratios)

    @property
    def held(self) -> bool:
        return self.middle <= self.bar if self.at_most else self.middle >= self.bar

    def tell(self) -> int:
        """Print the one line; 1 when the bar is missed."""
        said = {
            "name": self.name,
            "ratio": round(self.middle, 3),
            "low": round(min(self.ratios), 3),
            "high": round(max(self.ratios), 3),
            "bar": self.bar,
        }
        print(json.dumps(said), flush=True)
        return 0 if self.held else 1


def alternated(
    case: Measure, baseline: Measure, rounds: int = ROUNDS, unit: str = "/s"
) -> list[float]:
    """The case to its baseline, once a round; who goes first changes."""
    ratios = []
    for round_ in range(rounds):
        if round_ % 2:
            bare, mine = baseline(), case()
        else:
            mine, bare = case(), baseline()
        print(f"  {mine:>10,.0f} {unit} over {bare:>10,.0f} {unit}", flush=True)
        ratios.append(mine / bare)
    return ratios
