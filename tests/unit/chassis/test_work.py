"""A loop over pieces of work, each under the ids of what asked for it."""

import threading

from chassis.errors import WriteConflict
from chassis.service.work import work_loop
from chassis.telemetry import tracing as trace
from structlog.testing import capture_logs

TRACE = f"00-{'a' * 32}-{'b' * 16}-01"


FIRST, SECOND = "f1" * 8, "f2" * 8
"""Ids as machines make them."""


def test_what_fails_is_logged_under_the_ids_of_its_piece() -> None:
    stop, seen = threading.Event(), []
    pieces = iter([FIRST, SECOND])

    def work() -> bool:
        piece = next(pieces, None)
        if piece is None:
            stop.set()
            return False
        trace.take_up((TRACE, piece))
        raise WriteConflict(piece) if piece == FIRST else KeyError(piece)

    def failed(name: str, error: Exception) -> None:
        seen.append((name, type(error), trace.current_ids()[1]))

    def note(_: object, __: str, line: dict[str, object]) -> dict[str, object]:
        seen.append((line["event"], trace.current_ids()[1]))
        return line

    with capture_logs(processors=[note]):
        work_loop("copying", work, failed)(stop)
    assert seen == [
        ("work_waits", FIRST),
        ("work_failed", SECOND),
        ("copying", KeyError, SECOND),
    ]
