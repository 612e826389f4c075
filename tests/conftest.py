"""What all tests share: which real parts there are, and what became of each.

A test marked `part("name")` needs that part. Where the part cannot be had the test
is reported as not run, by name and with the reason; in CI that is a failure.
"""

import os
from collections.abc import Generator
from typing import NoReturn

import pytest
from hypothesis import settings

from tests.depth import rounds
from tests.parts import (
    chromium,
    collector,
    containers,
    faults,
    mail,
    mongo,
    mounting,
    rabbitmq,
    s3,
    schemas,
    shaka,
)
from tests.parts.having import PartMissing

PARTS = {
    "rabbitmq": rabbitmq.install,
    "rabbitmq-3.10": rabbitmq.install_three,
    "mongo": mongo.install,
    "s3": s3.install,
    "mail": mail.install,
    "faults": faults.install,
    "mount": mounting.install,
    "containers": containers.install,
    "chromium": chromium.install,
    "schemas": schemas.install,
    "shaka": shaka.install,
    "collector": collector.install,
}
IN_CI = bool(os.environ.get("CI"))
settings.register_profile("ours", max_examples=rounds(100, 5_000))
settings.load_profile("ours")
pytest_plugins = ["tests.browsers", "tests.engines"]
outcomes: dict[str, str] = {}


def pytest_runtest_setup(item: pytest.Item) -> None:
    for mark in item.iter_markers("part"):
        reason = _missing(mark.args[0])
        if reason is not None:
            _end_unrun(f"{mark.args[0]}: {reason}")


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup() -> Generator[None, object, object]:
    """A part that turns out to be missing only when it is started is named too."""
    try:
        return (yield)
    except PartMissing as missing:
        _end_unrun(str(missing))


def _end_unrun(reason: str) -> NoReturn:
    """Name the test as not run; in CI it fails."""
    if IN_CI:
        pytest.fail(f"CI must have {reason}", pytrace=False)
    pytest.skip(reason)


def _missing(part: str) -> str | None:
    """Why a part cannot be had here, or None; installed on first need."""
    if part not in outcomes:
        try:
            PARTS[part]()
            outcomes[part] = ""
        except PartMissing as missing:
            outcomes[part] = str(missing)
    return outcomes[part] or None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    terminalreporter.section("real parts")
    for part in PARTS:
        if part not in outcomes:
            line = "not run: no test that needs it was chosen"
        else:
            line = f"not run: {outcomes[part]}" if outcomes[part] else "run"
        terminalreporter.write_line(f"{part}: {line}")
    reports = terminalreporter.stats.get("skipped", [])
    for report in reports:
        terminalreporter.write_line(f"not run: {report.nodeid}")
