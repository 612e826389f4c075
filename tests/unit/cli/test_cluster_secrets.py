"""The files that a cluster's Secrets are made of: whole, own, and made once."""

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from biyong import rights
from biyong.__main__ import app
from biyong.cluster_secrets import make_secret_files
from biyong.composed import USERS, PartAddresses
from biyong.faults import Fault
from typer.testing import CliRunner

ELSEWHERE = PartAddresses(
    "mongodb://db.example:27018/?tls=true&tlsCAFile=/secrets/ca.pem",
    "amqps://mq.example/training?ca=/secrets/ca.pem",
    "https://key:secret@objects.example/bucket?region=r",
)


def test_each_service_is_sent_to_the_parts_with_an_account_of_its_own(
    tmp_path: Path,
) -> None:
    make_secret_files(tmp_path, ELSEWHERE)
    for service in USERS:
        store = urlsplit((tmp_path / f"mongo_url.{service}").read_text())
        assert (store.hostname, store.port, store.path) == ("db.example", 27018, "/")
        assert store.username == service
        assert store.password == (tmp_path / f"mongo_password.{service}").read_text()
        assert parse_qs(store.query) == {
            "tls": ["true"],
            "tlsCAFile": ["/secrets/ca.pem"],
            "authSource": [service],
        }
        broker = urlsplit((tmp_path / f"bus_url.{service}").read_text())
        assert (broker.hostname, broker.path) == ("mq.example", "/training")
        assert broker.password == (tmp_path / f"bus_password.{service}").read_text()
        assert broker.query == "ca=/secrets/ca.pem"
    assert (tmp_path / "s3_url").read_text() == ELSEWHERE.objects


def test_nothing_that_is_there_is_replaced(tmp_path: Path) -> None:
    make_secret_files(tmp_path)
    (tmp_path / "smtp_url").write_text("smtp://mail.example")
    (tmp_path / "mongo_url.media").write_text("mongodb://another")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    make_secret_files(tmp_path, ELSEWHERE)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_only_their_owner_reads_the_files(tmp_path: Path) -> None:
    make_secret_files(tmp_path)
    assert [p for p in tmp_path.iterdir() if p.stat().st_mode & 0o077] == []


def test_the_scripts_for_store_and_broker_make_all_accounts(tmp_path: Path) -> None:
    make_secret_files(tmp_path, ELSEWHERE)
    script = (tmp_path / "mongo-users.js").read_text()
    for service in USERS:
        assert (tmp_path / f"mongo_password.{service}").read_text() in script
    said = (tmp_path / "rabbitmq-definitions.json").read_text()
    assert rights.ADMINISTRATOR in said


@pytest.mark.parametrize(
    "given",
    [
        ["nowhere"],
        [".", "--mongo=http://db.example/"],
        [".", "--broker=rabbitmq:5672"],
        [".", "--objects=s3://bucket"],
    ],
)
def test_what_cannot_be_is_refused_and_makes_nothing(
    given: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, ["secrets", *given])
    assert isinstance(done.exception, Fault | SystemExit)
    assert done.exit_code != 0
    assert list(tmp_path.iterdir()) == []
