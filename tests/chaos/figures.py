"""The figures as a table."""

from collections.abc import Sequence
from dataclasses import dataclass

from tests.chaos.judging import Verdict, percentile

HEADS = (
    "fault", "events", "lost", "twice", "invented", "disordered", "parked",
    "write p99", "fresh p99", "drained",
)  # fmt: skip
WIDTHS = (30, 8, 6, 6, 9, 11, 7, 10, 10, 10)


@dataclass(frozen=True)
class Row:
    """One fault and its figures."""

    name: str
    verdict: Verdict
    seconds: float
    drained: bool
    parked: int

    @property
    def is_kept(self) -> bool:
        """Whether every promise was kept and everything came to rest."""
        return self.verdict.kept and self.drained and not self.parked

    def line(self) -> str:
        """The figures, and on a breach what it is."""
        found = self.verdict
        cells = (
            self.name, found.events, found.lost, found.twice, found.invented,
            found.disordered, self.parked,
            f"{percentile(found.writes, 0.99):.2f} s",
            f"{percentile(found.freshness, 0.99):.1f} s",
            f"{self.seconds:.1f} s" if self.drained else "never",
        )  # fmt: skip
        return in_columns(cells) + ("" if self.is_kept else "   BREACH")


def in_columns(cells: Sequence[object]) -> str:
    """One line of the table."""
    first, *others = zip(cells, WIDTHS, strict=True)
    begin = f"{first[0]:<{first[1]}}"
    return begin + "".join(f"{cell!s:>{width}}" for cell, width in others)


def print_table(rows: Sequence[Row]) -> None:
    """All of it, once more, in one piece."""
    print("\n" + in_columns(HEADS))
    for row in rows:
        print(row.line())
