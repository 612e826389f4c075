"""What is drawn on pages: rings, squares, charts; where everything goes."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, log10

ROUND = 364.4
"""The length of a ring of radius 58."""
MOST_SQUARES = 60
"""Squares of one class: three lines on a phone; beyond it a square is several seats."""
HEIGHT, STEP, TOP = 120, 48, 14
"""Of a chart, in units of its own: room for a figure above the highest mark."""
GRID_LINES = 4


@dataclass(frozen=True)
class Ring:
    """A part of a whole: the dashes of its line."""

    dashes: str
    is_begun: bool


@dataclass(frozen=True)
class Mark:
    """One value of a chart, where it is drawn; `text` is the value in words."""

    label: str
    text: str
    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        """The middle across, where a line passes."""
        return self.x + self.width / 2


@dataclass(frozen=True)
class GridLine:
    """A height of the scale."""

    y: float
    text: str


@dataclass(frozen=True)
class Chart:
    """Bars, or with a `path` a line."""

    width: float
    height: float
    marks: list[Mark]
    grid: list[GridLine]
    path: str


def draw_ring(part: float, whole: float) -> Ring:
    """The ring for a part of a whole, full at most."""
    share = min(part / whole, 1) if whole > 0 else 0.0
    return Ring(f"{share * ROUND:.1f} 365", share > 0)


def seat_squares(capacity: int, taken: int) -> list[bool]:
    """For each square whether its seats are taken."""
    shown = min(capacity, MOST_SQUARES)
    return [place * capacity < taken * shown for place in range(shown)]


def draw_bars(values: Sequence[tuple[str, float]]) -> Chart:
    """A chart of bars, for what is counted each by itself."""
    return _draw_chart(values, is_line=False)


def draw_line(values: Sequence[tuple[str, float]]) -> Chart:
    """A chart of a line, for what goes up and down with time."""
    return _draw_chart(values, is_line=True)


def _draw_chart(values: Sequence[tuple[str, float]], is_line: bool) -> Chart:
    top = _round_up(max((value for _, value in values), default=0))
    marks = [
        _place_mark(place, label, value, top)
        for place, (label, value) in enumerate(values)
    ]
    grid = [
        GridLine(_height_of(top * n / GRID_LINES, top), f"{top * n / GRID_LINES:g}")
        for n in range(GRID_LINES + 1)
    ]
    points = " L".join(f"{mark.middle:g},{mark.y:g}" for mark in marks)
    width = STEP * max(len(values), 1)
    return Chart(width, HEIGHT, marks, grid, f"M{points}" if is_line and marks else "")


def _place_mark(place: int, label: str, value: float, top: float) -> Mark:
    y = _height_of(value, top)
    x, width = place * STEP + STEP * 0.3, STEP * 0.5
    return Mark(label, f"{value:g}", x, y, width, round(HEIGHT - y, 1))


def _height_of(value: float, top: float) -> float:
    return round(HEIGHT - value / top * (HEIGHT - TOP), 1)


def _round_up(value: float) -> float:
    """The end of the scale: the next 1, 2, 4 or 10 of its power of ten."""
    if value <= 0:
        return 1.0
    power = 10.0 ** (ceil(log10(value)) - 1)
    return next(step * power for step in (1, 2, 4, 10) if step * power >= value)
