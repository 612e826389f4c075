"""Repairs: rejected rows of a chunk that come again, changed, in another chunk.

Each row is repaired by one chunk at a time: the chunk that holds the row notes which.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from enrollment.domain.roster import REJECTED, Chunk, Outcome, Repair

UNDER_WAY, NOT_REJECTED = "repair-under-way", "row-not-rejected"
MOST_PAST = 20
"""Outcomes of one row that are remembered: who tries oftener needs the college."""


def current_outcomes(chunk: Chunk) -> dict[int, Outcome | None]:
    """By row, what became of it at last; None while that is undecided."""
    outcomes: dict[int, Outcome | None] = {row.number: None for row in chunk.rows}
    outcomes |= {outcome.row: outcome for outcome in chunk.outcomes}
    return outcomes | {repair.row: repair.outcome for repair in chunk.repaired}


def claim_repairs(
    chunk: Chunk, key: str, numbers: Iterable[int]
) -> tuple[Chunk, dict[int, str]]:
    """The chunk once the chunk under `key` repairs these rows of it.

    Beside it the reason for each row that may not be repaired now. The same claim
    again changes nothing.
    """
    repairs = {repair.row: repair for repair in chunk.repaired}
    outcomes, refused = current_outcomes(chunk), dict[int, str]()
    for number in numbers:
        before, outcome = repairs.get(number), outcomes.get(number)
        if before is not None and before.key == key:
            continue
        if outcome is None:
            refused[number] = UNDER_WAY
        elif outcome.outcome != REJECTED:
            refused[number] = NOT_REJECTED
        else:
            past = (*(before.past if before else ()), outcome)
            repairs[number] = Repair(number, key, past=past[-MOST_PAST:])
    claimed = tuple(repairs[number] for number in sorted(repairs))
    return replace(chunk, repaired=claimed), refused


def settle_repairs(chunk: Chunk, key: str, outcomes: Mapping[int, Outcome]) -> Chunk:
    """The chunk once it is known what became of rows under the repairing `key`."""
    settled = tuple(
        replace(repair, outcome=outcomes.get(repair.row, repair.outcome))
        if repair.key == key
        else repair
        for repair in chunk.repaired
    )
    return replace(chunk, repaired=settled)
