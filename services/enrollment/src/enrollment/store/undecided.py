"""How chunks are marked that are not decided yet."""

from typing import Any

from enrollment.domain.roster import RECEIVED

RECEIVED_APART = "received-changes"
"""Of changes and of the sandbox. A worker of release 0.1.0 claims all that is RECEIVED
and knows neither: it would decide them as rosters while an upgrade rolls out."""
UNDECIDED: dict[str, Any] = {"$in": [RECEIVED, RECEIVED_APART]}
"""Whatever its kind. What an earlier release put as RECEIVED is decided as well."""
