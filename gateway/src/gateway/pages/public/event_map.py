"""Who says what to whom, as a drawing: sayers left, hearers right, lines between."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import contracts

ORDER = ("branch", "catalog", "enrollment", "media", "learning", "notify", "gateway")
WIDTH, BOX, ROW, GAP = 280, 100, 46, 8
Pair = tuple[str, str]


@dataclass(frozen=True)
class Box:
    """One service on one side; `side` is `from` or `to`."""

    service: str
    side: str
    x: int
    y: int


@dataclass(frozen=True)
class Line:
    """How many types go from one service to another, and how many are meant."""

    sayer: str
    hearer: str
    path: str
    types: int
    meant: int

    @property
    def stroke(self) -> float:
        """The width of the line: wider for more types."""
        return 1 + 1.5 * (self.meant or self.types)


@dataclass(frozen=True)
class Drawing:
    """All of it, in units of its own."""

    width: int
    height: int
    box: int
    row: int
    boxes: list[Box]
    lines: list[Line]


def draw_map(meant: Iterable[str]) -> Drawing:
    """The map of all types, with those that are meant made out."""
    every = _pairs(contracts.all_types())
    chosen = _pairs(meant)
    left = _column("from", 0, {sayer for sayer, _ in every})
    right = _column("to", WIDTH - BOX, {hearer for _, hearer in every})
    lines = [
        Line(sayer, hearer, _curve(left[sayer], right[hearer]), types, chosen[pair])
        for pair, types in every.items()
        for sayer, hearer in [pair]
    ]
    boxes = [*left.values(), *right.values()]
    height = max(box.y for box in boxes) + ROW + GAP
    lines.sort(key=lambda line: line.meant)
    return Drawing(WIDTH, height, BOX, ROW, boxes, lines)


def _pairs(types: Iterable[str]) -> Counter[Pair]:
    return Counter(
        (contracts.producer_of(type_), hearer)
        for type_ in types
        for hearer in contracts.consumers_of(type_)
    )


def _column(side: str, x: int, services: set[str]) -> dict[str, Box]:
    ranked = [service for service in ORDER if service in services]
    ranked += sorted(services.difference(ORDER))
    return {
        service: Box(service, side, x, GAP // 2 + place * (ROW + GAP))
        for place, service in enumerate(ranked)
    }


def _curve(start: Box, end: Box) -> str:
    x1, y1, x2, y2 = start.x + BOX, start.y + ROW // 2, end.x, end.y + ROW // 2
    middle = (x1 + x2) // 2
    return f"M{x1},{y1} C{middle},{y1} {middle},{y2} {x2},{y2}"
