"""How chunks are marked that are not decided yet."""

from typing import Any

from enrollment.domain.roster import CHANGES, RECEIVED, Chunk

RECEIVED_APART = "received-changes"
"""Of changes and of the sandbox. A worker of release 0.1.0 claims all that is RECEIVED
and knows neither: it would decide them as rosters while an upgrade rolls out."""
STATES = (RECEIVED, RECEIVED_APART)
UNDECIDED: dict[str, Any] = {"$in": [*STATES]}
"""Whatever its kind. What an earlier release put as RECEIVED is decided as well."""


def mark_state(chunk: Chunk) -> str:
    """The state under which a chunk is kept."""
    is_apart = chunk.kind == CHANGES or chunk.is_sandbox
    return RECEIVED_APART if is_apart and chunk.state == RECEIVED else chunk.state


def read_state(stored: str) -> str:
    """The state of a chunk that is kept under this one."""
    return RECEIVED if stored == RECEIVED_APART else stored
