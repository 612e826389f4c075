"""A loop that works through what is due, and sleeps while nothing is."""

import contextvars
import threading
from collections.abc import Callable

from pymongo.errors import ConnectionFailure, PyMongoError

from chassis.clock import IdlePause, wake_at_stop
from chassis.errors import Unavailable, WriteConflict
from chassis.telemetry.logs import logger
from chassis.telemetry.reasons import reason_of
from chassis.telemetry.tracing import end_piece

IDLE_SECONDS = 2.0  # what another process asks for is seen so late at most
PAUSE_SECONDS = 1.0  # a store or service that refused mends itself in seconds
PASSING = (WriteConflict, ConnectionFailure)


def work_loop(
    name: str,
    work: Callable[[], bool],
    failed: Callable[[str, Exception], None],
    wake: threading.Event | None = None,
    idle_seconds: float = IDLE_SECONDS,
    gather_seconds: float = 0.0,
) -> Callable[[threading.Event], None]:
    """A loop over `work`, which does one piece and says whether there was one.

    Each piece has its own ids in logs and events, those of what asked for it.
    A piece that fails is logged, told to `failed`, and comes again when its lease has
    run out. That another writer was quicker is not told, nor that the store is away:
    the next try mends the one, and health tells the other. While there is nothing it
    looks ever more seldom, down to every `idle_seconds`, and at once when woken. It
    rests `gather_seconds` before each look, so that what comes in a row is worked
    through together.
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
        pause = IdlePause(idle_seconds)
        wake_at_stop(stop, woken)
        while not stop.is_set():
            done = contextvars.copy_context().run(piece)
            if done is None:
                stop.wait(PAUSE_SECONDS)
            elif done:
                pause.start_anew()
            else:
                pause.sleep_until_woken(woken)
            if gather_seconds and not stop.wait(gather_seconds):
                woken.clear()  # what came meanwhile is there to be found

    return run
