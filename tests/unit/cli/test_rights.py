"""Who may do what on the composition's broker and in its database, as rendered."""

import base64
import hashlib
import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from biyong import composed, rights
from biyong.composed import USERS
from chassis.broker import topology
from enrollment.events import roster_consumer as rosters

import contracts

ROOT = Path(__file__).parents[3]
OTHERS = [(a, b) for a in USERS for b in USERS if a != b]
PASSWORDS = {name: f"of-{name}" for name in USERS}
OWN = ("p00", "p15", "parked", "wake")


def may(service: str, what: str, name: str) -> bool:
    """As RabbitMQ asks: whether the pattern is found in the name."""
    return re.search(rights.broker_rights(service)[what], name) is not None


def may_say(service: str, key: str, exchange: str = topology.EXCHANGE) -> bool:
    pattern = rights.topic_rights(service)[exchange]["write"]
    return re.search(pattern, key) is not None


def test_the_names_are_those_that_the_services_use() -> None:
    assert (rights.BRANCHES, rights.ROSTERS) == (
        rosters.EXCHANGE,
        rosters.QUEUE,
    )
    receipts = re.compile(rights.RECEIPTS)
    assert receipts.fullmatch(topology.receipts_queue("dongcheng-2"))


@pytest.mark.parametrize("service", USERS)
def test_a_service_does_all_with_its_own_queues(service: str) -> None:
    for what in ("configure", "write", "read"):
        assert all(may(service, what, f"{service}.{name}") for name in OWN)


@pytest.mark.parametrize(("service", "other"), OTHERS)
def test_a_service_does_nothing_with_the_queues_of_another(
    service: str, other: str
) -> None:
    for what in ("configure", "write", "read"):
        for name in OWN:
            assert not may(service, what, f"{other}.{name}")
            assert not may(service, what, f"x{service}.{name}")
            assert not may(service, what, f"{service}.{name}.x")
            assert not may(service, what, f"{service}x{name}")


@pytest.mark.parametrize("service", USERS)
def test_a_service_says_what_is_its_own_and_nothing_else(service: str) -> None:
    for type_ in contracts.REGISTRY.all_types():
        key = topology.routing_key(type_, 3)
        assert may_say(service, key) == (
            contracts.REGISTRY.producer_of(type_) == service
        ), type_


@pytest.mark.parametrize("service", USERS)
def test_exchanges_that_all_share_are_made_by_the_definitions_alone(
    service: str,
) -> None:
    for exchange in (topology.EXCHANGE, topology.PARKED_EXCHANGE):
        assert not may(service, "configure", exchange)
        assert may(service, "write", exchange)
        assert may(service, "read", exchange)


@pytest.mark.parametrize("service", USERS)
def test_rosters_and_receipts_are_enrollments_alone(service: str) -> None:
    is_enrollment = service == "enrollment"
    receipts = topology.receipts_queue("dongcheng")
    for what, name in (
        ("configure", rosters.EXCHANGE), ("read", rosters.EXCHANGE),
        ("configure", rosters.QUEUE), ("read", rosters.QUEUE), ("write", rosters.QUEUE),
        ("read", topology.parked_queue(rosters.QUEUE)),
        ("write", topology.RECEIPTS), ("configure", receipts), ("write", receipts),
    ):  # fmt: skip
        assert may(service, what, name) == is_enrollment, (what, name)
    assert not may(service, "read", receipts), "receipts are for their branch"
    assert not may(service, "write", rosters.EXCHANGE), "rosters come from branches"


def test_definitions_hold_every_account_once_with_a_hash_of_its_password() -> None:
    said: dict[str, Any] = json.loads(
        rights.broker_definitions(PASSWORDS, "admin's", "of-accounts")
    )
    assert [user["name"] for user in said["users"]] == ["biyong", "accounts", *USERS]
    words = {"biyong": "admin's", "accounts": "of-accounts", **PASSWORDS}
    for user in said["users"]:
        raw = base64.b64decode(user["password_hash"])
        word = words[user["name"]]
        assert raw[4:] == hashlib.sha256(raw[:4] + word.encode()).digest()
        assert word not in json.dumps(said)
    assert {u["name"] for u in said["users"] if u["tags"]} == {"biyong", "accounts"}
    assert {p["user"] for p in said["permissions"]} == set(words)
    assert {e["name"] for e in said["exchanges"]} >= {
        topology.EXCHANGE,
        rosters.EXCHANGE,
    }


def test_a_stores_user_writes_in_the_own_database_alone() -> None:
    script = rights.store_users(PASSWORDS)
    for service in USERS:
        assert f'name = "{service}", own = db.getSiblingDB(name)' in script
        assert f'pwd: "of-{service}"' in script
    assert re.findall(r"role: (\S+), db: (\S+) ", script) == [
        ('"readWrite"', "name")
    ] * len(USERS)
    assert "root" not in script


@pytest.fixture(name="secrets")
def _secrets(tmp_path: Path) -> Path:
    """What the composition's first start makes, where this user may give it away."""
    if os.geteuid() != 0:
        pytest.skip("only root gives files away")
    composed.make_files(tmp_path, [], "smtp://u:p@mail.example")
    return tmp_path


def test_each_secret_is_read_by_whom_it_is_for_and_by_nobody_else(
    secrets: Path,
) -> None:
    for path in secrets.iterdir():
        about = path.stat()
        if path.name in ("keys.json", "branches_ca.pem"):
            continue  # of which everybody may know
        assert about.st_mode & 0o077 == 0, path.name
        service = path.suffix.removeprefix(".")
        if path.name.startswith(("mongo_url.", "bus_url.")):
            assert about.st_uid == USERS[service]
    assert (secrets / "smtp_url").stat().st_uid == USERS["notify"]
    assert (secrets / "amqp_management_url").stat().st_uid == USERS["gateway"]
    assert (secrets / "smtp_url").read_text() == "smtp://u:p@mail.example"


def test_no_service_has_the_address_of_another_or_of_an_administrator(
    secrets: Path,
) -> None:
    words = {
        path.name: path.read_text()
        for path in secrets.iterdir()
        if "password" in path.name
    }
    assert len(set(words.values())) == len(words) == 3 + 2 * len(USERS)
    for service in USERS:
        mongo = (secrets / f"mongo_url.{service}").read_text()
        bus = (secrets / f"bus_url.{service}").read_text()
        assert f"//{service}:{words[f'mongo_password.{service}']}@" in mongo
        assert mongo.endswith(f"authSource={service}")
        assert f"//{service}:{words[f'bus_password.{service}']}@" in bus


def test_starting_again_changes_nothing(secrets: Path) -> None:
    before = {path.name: path.read_bytes() for path in secrets.iterdir()}
    composed.make_files(secrets, [], "smtp://u:p@mail.example")
    assert {path.name: path.read_bytes() for path in secrets.iterdir()} == before


def test_the_composition_gives_each_service_its_own_addresses() -> None:
    said = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    for service, user in USERS.items():
        environment = said[service]["environment"]
        assert said[service]["user"].startswith(f"{user}:")
        assert environment["MONGO_URL_FILE"] == f"/secrets/mongo_url.{service}"
        assert environment["BUS_URL_FILE"] == f"/secrets/bus_url.{service}"
        secret = [
            n for n in environment
            if n.endswith(("PASSWORD", "SECRET", "MONGO_URL", "BUS_URL", "SMTP_URL"))
        ]  # fmt: skip
        assert secret == []
