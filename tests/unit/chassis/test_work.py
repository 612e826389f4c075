"""A loop over pieces of work, each under the ids of what asked for it."""

from chassis.errors import WriteConflict
from chassis.service.work import work_loop
from chassis.telemetry.tracing import current_request_id, take_up
from structlog.testing import capture_logs

from tests.doubles.stopping import NoPause

FIRST, SECOND = "f1" * 16, "f2" * 16
"""Ids of the requests that asked for a piece."""


def test_what_fails_is_logged_under_the_ids_of_its_piece() -> None:
    stop, seen = NoPause(), []
    pieces = iter([FIRST, SECOND])

    def work() -> bool:
        piece = next(pieces, None)
        if piece is None:
            stop.set()
            return False
        take_up("work", f"00-{piece}-{'b' * 16}-01")
        raise WriteConflict(piece) if piece == FIRST else KeyError(piece)

    def failed(name: str, error: Exception) -> None:
        seen.append((name, type(error), current_request_id()))

    def note(_: object, __: str, line: dict[str, object]) -> dict[str, object]:
        seen.append((line["event"], current_request_id()))
        return line

    with capture_logs(processors=[note]):
        work_loop("copying", work, failed)(stop)
    assert seen == [
        ("work_waits", FIRST),
        ("work_failed", SECOND),
        ("copying", KeyError, SECOND),
    ]
