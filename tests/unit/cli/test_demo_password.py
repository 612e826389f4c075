"""The demo's known password stays on its own machine."""

from pathlib import Path

import pytest
from biyong.__main__ import app
from biyong.demo.own_machine import OpenToOthers, require_own_machine
from typer.testing import CliRunner


@pytest.mark.parametrize(
    "address",
    [
        "",
        "http://localhost:8080",
        "http://127.0.0.1:8080",
        "http://[::1]:8080",
        "127.0.0.1",
        "127.0.0.9",
        "::1",
        "localhost",
    ],
)
def test_an_address_of_this_machine_alone_may_have_it(address: str) -> None:
    require_own_machine(address)


@pytest.mark.parametrize(
    "address",
    [
        "https://biyong.example",
        "http://192.168.1.5:8080",
        "http://localhost.example.com",
        "http://127.0.0.1.example.com",
        "http://localhost@biyong.example",
        "0.0.0.0",
        "::",
        "10.0.0.1",
        "biyong",
        "//",
    ],
)
def test_an_address_that_others_reach_may_not(address: str) -> None:
    with pytest.raises(OpenToOthers):
        require_own_machine(address)


@pytest.mark.parametrize(
    "reached",
    [
        {"PUBLIC_URL": "https://biyong.example", "BIYONG_ADDRESS": "127.0.0.1"},
        {"PUBLIC_URL": "http://localhost:8080", "BIYONG_ADDRESS": "0.0.0.0"},
    ],
)
def test_the_demo_is_not_put_where_others_sign_in_unless_told_so(
    tmp_path: Path, reached: dict[str, str]
) -> None:
    words = ["fill", "--url", "http://127.0.0.1:1", "--mails", str(tmp_path)]
    words += ["--folder", str(tmp_path / "demo")]
    refused = CliRunner().invoke(app, words, env=reached)
    assert refused.exit_code == 2
    assert "--known-password" in refused.stderr
    assert not (tmp_path / "demo").exists()
    told = CliRunner().invoke(app, [*words, "--known-password"], env=reached)
    assert "--known-password" not in told.stderr
    assert (tmp_path / "demo").exists()
