"""Decide the next chunk: a worker's turn, again and again."""

from collections.abc import Callable

from enrollment.usecases.decide_chunk import DecideChunk


class DecideNextChunk:
    """The chunk whose turn it is among those that this worker claims."""

    def __init__(self, claim: Callable[[], str | None], decide: DecideChunk) -> None:
        self.claim, self.decide = claim, decide

    def __call__(self) -> bool:
        """Decide one chunk; False if none waits."""
        chunk_id = self.claim()
        if chunk_id is not None:
            self.decide(chunk_id)
        return chunk_id is not None
