"""Whether a token is of our time, which tells two clocks that are apart."""

import math
import time
from typing import Any

from chassis.http.problem import Problem
from chassis.telemetry.logs import logger

LEEWAY_SECONDS = 5
"""Clocks that are kept by NTP are milliseconds apart; what is more is told."""


def require_our_time(claims: dict[str, Any]) -> None:
    """Refuse a token from ahead of this machine's clock, or that ran out: calls sign
    theirs anew, so that clocks are apart. Raises Problem 401, TypeError."""
    ahead = claims.get("iat", 0) - time.time()
    late = time.time() - claims.get("exp", time.time())
    if max(ahead, late) <= LEEWAY_SECONDS or not math.isfinite(ahead + late):
        return
    told = {"issuer": claims.get("iss"), "ahead": round(ahead), "late": round(late)}
    logger().warning("clocks_apart", **told)
    which = f"from {round(ahead)} s ahead" if ahead > late else f"{round(late)} s late"
    line = f"The token is {which} by this machine's clock"
    raise Problem(401, "token-refused", f"{line}: set the clocks of all machines.")
