"""A service tries its engine before it starts, and says in one line what is wrong."""

import json
import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from biyong import keys
from chassis.errors import Incompatible
from chassis.storage.engine_trial import try_engine
from embedded.bus.bus import Bus
from embedded.store.commands import Commands
from embedded.store.engine import Engine as EmbeddedEngine
from embedded.store.storage import Storage
from embedded.store.wire import Server
from pymongo import MongoClient

from tests.engines import Engine
from tests.parts.process import HOST, free_ports, nowhere
from tests.platform.test_moving import biyong


def test_an_engine_that_is_well_passes_and_keeps_nothing(engine: Engine) -> None:
    with engine.client() as client:
        client.drop_database("trial")
        try_engine(client["trial"])
        try_engine(client["trial"])
        assert client["trial"]["trials"].count_documents({}) == 0


class Deaf(Commands):
    """A store that takes writes whatever their guard says, or keeps no promise."""

    harm = "guard"

    def answer(self, command: dict[str, Any]) -> dict[str, Any]:
        name = next(iter(command)).lower()
        if self.harm == "guard" and name == "findandmodify":
            command = {**command, "query": {"_id": command["query"]["_id"]}}
        if self.harm == "unique" and name == "createindexes":
            plain = [{**one, "unique": False} for one in command["indexes"]]
            command = {**command, "indexes": plain}
        if self.harm == "expiry" and name == "createindexes":
            plain = [
                {k: v for k, v in one.items() if k != "expireAfterSeconds"}
                for one in command["indexes"]
            ]
            command = {**command, "indexes": plain}
        if self.harm == "rights" and name == "insert":
            return {"ok": 0.0, "code": 13, "errmsg": "not authorized on trial"}
        return super().answer(command)


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        ("guard", "a write guarded by its version wrong"),
        ("unique", "a unique index wrong"),
        ("expiry", "an index that lets rows expire wrong"),
        ("rights", "grant the user readWrite on 'enrollment'"),
    ],
)
def test_a_service_on_an_unfit_engine_ends_with_one_line(
    tmp_path: Path, harm: str, said: str
) -> None:
    storage = Storage(tmp_path / "store.db")
    commands = Deaf(EmbeddedEngine(storage))
    commands.harm = harm
    [port] = free_ports(1)
    with Server((HOST, port), commands.answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        ended = start_enrollment(tmp_path, {"MONGO_URL": f"mongodb://{HOST}:{port}/"})
        client = MongoClient[dict[str, Any]](f"mongodb://{HOST}:{port}/")
        with client, pytest.raises(Incompatible):
            try_engine(client["other"])
        server.shutdown()
    storage.close()
    assert ended.returncode == 69
    assert ended.stderr.count("\n") == 1
    assert said in ended.stderr


def start_enrollment(
    folder: Path, environ: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """A service that is to end by itself."""
    secrets = folder / "secrets"
    secrets.mkdir(exist_ok=True)
    keys.make_keys(secrets)
    own = {
        "PORT": str(free_ports(1)[0]),
        "BUS_URL": f"sqlite://{folder / 'bus.db'}",
        "KEYS_FILE": str(secrets / "keys.json"),
        "KEY_FILE": str(secrets / "enrollment.json"),
        "PERSON_SECRET_FILE": str(secrets / "person"),
        **nowhere(),
        **environ,
    }
    return subprocess.run(
        [sys.executable, "-m", "enrollment", "all"],
        env={**os.environ, **own},
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )


def test_the_doctor_tries_real_parts_before_anything_runs(
    tmp_path: Path, embedded_engine: Engine
) -> None:
    environ = {"MONGO_URL": embedded_engine.url, "AMQP_URL": "amqp://127.0.0.1:9/"}
    asked = biyong(tmp_path / "home", environ, "doctor", "--json")
    report = json.loads(asked.stdout)
    assert asked.returncode == 3
    store, bus = report["tried"]["store"], report["tried"]["bus"]
    assert (store["kind"], store["fault"]) == ("MongoDB", "")
    assert store["version"] == "7.0.0"
    assert "does not answer" in bus["fault"]
    assert report["tried"]["objects"]["kind"] == "directory"
    assert any(line.startswith("bus: ") for line in report["advice"])


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("MONGO_URL", "http://here", "MONGO_URL must begin with mongodb://"),
        ("AMQP_URL", "rabbit", "AMQP_URL must begin with amqp://"),
        ("S3_URL", "https://here/biyong", "KEY:SECRET@HOST"),
        ("S3_URL_FILE", "/nowhere", "S3_URL_FILE: /nowhere cannot be read"),
    ],
)
def test_an_address_that_cannot_be_is_refused_at_the_start(
    tmp_path: Path, name: str, value: str, said: str
) -> None:
    refused = biyong(tmp_path / "home", {name: value}, "up")
    assert refused.returncode == 2
    assert said in refused.stderr
    assert refused.stderr.count("\n") == 1


@pytest.mark.parametrize("name", ["store.db", "bus.db"])
@pytest.mark.parametrize("harm", ["newer", "cut"])
def test_a_file_that_cannot_be_used_is_refused_at_the_start_and_left_as_it_is(
    tmp_path: Path, name: str, harm: str
) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    Storage(home / "store.db").close()
    Bus(home / "bus.db").close()
    file = home / name
    if harm == "newer":
        with closing(sqlite3.connect(file)) as sql:
            sql.execute("pragma user_version=99")
    else:
        os.truncate(file, file.stat().st_size - 5000)
    before = file.read_bytes()
    refused = biyong(home, {"BIYONG_PORT": str(free_ports(1)[0])}, "up")
    assert refused.returncode == 2
    assert ("newer Biyong" if harm == "newer" else "is damaged") in refused.stderr
    assert refused.stderr.count("\n") == 1
    assert file.read_bytes() == before
