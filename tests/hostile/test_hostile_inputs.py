"""Whatever is sent, the platform answers, says what to do, and tells nobody else.

A failure shows the shortest request of its kind for each place.
"""

from collections.abc import Mapping

from tests.hostile.conftest import REQUESTS
from tests.hostile.sending import (
    MARKUP,
    NO_ANSWER,
    NOTHING_SAID,
    SERVER_ERROR,
    Report,
)
from tests.hostile.values import MARKS
from tests.logs import log_lines_with
from tests.platform import chain
from tests.platform.running import Platform
from tests.routes.scene import Scene

SHOWN_LINES, SHOWN_LETTERS = 40, 200


def told(report: Report, kind: str) -> str:
    return "\n".join(["", *report.smallest(kind)])


def test_no_input_makes_a_server_error(report: Report) -> None:
    assert not report.smallest(SERVER_ERROR), told(report, SERVER_ERROR)
    assert not report.smallest(NO_ANSWER), told(report, NO_ANSWER)
    assert sum(report.statuses.values()) == REQUESTS


def test_no_process_had_to_be_started_again(
    platform: Platform, processes: Mapping[str, int], report: Report
) -> None:
    now = {one["name"]: one["pid"] for one in platform.said["processes"]}
    assert now == processes


def test_most_inputs_reach_what_they_are_meant_for(report: Report) -> None:
    """Else the generator would only try the doors' locks."""
    away = sum(report.statuses.get(status, 0) for status in (401, 403, 429, 503))
    assert away < REQUESTS / 2, report.statuses


def test_every_refusal_says_what_to_do(report: Report) -> None:
    assert not report.smallest(NOTHING_SAID), told(report, NOTHING_SAID)


def test_no_page_holds_what_was_sent_as_markup(report: Report) -> None:
    assert not report.smallest(MARKUP), told(report, MARKUP)


def test_no_log_holds_a_phone_a_name_a_token_or_a_password(
    platform: Platform, scene: Scene, report: Report
) -> None:
    tokens = [door.token for door in scene.doors.values() if door.token]
    lines = log_lines_with(platform, [*MARKS, *tokens, chain.PASSWORD])
    shown = sorted({line[:SHOWN_LETTERS] for line in lines})[:SHOWN_LINES]
    assert not lines, "\n".join(["", *shown])
