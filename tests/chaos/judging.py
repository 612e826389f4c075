"""The ledger against what was heard."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Heard:
    """One effect as it lies in the hearing service."""

    number: int
    token: str
    moment: float


@dataclass(frozen=True)
class Verdict:
    """What became of the events of one fault."""

    events: int
    lost: int
    twice: int
    invented: int
    disordered: int
    writes: Sequence[float] = field(repr=False, default=())
    freshness: Sequence[tuple[str, float]] = field(repr=False, default=())


def judge(
    ledger: Iterable[Mapping[str, Any]], heard: Mapping[str, Sequence[Heard]]
) -> Verdict:
    """Lost, done twice, invented, out of order per key.

    `heard`: each key's effects in the order in which they were had.
    """
    asked: set[tuple[str, str]] = set()
    promised: dict[tuple[str, str], float] = {}
    writes = []
    for line in ledger:
        places = range(1, line["pieces"] + 1)
        told = [(line["key"], f"{line['token']}.{place}") for place in places]
        if line["what"] != "acknowledged":
            asked |= set(told)
        if line["what"] != "asked":
            promised |= dict.fromkeys(told, line["moment"])
            writes += [line["seconds"]] if line["what"] == "acknowledged" else []
    times = Counter((key, one.token) for key, ones in heard.items() for one in ones)
    return Verdict(
        events=len(promised),
        lost=len(promised.keys() - times.keys()),
        twice=sum(count - 1 for count in times.values()),
        invented=len(times.keys() - asked),
        disordered=sum(map(_disordered, heard.values())),
        writes=writes,
        freshness=_freshness(promised, heard),
    )


def _disordered(ones: Sequence[Heard]) -> int:
    """How many came after one with a higher number, repeats left out."""
    highest, seen, count = 0, set(), 0
    for one in ones:
        if one.number not in seen:
            count += one.number < highest
            highest = max(highest, one.number)
            seen.add(one.number)
    return count


def _freshness(
    promised: Mapping[tuple[str, str], float], heard: Mapping[str, Sequence[Heard]]
) -> list[tuple[str, float]]:
    """Key, and seconds from the acknowledgement of a write to each of its effects."""
    first: dict[tuple[str, str], float] = defaultdict(lambda: float("inf"))
    for key, ones in heard.items():
        for one in ones:
            first[key, one.token] = min(first[key, one.token], one.moment)
    return [
        (told[0], max(0.0, first[told] - moment))
        for told, moment in promised.items()
        if told in first
    ]


def percentile(values: Sequence[float], share: float) -> float:
    """The value that this share of all does not exceed; 0 of none."""
    if not values:
        return 0.0
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]
