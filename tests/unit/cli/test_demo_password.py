"""The demo's known password stays on its own machine."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from biyong.__main__ import app
from biyong.demo.own_machine import OpenToOthers, require_own_machine
from typer.testing import CliRunner


class Refusing(BaseHTTPRequestHandler):
    """A gateway that lets nobody in."""

    def do_POST(self) -> None:
        self.send_error(401)

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def closed_gateway() -> Iterator[str]:
    """One that answers at once: whoever is away is waited for."""
    with HTTPServer(("127.0.0.1", 0), Refusing) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


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
    tmp_path: Path, closed_gateway: str, reached: dict[str, str]
) -> None:
    words = ["fill", "--url", closed_gateway, "--mails", str(tmp_path)]
    words += ["--folder", str(tmp_path / "demo")]
    refused = CliRunner().invoke(app, words, env=reached)
    assert refused.exit_code == 2
    assert "--known-password" in refused.stderr
    assert not (tmp_path / "demo").exists()
    told = CliRunner().invoke(app, [*words, "--known-password"], env=reached)
    assert "--known-password" not in told.stderr
    assert (tmp_path / "demo").exists()
