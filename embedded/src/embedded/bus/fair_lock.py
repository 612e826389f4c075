"""A fair lock on one file among processes, so that a busy one starves nobody.

SQLite lets whoever asks at the right moment in; one that writes without a pause is
always there at that moment. Here only the one in the gate waits for the floor, and
who leaves the floor must pass the gate again, behind it.
"""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import OperationalError, ProgrammingError
from typing import BinaryIO

LOOK_EVERY_SECONDS = 0.001
"""A turn takes as long as the disk: a few milliseconds, of which this wastes one."""


class FairLock:
    """One process's way in. Not for two threads at once."""

    def __init__(self, path: Path, patience_seconds: float) -> None:
        self.patience = patience_seconds
        self.gate = Path(f"{path}-gate").open("ab")  # noqa: SIM115 - closed by close
        self.floor = Path(f"{path}-floor").open("ab")  # noqa: SIM115 - closed by close

    @contextmanager
    def claim(self) -> Iterator[None]:
        """Be alone.

        Raises OperationalError if that takes longer than the patience, and
        ProgrammingError after it was closed.
        """
        if self.floor.closed:
            raise ProgrammingError("the bus was closed")
        until = time.monotonic() + self.patience
        _lock_until(self.gate, until)
        try:
            _lock_until(self.floor, until)
        finally:
            fcntl.flock(self.gate, fcntl.LOCK_UN)
        try:
            yield
        finally:
            fcntl.flock(self.floor, fcntl.LOCK_UN)

    def close(self) -> None:
        """Let go; a process that dies lets go as well."""
        self.gate.close()
        self.floor.close()


def _lock_until(file: BinaryIO, until: float) -> None:
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                raise OperationalError("the bus is locked by another process") from None
            time.sleep(LOOK_EVERY_SECONDS)
        else:
            return
