"""Parked rosters: what a branch sent and the consumer refused, where people find it."""

import datetime

from chassis.inbox.retry_queue import RetryQueue

from enrollment.store.chunks import ROWS_KEPT_SECONDS


class ParkedRosters:
    """Refused rosters, parked no longer than the rows of a taken one are kept."""

    def __init__(self, held: RetryQueue) -> None:
        self.held = held

    def __call__(self, body: bytes, why: str, sender: str, key: str) -> bool:
        """Park one; False if so much of this sender lies there that it is not."""
        term = datetime.timedelta(seconds=ROWS_KEPT_SECONDS)
        until = datetime.datetime.now(datetime.UTC) + term
        return self.held.park_from_outside(body, why, sender, key, until)
