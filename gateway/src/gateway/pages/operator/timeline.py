"""An event timeline drawn on a line of time: one lane a service.

Across, places are in hundredths of the width, so that it fits a phone as well.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from chassis.operations.shapes import TimelineEntry
from chassis.operations.timeline import PUBLISHED

LANE, LEFT, WIDTH, TOP = 46, 2, 96, 6
"""Pixels down, hundredths across: a lane holds a name above its dots, and the first and
the last dot stay whole."""


@dataclass(frozen=True)
class Dot:
    """One publishing or consuming, where it is drawn."""

    x: float
    y: float
    state: str
    label: str


@dataclass(frozen=True)
class Drawn:
    """Lanes from above, dots on them, and lines from a publishing to its consuming."""

    height: int
    seconds: float
    lanes: list[tuple[str, float]]
    dots: list[Dot]
    lines: list[tuple[float, float, float, float]]


def draw_timeline(entries: Sequence[TimelineEntry]) -> Drawn | None:
    """Where everything goes; None when there is nothing to draw."""
    if not entries:
        return None
    began = min(entry.at for entry in entries)
    span = (max(entry.at for entry in entries) - began).total_seconds()
    services = list(dict.fromkeys(entry.service for entry in entries))
    lanes = {name: TOP + LANE * (place + 0.7) for place, name in enumerate(services)}
    dots, lines = [], []
    origins: dict[str, tuple[float, float]] = {}
    for entry in entries:
        share = (entry.at - began).total_seconds() / span if span else 0.5
        x, y = LEFT + share * WIDTH, lanes[entry.service]
        dots.append(Dot(x, y, entry.state, entry.type))
        if entry.state == PUBLISHED:
            origins[entry.id] = (x, y)
        elif entry.id in origins:
            lines.append((*origins[entry.id], x, y))
    height = TOP * 2 + LANE * len(services)
    return Drawn(height, span, list(lanes.items()), dots, lines)
