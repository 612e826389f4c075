"""Accounts from a terminal: what is sent, and what is told."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from biyong.__main__ import app
from biyong.home import Home
from chassis.http import problem
from chassis.http.body import json_response
from chassis.http.problem import Problem
from click.testing import Result
from flask import Flask, Response, request
from typer.testing import CliRunner
from werkzeug.serving import make_server

PHONE = "13512347784"
SHI = {
    "id": "a1", "login": PHONE, "name": "某某", "roles": ["officer"],
    "branch_id": "dongcheng", "state": "active",
}  # fmt: skip
LINE = {
    "at": "2026-11-28T04:25:12Z", "cursor": "c1", "what": "sign-in",
    "outcome": "failed", "network": "10.0.0.0/24", "request": "r1", "account": "a1",
}  # fmt: skip
SESSION = {
    "id": "s1", "began": "2026-11-28T04:00:00Z", "seen": "2026-11-28T04:20:00Z",
    "until": "2026-11-28T06:20:00Z", "network": "10.0.0.0/24", "is_this": False,
}  # fmt: skip


@dataclass
class Gateway:
    """A gateway that notes what it is asked and answers for one account."""

    url: str = ""
    asked: list[tuple[str, str, Any]] = field(default_factory=list)
    devices: list[str] = field(default_factory=list)

    def app(self) -> Flask:
        app = Flask("gateway")
        problem.install_problems(app)

        @app.post("/api/session")
        def begin() -> Response:
            self.devices.append(request.headers.get("X-Device", ""))
            return json_response({"token": "t", "device": "known-now"})

        @app.post("/api/accounts/find")
        def find() -> Response:
            if request.json["login"] != PHONE:
                raise Problem(404, "unknown-account", "no such account")
            return json_response(SHI)

        @app.get("/api/security-events")
        def events() -> Response:
            self.asked.append(("GET", "events", request.args.to_dict()))
            return json_response({"events": [LINE], "next": "c1"})

        @app.get("/api/accounts/a1/sessions")
        def sessions() -> Response:
            return json_response({"sessions": [SESSION]})

        @app.route("/api/accounts/a1/<path:tail>", methods=["POST", "PUT", "DELETE"])
        def manage(tail: str) -> Response:
            sent = request.get_json(silent=True)
            self.asked.append((request.method, tail, sent))
            return json_response(SHI)

        return app


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    made = Gateway()
    server = make_server("127.0.0.1", 0, made.app())
    made.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield made
    server.shutdown()
    thread.join(timeout=20)
    server.server_close()


def biyong(gateway: Gateway, *words: str, **more: str) -> Result:
    environ = {
        "BIYONG_URL": gateway.url, "BIYONG_LOGIN": "o", "BIYONG_PASSWORD": "p", **more
    }  # fmt: skip
    return CliRunner().invoke(app, ["account", *words], env=environ)


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        (["disable", PHONE], ("POST", "disabling", None)),
        (["enable", PHONE], ("POST", "enabling", None)),
        (["sessions", PHONE, "--end"], ("DELETE", "sessions", None)),
        (["reset", PHONE, "--email", "a@b.example"],
         ("POST", "reset", {"email": "a@b.example"})),
        (["role", "give", PHONE, "officer", "--branch", "dongcheng"],
         ("PUT", "roles", {"role": "officer", "branch_id": "dongcheng"})),
        (["role", "take", PHONE, "officer"], ("DELETE", "roles/officer", None)),
    ],
)  # fmt: skip
def test_an_account_is_managed_by_its_id_and_never_by_a_phone_in_the_path(
    gateway: Gateway, words: list[str], asked: tuple[str, str, Any]
) -> None:
    done = biyong(gateway, *words)
    assert done.exit_code == 0, done.output
    assert gateway.asked == [asked]


def test_what_an_account_is_and_where_it_is_signed_in_is_shown(
    gateway: Gateway,
) -> None:
    assert "officer of dongcheng" in biyong(gateway, "show", PHONE).output
    assert "10.0.0.0/24" in biyong(gateway, "sessions", PHONE).output


def test_an_unknown_login_is_told(gateway: Gateway) -> None:
    done = biyong(gateway, "disable", "nobody")
    assert done.exit_code == 4
    assert gateway.asked == []


def test_security_events_are_told_from_where_one_stopped(gateway: Gateway) -> None:
    done = biyong(gateway, "events", "--after", "2026-11-28")
    assert "failed" in done.output
    assert gateway.asked[0][2]["after"] == "2026-11-28"


def test_a_device_is_known_again_on_the_platforms_own_machine(
    gateway: Gateway, tmp_path: Path
) -> None:
    home = Home(tmp_path)
    home.secrets.mkdir()
    home.write_ready({"url": gateway.url})
    for _ in range(2):
        biyong(gateway, "show", PHONE, BIYONG_HOME=str(tmp_path))
    assert gateway.devices == ["", "known-now"]
    [kept] = home.secrets.glob("device-*")
    assert kept.stat().st_mode & 0o077 == 0


def test_a_device_is_said_elsewhere(gateway: Gateway) -> None:
    biyong(gateway, "show", PHONE, BIYONG_DEVICE="d9")
    assert gateway.devices == ["d9"]
