"""Bodies in and out."""

from typing import Any

from contracts.http.shape import Shape

from enrollment.domain.roster import Chunk


class RosterIn(Shape):
    """A question about a roster: all of it, or only how far it is."""

    progress: bool = False


def dump_chunk(chunk: Chunk, with_names: bool) -> dict[str, Any]:
    """A chunk with its outcomes; the branch's own rows beside them if wanted."""
    answer: dict[str, Any] = {
        "key": chunk.key,
        "roster_id": chunk.roster_id,
        "branch_id": chunk.branch_id,
        "dry_run": chunk.dry_run,
        "state": chunk.state,
        "received": chunk.received,
        "count": len(chunk.rows) or len(chunk.outcomes),
        "outcomes": [outcome.to_receipt_row() for outcome in chunk.outcomes],
    }
    if with_names:
        answer["rows"] = [
            {
                "row": r.number,
                "name": r.name,
                "member_no": r.member_no,
                "class_id": r.class_id,
            }
            for r in chunk.rows
        ]
    return answer
