"""A request's events drawn on a line of time: one lane a service.

Across, places are in hundredths of the width, so that it fits a phone as well.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

LANE, LEFT, WIDTH, TOP = 46, 2, 96, 6


@dataclass(frozen=True)
class Dot:
    """One saying or hearing, where it is drawn."""

    x: float
    y: float
    kind: str
    state: str
    label: str


@dataclass(frozen=True)
class Drawn:
    """Lanes from above, dots on them, and lines from a saying to its hearings."""

    height: int
    seconds: float
    lanes: list[tuple[str, float]]
    dots: list[Dot]
    lines: list[tuple[float, float, float, float]]


def timeline(entries: Sequence[dict[str, Any]]) -> Drawn | None:
    """Where everything goes; None when there is nothing to draw."""
    if not entries:
        return None
    moments = [datetime.datetime.fromisoformat(entry["at"]) for entry in entries]
    began, span = min(moments), (max(moments) - min(moments)).total_seconds()
    services = list(dict.fromkeys(entry["service"] for entry in entries))
    lanes = [(name, TOP + LANE * (n + 0.7)) for n, name in enumerate(services)]
    lane_of = dict(lanes)
    dots, said, lines = [], {}, []
    for entry, moment in zip(entries, moments, strict=True):
        share = (moment - began).total_seconds() / span if span else 0.5
        x, y = LEFT + share * WIDTH, lane_of[entry["service"]]
        dots.append(Dot(x, y, entry["kind"], entry.get("state", "said"), entry["type"]))
        if entry["kind"] == "said":
            said[entry["id"]] = (x, y)
        elif entry["id"] in said:
            lines.append((*said[entry["id"]], x, y))
    return Drawn(TOP * 2 + LANE * len(services), span, lanes, dots, lines)
