"""What all tests share: which real parts there are, and what became of each.

A test marked `part("name")` needs that part. Where the part cannot be had the test
is reported as not run, by name and with the reason; in CI that is a failure.
"""

import os
from collections.abc import Generator
from typing import NoReturn

import pytest
from hypothesis import settings
from xdist.workermanage import WorkerController

from tests.bytecode import keep_bytecode
from tests.depth import rounds
from tests.parts import (
    axe,
    chromium,
    collector,
    containers,
    cyclonedx,
    faults,
    html_checker,
    keycloak,
    kube_score,
    kubernetes,
    mail,
    mongo,
    mounting,
    nginx,
    nodes,
    programs,
    prometheus,
    rabbitmq,
    s3,
    schemas,
    shaka,
    slapd,
)
from tests.parts.having import PartMissing

PARTS = {
    "rabbitmq": rabbitmq.install,
    "rabbitmq-3.10": rabbitmq.install_three,
    "mongo": mongo.install,
    "s3": s3.install,
    "mail": mail.install,
    "keycloak": keycloak.install,
    "slapd": slapd.install,
    "faults": faults.install,
    "mount": mounting.install,
    "containers": containers.install,
    "chromium": chromium.install,
    "nginx": nginx.install,
    "schemas": schemas.install,
    "shaka": shaka.install,
    "axe": axe.install,
    "html-checker": html_checker.install,
    "collector": collector.install,
    "prometheus": prometheus.install,
    "kube-score": kube_score.install,
    "kustomize": kubernetes.install,
    "kubernetes-schemas": kubernetes.install_schemas,
    "kubernetes-resources": kubernetes.install_resources,
    "sbom-schemas": cyclonedx.install,
    "cluster": nodes.install,
    "node": programs.install_node,
    "java": programs.install_java,
    "go": programs.install_go,
    "curl": programs.install_curl,
    "amqp-tools": programs.install_amqp_tools,
}
LAST_OF_FAILURE = 400  # characters: the line and what it said; the rest comes below
IN_CI = bool(os.environ.get("CI"))
keep_bytecode()
settings.register_profile("ours", max_examples=rounds(100, 5_000))
settings.load_profile("ours")
pytest_plugins = ["tests.browsers", "tests.engines", "tests.streams"]
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


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A stream hands over what became of the parts it tried."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["parts"] = outcomes


def pytest_testnodedown(node: WorkerController) -> None:
    """What became of the parts of all streams is told in one place."""
    outcomes.update(getattr(node, "workeroutput", {}).get("parts", {}))


class FailuresAtOnce:
    """Shows a failure when it happens: the summary may be half an hour away."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        terminal = self.config.pluginmanager.get_plugin("terminalreporter")
        if report.failed and terminal is not None:
            terminal.ensure_newline()
            terminal.write_line(f"failed in {report.when}: {report.nodeid}")
            terminal.write_line(report.longreprtext[-LAST_OF_FAILURE:])


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(FailuresAtOnce(config))


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
