"""Decide chunks of the sandbox: by the rules that their classes name, and no others."""

from enrollment.domain.change_row import ACTIONS, ASK, ChangeRow
from enrollment.domain.changes import reject_change
from enrollment.domain.roster import DECIDED, Chunk, Outcome, Row
from enrollment.domain.roster_message import ParsedRow, parse_row
from enrollment.domain.sandbox import answer_ask, decide_change, decide_row
from enrollment.usecases.ports import Chunks


class DecideSandbox:
    """Reads cells as real rows are read; looks nobody up, writes but the receipt."""

    def __init__(self, chunks: Chunks) -> None:
        self.chunks = chunks

    def __call__(self, chunk: Chunk) -> None:
        """Bring a chunk to its receipt."""
        if chunk.state == DECIDED:
            return
        outcomes = [_decide_row(row, chunk) for row in chunk.rows]
        outcomes += [_decide_change(change) for change in chunk.changes]
        self.chunks.decide(chunk.id, outcomes, chunk)


def _decide_row(row: Row, chunk: Chunk) -> Outcome:
    parsed = parse_row(row, chunk.branch_id)
    if not isinstance(parsed, ParsedRow):
        return parsed
    return decide_row(row, parsed.class_id, parsed.notes)


def _decide_change(change: ChangeRow) -> Outcome:
    if change.action not in ACTIONS:
        return reject_change(change, "action-unknown")
    return answer_ask(change) if change.action == ASK else decide_change(change)
