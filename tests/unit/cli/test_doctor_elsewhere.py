"""What `biyong doctor` says of a platform elsewhere."""

import pytest
from biyong.__main__ import app
from gateway.clients.services import NAMES
from typer.testing import CliRunner

from tests.unit import operators
from tests.unit.cli.test_events import Gateway
from tests.unit.cli.test_events import gateway as gateway

ROLES = ("web", "worker", "relay")


@pytest.fixture(autouse=True)
def _all_well(gateway: Gateway) -> None:
    processes = [operators.process(role) for role in ROLES]
    gateway.everywhere("health", [operators.health("web", processes=processes)])
    gateway.everywhere("overview", [operators.overview()])


def examine(gateway: Gateway) -> tuple[int, str]:
    env = {"BIYONG_URL": gateway.url, "BIYONG_LOGIN": "o", "BIYONG_PASSWORD": "p"}
    done = CliRunner().invoke(app, ["doctor"], env=env)
    assert done.exception is None or isinstance(done.exception, SystemExit)
    return done.exit_code, done.stdout


def test_where_all_is_well_each_service_has_a_line(gateway: Gateway) -> None:
    code, said = examine(gateway)
    lines = said.splitlines()
    assert code == 0
    assert [line.split()[:2] for line in lines[:-1]] == [[n, "well"] for n in NAMES]


def test_a_role_without_a_living_process_is_named(gateway: Gateway) -> None:
    processes = [operators.process(role, is_unseen=role == "relay") for role in ROLES]
    gateway.answers["notify/health"] = [operators.health("web", processes=processes)]
    code, said = examine(gateway)
    assert code == 1
    assert "notify has no relay" in said


def test_a_part_that_is_away_is_named_with_its_reason(gateway: Gateway) -> None:
    away = {"bus": "connection refused"}
    gateway.answers["media/health"] = [operators.health(away=away)]
    code, said = examine(gateway)
    assert code == 1
    assert "media does not reach its bus: connection refused" in said


def test_two_releases_side_by_side_are_told(gateway: Gateway) -> None:
    newer = [operators.process("all", release="0.2.0")]
    gateway.answers["learning/health"] = [operators.health(processes=newer)]
    code, said = examine(gateway)
    assert code == 1
    assert "0.1.0, 0.2.0" in said


def test_work_that_fails_is_told(gateway: Gateway) -> None:
    failing = operators.overview(failures=operators.FAILURES)
    gateway.answers["learning/overview"] = [failing]
    code, said = examine(gateway)
    assert code == 1
    assert "learning fails at making-up" in said
