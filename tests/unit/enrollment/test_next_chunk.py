"""A worker decides what it claims, one chunk a turn, and says when none waits."""

from typing import cast

from enrollment.domain.roster import Chunk
from enrollment.usecases.decide_chunk import DecideChunk, DecideNextChunk


def test_each_turn_decides_one_claimed_chunk_until_none_waits() -> None:
    chunks = [Chunk("east", "r", key, False, (), "", 1.0) for key in ("k1", "k2")]
    waiting, decided = list(chunks), list[Chunk]()
    decide = cast(DecideChunk, decided.append)
    next_chunk = DecideNextChunk(lambda: waiting.pop(0) if waiting else None, decide)
    assert [next_chunk(), next_chunk(), next_chunk()] == [True, True, False]
    assert decided == chunks
