"""The data directory of one platform on one machine: what lies where."""

import base64
import fcntl
import json
import os
import secrets
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TextIO

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

SIGNERS = ("gateway", "catalog", "enrollment", "media", "learning", "notify")
LEAST_FREE = 1 << 30


class Refused(Exception):
    """The platform cannot start here; the message says in one line what to do."""


class Home:
    """Paths under BIYONG_HOME, made on demand."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self.ready_file = self.folder / "ready.json"
        self.logs = self.folder / "logs"
        self.objects = self.folder / "objects"
        self.mails = self.folder / "mails"
        self.work = self.folder / "work"
        self.store_file = self.folder / "store.db"
        self.bus_file = self.folder / "bus.db"
        self.secrets = self.folder / "secrets"
        self.keys_file = self.secrets / "keys.json"
        self.certificate_keys_file = self.secrets / "certificate-keys.json"

    def prepare(self) -> None:
        """Make the folders and, the first time, every secret. Raises Refused."""
        try:
            for folder in (
                self.logs,
                self.objects,
                self.mails,
                self.work,
                self.secrets,
            ):
                folder.mkdir(parents=True, exist_ok=True)
            self.secrets.chmod(0o700)
            free = shutil.disk_usage(self.folder).free
            if free < LEAST_FREE:
                raise Refused(
                    f"Only {free >> 20} MiB are free under {self.folder}; free up "
                    f"{LEAST_FREE >> 20} MiB or set BIYONG_HOME to a larger disk."
                )
            self._make_secrets()
        except OSError as error:
            raise Refused(
                f"{self.folder} cannot be written ({error.strerror}); free up space "
                "or set BIYONG_HOME to a folder of yours."
            ) from error

    def _make_secrets(self) -> None:
        for name in SIGNERS:
            if not self.key_file(name).exists():
                _write(self.key_file(name), json.dumps(_new_key(name)))
        public = [_public(json.loads(self.key_file(n).read_text())) for n in SIGNERS]
        _write(self.keys_file, json.dumps({"keys": public}))
        if not self.certificate_keys_file.exists():
            key = _new_key(f"cert-{secrets.token_hex(4)}")
            _write(self.certificate_keys_file, json.dumps({"keys": [key]}))
        for name in ("person", "stream", "operator"):
            if not (self.secrets / name).exists():
                _write(self.secrets / name, secrets.token_urlsafe(24))

    def key_file(self, service: str) -> Path:
        """A service's own signing key."""
        return self.secrets / f"{service}.json"

    def secret(self, name: str) -> str:
        """One of the plain secrets."""
        return (self.secrets / name).read_text()

    def lock(self) -> TextIO:
        """Hold the folder for this platform alone. Raises Refused."""
        held = (self.folder / "lock").open("w")
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            held.close()
            raise Refused(
                f"A platform already runs on {self.folder}: open "
                f"{self.running_url() or 'the address it printed'}, or stop it with "
                "Ctrl-C, or set BIYONG_HOME and BIYONG_PORT for a second one."
            ) from error
        return held

    def ready(self) -> dict[str, Any] | None:
        """What a running platform said of itself, or None."""
        try:
            said: dict[str, Any] = json.loads(self.ready_file.read_text())
        except (OSError, ValueError):
            return None
        return said

    def running_url(self) -> str:
        """The gateway's address of a running platform, or empty."""
        said = self.ready()
        return str(said["url"]) if said else ""

    def write_ready(self, said: Mapping[str, Any]) -> None:
        """Say that everything is ready, whole or not at all."""
        _write(self.ready_file, json.dumps(said, ensure_ascii=False, indent=2))


def home_of(environ: Mapping[str, str]) -> Home:
    """The folder BIYONG_HOME names, by default .biyong here."""
    return Home(Path(environ.get("BIYONG_HOME", ".biyong")))


def _write(path: Path, text: str) -> None:
    part = path.with_name(f".{path.name}.part")
    part.touch(mode=0o600)
    part.write_text(text)
    os.replace(part, path)


def _new_key(name: str) -> dict[str, str]:
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return {
        "kty": "OKP",
        "crv": "Ed25519",
        "kid": name,
        "d": _base64(private),
        "x": _base64(public),
    }


def _public(key: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in key.items() if name != "d"}


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
