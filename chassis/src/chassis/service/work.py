"""A loop that works through what is due, and waits while nothing is."""

import contextvars
import threading
import time
from collections.abc import Callable

from pymongo.errors import ConnectionFailure, PyMongoError

from chassis.errors import Unavailable, WriteConflict
from chassis.telemetry.logs import logger
from chassis.telemetry.reasons import reason_of
from chassis.telemetry.tracing import end_piece

IDLE_SECONDS, PAUSE_SECONDS = 0.25, 1.0
PASSING = (WriteConflict, ConnectionFailure)


def work_loop(
    name: str,
    work: Callable[[], bool],
    failed: Callable[[str, Exception], None],
    wake: threading.Event | None = None,
    idle_seconds: float = IDLE_SECONDS,
) -> Callable[[threading.Event], None]:
    """A loop over `work`, which does one piece and says whether there was one.

    Each piece has its own ids in logs and events, those of what asked for it.
    A piece that fails is logged, told to `failed`, and comes again when its lease has
    run out. That another writer was quicker is not told, nor that the store is away:
    the next try mends the one, and health tells the other.
    """
    woken = wake or threading.Event()

    def piece() -> bool | None:
        """Whether there was one, or None if it failed."""
        try:
            return work()
        except (PyMongoError, WriteConflict, Unavailable) as error:
            logger().warning("work_waits", work=name, reason=reason_of(error))
            if not isinstance(error, PASSING):
                failed(name, error)
        except Exception as error:  # noqa: BLE001 - the edge: the piece comes again
            logger().exception("work_failed", work=name)
            failed(name, error)
        finally:
            end_piece()
        return None

    def run(stop: threading.Event) -> None:
        while not stop.is_set():
            done = contextvars.copy_context().run(piece)
            if done is None:
                stop.wait(PAUSE_SECONDS)
            elif not done:
                _wait_for_work(stop, woken, idle_seconds)

    return run


def _wait_for_work(
    stop: threading.Event, woken: threading.Event, seconds: float
) -> None:
    """Until woken, stopped or so much time is over."""
    until = time.monotonic() + seconds
    while not stop.is_set() and time.monotonic() < until:
        if woken.wait(min(seconds, IDLE_SECONDS)):
            woken.clear()
            return
