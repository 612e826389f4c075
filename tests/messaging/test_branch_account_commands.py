"""`biyong branch account …` as an operator types it, at a real RabbitMQ, which programs
of branches reach by TLS with the certificate that is rendered."""

import re
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from biyong import broker_tls, composed
from biyong.__main__ import app
from biyong.amqp import OverAmqp
from biyong.door import Away, Refused
from chassis.http import problem
from chassis.http.body import json_response
from chassis.http.problem import Problem
from flask import Flask, Response
from typer.testing import CliRunner, Result
from werkzeug.serving import make_server

from tests.parts.certificates import Certificates
from tests.parts.process import HOST, free_ports
from tests.parts.rabbitmq import Broker, running_broker

pytestmark = pytest.mark.part("rabbitmq")
KNOWN = "dongcheng"


@pytest.fixture(name="broker", scope="module")
def _broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """A broker by the certificate that a composition makes for its branches."""
    made = tmp_path_factory.mktemp("certificate")
    composed.make_texts(made, composed.PartAddresses(branches=HOST))
    for own, theirs in (
        (broker_tls.AUTHORITY, "ca.pem"),
        (broker_tls.CERTIFICATE, "server.pem"),
        (broker_tls.KEY, "server.key"),
    ):
        shutil.copy(made / own, made / theirs)
    folder = tmp_path_factory.mktemp("commands")
    with running_broker(folder, certificates=Certificates(made)) as running:
        yield running


@pytest.fixture(name="gateway", scope="module")
def _gateway() -> Iterator[str]:
    """A gateway that knows one branch."""
    served = Flask("gateway")
    problem.install_problems(served)

    @served.post("/api/session")
    def begin() -> Response:
        return json_response({"token": "t", "device": "d"})

    @served.get("/api/enrollment/branches/<branch>")
    def show(branch: str) -> Response:
        if branch != KNOWN:
            raise Problem(404, "unknown-branch", "There is no such branch.")
        return json_response({"id": branch})

    [port] = free_ports(1)
    server = make_server(HOST, port, served, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://{HOST}:{port}"
    server.shutdown()


@pytest.fixture(name="run")
def _run(broker: Broker, gateway: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    settings = {
        "AMQP_MANAGEMENT_URL": broker.management_url,
        "BIYONG_URL": gateway,
        "BIYONG_LOGIN": "operator",
        "BIYONG_PASSWORD": "p",
    }

    def run(*words: str, **changed: str) -> Result:
        for name, value in {**settings, **changed}.items():
            monkeypatch.setenv(name, value)
        return CliRunner().invoke(app, ["branch", "account", *words])

    return run


def password_in(said: str) -> str:
    found = re.search(r"^password +(\S+)$", said, re.MULTILINE)
    return found[1] if found else ""


def test_a_branch_is_let_in_by_tls_with_what_the_command_told_and_nobody_else(
    run: Any, broker: Broker, tmp_path: Path
) -> None:
    password = password_in(run("create", KNOWN).output)
    authority = broker._place.folder / "ca.pem"
    url = f"{broker.tls_url}?ca={authority}"
    OverAmqp(url, KNOWN, password).close()
    with pytest.raises(Away):
        OverAmqp(broker.tls_url, KNOWN, password)
    again = run("create", KNOWN)
    assert again.exit_code == 0
    assert password_in(again.output) == ""
    new = password_in(run("rotate", KNOWN).output)
    OverAmqp(url, KNOWN, new).close()
    with pytest.raises(Refused):
        OverAmqp(url, KNOWN, password)
    assert run("disable", KNOWN).exit_code == 0
    with pytest.raises(Refused):
        OverAmqp(url, KNOWN, new)
    listed = run("list").output
    assert "disabled" in listed
    assert new not in listed


@pytest.mark.parametrize("act", ["create", "rotate", "disable"])
def test_where_there_is_no_such_branch_nothing_is_made(
    run: Any, broker: Broker, act: str
) -> None:
    refused = run(act, "nobody")
    assert refused.exit_code == 4
    assert "create nobody" in refused.output
    assert "branch.nobody" not in broker.control("list_users")


def test_a_setting_that_is_missing_wrong_or_leads_nowhere_is_told(
    run: Any, tmp_path: Path
) -> None:
    assert run("list", AMQP_MANAGEMENT_URL="").exit_code == 2
    assert run("list", AMQP_MANAGEMENT_URL="http://host:15672").exit_code == 2
    [silent] = free_ports(1)
    away = run("list", AMQP_MANAGEMENT_URL=f"http://a:secret@{HOST}:{silent}")
    assert away.exit_code == 3
    assert "secret" not in away.output


def test_an_account_that_may_not_is_told_what_it_lacks(
    run: Any, broker: Broker
) -> None:
    broker.add_user("nobody", "word", "", "", "")
    wrong = broker.management_url.replace("guest:guest", "nobody:word")
    refused = run("list", AMQP_MANAGEMENT_URL=wrong)
    assert refused.exit_code == 4
    assert "administrator" in refused.output


def test_the_address_may_stand_in_a_file(
    run: Any, broker: Broker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "address").write_text(broker.management_url)
    run("list")
    monkeypatch.delenv("AMQP_MANAGEMENT_URL")
    monkeypatch.setenv("AMQP_MANAGEMENT_URL_FILE", str(tmp_path / "address"))
    assert CliRunner().invoke(app, ["branch", "account", "list"]).exit_code == 0
