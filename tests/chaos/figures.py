"""The figures as a table."""

from collections.abc import Sequence
from dataclasses import dataclass

from tests.chaos.judging import Verdict, percentile
from tests.chaos.load import FLOOD
from tests.chaos.scene import Bars

HEADS = (
    "fault", "events", "lost", "twice", "invented", "disordered", "outdated", "parked",
    "write p99", "fresh p99", "drained",
)  # fmt: skip
WIDTHS = (32, 8, 6, 6, 9, 11, 9, 7, 10, 10, 10)


@dataclass(frozen=True)
class Row:
    """One fault and its figures."""

    name: str
    verdict: Verdict
    seconds: float
    drained: bool
    parked: int
    outdated: int
    unanswered: int
    bars: Bars
    broken: str = ""

    @property
    def freshness(self) -> list[float]:
        """Seconds to each effect, without those of a branch that floods."""
        flood = f"{self.name}.{FLOOD}."
        found = self.verdict.freshness
        return [seconds for key, seconds in found if not key.startswith(flood)]

    @property
    def breaches(self) -> list[str]:
        """What was promised and not kept."""
        found, bars = self.verdict, self.bars
        promises = {
            "lost": not found.lost,
            "done twice": not found.twice,
            "invented": not found.invented,
            "out of order": not (bars.in_order and found.disordered),
            "set back": not self.outdated,
            "parked": not self.parked,
            "never drained": self.drained,
            "slow to drain": self.seconds <= bars.drain,
            "slow to write": percentile(found.writes, 0.99) <= bars.write_p99,
            "not fresh": percentile(self.freshness, 0.99) <= bars.fresh_p99
            and max(self.freshness, default=0) <= bars.fresh_all,
            "reads unanswered": not (bars.reads_all_answered and self.unanswered),
            self.broken: not self.broken,
        }
        return [what for what, is_kept in promises.items() if not is_kept]

    def line(self) -> str:
        """The figures, and on a breach what it is."""
        found = self.verdict
        cells = (
            self.name, found.events, found.lost, found.twice, found.invented,
            found.disordered, self.outdated, self.parked,
            f"{percentile(found.writes, 0.99):.2f} s",
            f"{percentile(self.freshness, 0.99):.1f} s",
            f"{self.seconds:.1f} s" if self.drained else "never",
        )  # fmt: skip
        return in_columns(cells) + self._told()

    def _told(self) -> str:
        return f"   BREACH: {', '.join(self.breaches)}" if self.breaches else ""


def in_columns(cells: Sequence[object]) -> str:
    """One line of the table."""
    first, *others = zip(cells, WIDTHS, strict=True)
    begin = f"{first[0]:<{first[1]}}"
    return begin + "".join(f"{cell!s:>{width}}" for cell, width in others)


def print_heads() -> None:
    """What each column is."""
    print(in_columns(HEADS), flush=True)


def print_table(rows: Sequence[Row]) -> None:
    """All of it, once more, in one piece."""
    print()
    print_heads()
    for row in rows:
        print(row.line())
