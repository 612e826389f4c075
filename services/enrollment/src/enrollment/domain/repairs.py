"""Repairs: rejected rows of a chunk that come again, changed, in another chunk.

Each row is repaired by one chunk at a time: the chunk that holds the row notes which.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from enrollment.domain.roster import REJECTED, Chunk, Outcome, Repair, Row

UNDER_WAY, NOT_REJECTED = "repair-under-way", "row-not-rejected"
MOST_PAST = 20
"""Outcomes of one row that are remembered: who tries oftener needs the college."""


def current_outcomes(chunk: Chunk) -> dict[int, Outcome | None]:
    """By row, what became of it at last; None while that is undecided."""
    outcomes: dict[int, Outcome | None] = {row.number: None for row in chunk.rows}
    outcomes |= {outcome.row: outcome for outcome in chunk.outcomes}
    return outcomes | {repair.row: repair.outcome for repair in chunk.repaired}


def claim_repairs(
    chunk: Chunk, key: str, numbers: Iterable[int], kept: Collection[int] = ()
) -> tuple[Chunk, dict[int, str]]:
    """The chunk once the chunk under `key` repairs these rows of it.

    Those in `kept` keep the ID number that came before. Beside it the reason for each
    row that may not be repaired now. The same claim again changes nothing.
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
            past = (*(before.past if before else ()), outcome)[-MOST_PAST:]
            came_from = _id_number_from(chunk, before) if number in kept else ""
            repairs[number] = Repair(number, key, None, past, came_from)
    claimed = tuple(repairs[number] for number in sorted(repairs))
    return replace(chunk, repaired=claimed), refused


def _id_number_from(chunk: Chunk, before: Repair | None) -> str:
    """The key of the chunk that came with a row's ID number."""
    return before.id_number_from or before.key if before else chunk.key


def fill_id_numbers(
    rows: Iterable[Row], came_from: Mapping[int, str], chunks: Mapping[str, Chunk]
) -> tuple[Row, ...]:
    """Rows with the ID numbers that they keep.

    `came_from` is by row the key of the chunk that came with it, `chunks` are by key;
    what is forgotten there stays empty.
    """
    sent = {
        (key, row.number): row.id_number
        for key, chunk in chunks.items()
        for row in chunk.rows
    }
    return tuple(
        row
        if row.id_number or row.number not in came_from
        else replace(row, id_number=sent.get((came_from[row.number], row.number), ""))
        for row in rows
    )


def settle_repairs(chunk: Chunk, key: str, outcomes: Mapping[int, Outcome]) -> Chunk:
    """The chunk once it is known what became of rows under the repairing `key`."""
    settled = tuple(
        replace(repair, outcome=outcomes.get(repair.row, repair.outcome))
        if repair.key == key
        else repair
        for repair in chunk.repaired
    )
    return replace(chunk, repaired=settled)
