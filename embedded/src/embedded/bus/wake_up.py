"""Wake-ups: who waits for a queue sleeps until another process has written to it.

Each waiter has a FIFO of its own beside the bus's file, and whoever writes puts a byte
into every FIFO of the queue after the commit. The byte says only: look.
"""

import errno
import os
import secrets
import select
from collections.abc import Collection
from pathlib import Path

MANY = 4096
"""Bytes taken out at once: how often somebody wrote makes no difference."""


class WakeUp:
    """One waiter for one queue. Used by one thread."""

    def __init__(self, bus_file: Path, queue: str) -> None:
        """Raises OSError."""
        token = secrets.token_hex(8)
        begun = bus_file.with_name(f"{bus_file.name}-begun.{token}")
        self.place = bus_file.with_name(f"{_prefix_of(bus_file)}{queue}.{token}")
        os.mkfifo(begun, 0o600)
        self.read_end = os.open(begun, os.O_RDONLY | os.O_NONBLOCK)
        # Without a writer a FIFO is at its end, which wakes whoever waits for it.
        self.write_end = os.open(begun, os.O_WRONLY | os.O_NONBLOCK)
        os.replace(begun, self.place)  # it is found only now that somebody reads it
        self.poll = select.poll()
        self.poll.register(self.read_end, select.POLLIN)

    def wait_for_byte(self, seconds: float) -> bool:
        """Whether somebody wrote since the last time, or does within these seconds."""
        is_woken = bool(self.poll.poll(1000 * seconds))
        if is_woken:
            os.read(self.read_end, MANY)
        return is_woken

    def close(self) -> None:
        """Nobody writes here any more."""
        self.place.unlink(missing_ok=True)
        os.close(self.write_end)
        os.close(self.read_end)


def wake_waiters(bus_file: Path, queues: Collection[str]) -> None:
    """Wake whoever waits for one of these queues."""
    prefix = _prefix_of(bus_file)
    for name in os.listdir(bus_file.parent):
        if not name.startswith(prefix):
            continue
        queue, _, _ = name.removeprefix(prefix).rpartition(".")
        if queue in queues:
            _write_byte(bus_file.with_name(name))


def _write_byte(place: Path) -> None:
    """A FIFO that nobody reads was left by one who was killed: it is removed."""
    try:
        fifo = os.open(place, os.O_WRONLY | os.O_NONBLOCK)
    except OSError as error:
        if error.errno == errno.ENXIO:
            place.unlink(missing_ok=True)
        return
    try:
        os.write(fifo, b"\n")
    except OSError:  # it is full, so its reader wakes; or the reader has just gone
        return
    finally:
        os.close(fifo)


def _prefix_of(bus_file: Path) -> str:
    return f"{bus_file.name}-wake."
