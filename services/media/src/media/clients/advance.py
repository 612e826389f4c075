"""Advance of a program: whether one that tells its progress makes any."""

import time
from collections.abc import Callable

from chassis.telemetry.logs import logger

from media.usecases.ports import Interrupted

STANDS_SECONDS = 300  # 8K takes some seconds for a picture
SIGNS = ("frame", "out_time_us", "total_size")  # one of them grows while it works


class Advance:
    """One run of the program, from now on: it tells its progress twice a second even
    where it waits for itself."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self.now, self.moved = now, now()
        self.signs: dict[str, str] = {}

    def take_line(self, line: str) -> None:
        """Take a line of its progress. Raises Interrupted when it stands still."""
        name, _, value = line.strip().partition("=")
        if name in SIGNS and self.signs.get(name) != value:
            self.signs[name], self.moved = value, self.now()
        if self.now() - self.moved > STANDS_SECONDS:
            logger().warning("program_stands", **self.signs)
            raise Interrupted("hung")
