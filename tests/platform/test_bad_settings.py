"""A process with bad settings ends with one line that says what to do: no part is
asked, nothing is changed, and no secret stands in the line."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from biyong.cluster_secrets import make_secret_files

EXIT_SETTINGS = 78
SECRET = "geheim-77"
TRY = """
import importlib, json, sys
from chassis.settings import SettingsError
build = importlib.import_module(sys.argv[1] + ".wiring").build_service
for environ in json.load(sys.stdin):
    try:
        build(environ)
        print("built")
    except SettingsError as error:
        print(error)
"""
"""Builds a service by each of some environments, and says what it says."""
SERVICES = ("catalog", "enrollment", "media", "learning", "notify", "gateway")
OWN = {
    "enrollment": {"PERSON_SECRET_FILE": "person"},
    "media": {"STREAM_SECRET_FILE": "stream"},
    "learning": {
        "CERTIFICATE_KEYS_FILE": "certificate-keys.json",
        "CERTIFICATE_SECRET_FILE": "certificate",
    },
    "gateway": {"OPERATOR_PASSWORD_FILE": "operator"},
}
"""Settings that are files of secrets, by who reads them."""
BAD = {
    "catalog": [
        ("MONGO_URL", "mongo:27017"),
        ("MONGO_URL", f"mongodb://u:{SECRET}@@h/"),
        ("MONGO_URL", f"mongodb://u:{SECRET}@h:port/"),
        ("MONGO_URL", f"mongodb://u:{SECRET}@h/?tls=true&tlsCAFile=/nowhere"),
        ("MONGO_URL", ""),
        ("BUS_URL", "rabbitmq:5672"),
        ("BUS_URL", f"amqp://u:{SECRET}@h:port/"),
        ("BUS_URL", f"amqps://u:{SECRET}@h/?ca=/nowhere"),
        ("BUS_URL", f"http://u:{SECRET}@h/"),
        ("KEY_FILE", "/nowhere"),
        ("KEY_FILE", "empty"),
        ("KEY_FILE", "folder"),
        ("KEY_FILE", "operator"),
        ("KEY_FILE", "keys.json"),
        ("KEY_FILE", "media.json"),
        ("KEYS_FILE", "/nowhere"),
        ("KEYS_FILE", "empty"),
        ("KEYS_FILE", "operator"),
        ("PORT", "99999"),
        ("THREADS", "0"),
        ("CATALOG_URL", "catalog:8000"),
        ("MEDIA_URL", ""),
        ("TRUSTED_PROXIES", "all"),
    ],
    "enrollment": [("PERSON_SECRET_FILE", "empty"), ("WEBHOOK_NETWORKS", "inside")],
    "media": [
        ("STREAM_SECRET_FILE", "empty"),
        ("STREAM_SECRET_FILE", "/nowhere"),
        ("OBJECTS_URL", "objects"),
        ("OBJECTS_URL", f"https://k:{SECRET}@h/"),
        ("OBJECTS_URL", f"https://k:{SECRET}@h/B"),
        ("WORK_DIR", "/proc/nowhere"),
        ("UPLOADS_OPEN", "0"),
    ],
    "learning": [
        ("CERTIFICATE_SECRET_FILE", "empty"),
        ("CERTIFICATE_KEYS_FILE", "/nowhere"),
        ("CERTIFICATE_KEYS_FILE", "empty"),
        ("CERTIFICATE_KEYS_FILE", "keys.json"),
    ],
    "notify": [
        ("SMTP_URL", "mail"),
        ("MAIL_FROM", "nobody"),
        ("MAIL_DIR", "/proc/nowhere"),
        ("SMS_URL", "sms"),
    ],
    "gateway": [
        ("OPERATOR_PASSWORD_FILE", "empty"),
        ("PUBLIC_URL", "training.example.org"),
        ("AMQP_MANAGEMENT_URL", "rabbitmq:15672"),
        ("OIDC_PROVIDERS", "{"),
        ("DELETION_DAYS", "-1"),
        ("SECOND_FACTOR", "on"),
        ("LDAP_URL", "ldaps://directory"),
    ],
}


@pytest.fixture(name="folder", scope="module")
def _folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Secrets as an operator makes them, and beside them what is none."""
    folder = tmp_path_factory.mktemp("secrets")
    make_secret_files(folder)
    (folder / "empty").touch()
    (folder / "folder").mkdir()
    (folder / "work").mkdir()
    (folder / "mails").mkdir()
    return folder


def environ_of(folder: Path, service: str, **changes: str) -> dict[str, str]:
    """What a service is told, with some of it changed; a bare name is a secret's."""
    nobody = "http://127.0.0.1:1"
    environ = {
        "PORT": "8000",
        "MONGO_URL": "mongodb://127.0.0.1:1/",
        "BUS_URL": f"sqlite://{folder / 'bus.db'}",
        **{f"{name.upper()}_URL": nobody for name in SERVICES if name != "gateway"},
        "KEYS_FILE": "keys.json",
        "KEY_FILE": f"{service}.json",
        "PUBLIC_URL": "http://127.0.0.1:8000",
        "OBJECTS_URL": f"file://{folder / 'objects'}",
        "WORK_DIR": str(folder / "work"),
        "MAIL_DIR": str(folder / "mails"),
        **OWN.get(service, {}),
        **changes,
    }
    return {
        name: str(folder / said) if name.endswith("_FILE") else said
        for name, said in environ.items()
    }


def try_settings(service: str, environs: list[dict[str, str]]) -> list[str]:
    """What building a service says of each."""
    done = subprocess.run(
        [sys.executable, "-c", TRY, service],
        input=json.dumps(environs),
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return done.stdout.splitlines()


@pytest.mark.parametrize("service", SERVICES)
def test_a_bad_setting_is_told_in_one_line_that_names_it(
    folder: Path, service: str
) -> None:
    good = environ_of(folder, service)
    bad = [environ_of(folder, service, **{name: text}) for name, text in BAD[service]]
    first, *lines = try_settings(service, [good, *bad])
    assert first == "built"
    for (name, text), line in zip(BAD[service], lines, strict=True):
        assert name.removesuffix("_FILE") in line, (name, text, line)
        assert SECRET not in line


def test_a_process_with_bad_settings_writes_that_line_and_nothing_else(
    folder: Path,
) -> None:
    for role in ("web", "declare"):
        done = subprocess.run(
            [sys.executable, "-m", "catalog", role],
            env={**os.environ, **environ_of(folder, "catalog", KEY_FILE="/nowhere")},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert (done.returncode, done.stdout) == (EXIT_SETTINGS, "")
        assert done.stderr.startswith("catalog: KEY_FILE: /nowhere")
        assert done.stderr.count("\n") == 1
