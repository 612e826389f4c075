"""Keys and passwords: made once, never replaced, each readable by whom it is for."""

import base64
import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

SIGNERS = ("gateway", "catalog", "enrollment", "media", "learning", "notify")
PLAIN = ("person", "stream", "certificate", "operator")
PUBLIC_KEYS, CERTIFICATE_KEYS = "keys.json", "certificate-keys.json"


def make(folder: Path) -> None:
    """Every signing key and plain secret that is not there yet."""
    for name in SIGNERS:
        if not (folder / f"{name}.json").exists():
            write(folder / f"{name}.json", json.dumps(_new_key(name)))
    held = (json.loads((folder / f"{name}.json").read_text()) for name in SIGNERS)
    public = json.dumps({"keys": [_public(key) for key in held]})
    if _text(folder / PUBLIC_KEYS) != public:
        write(folder / PUBLIC_KEYS, public)
    if not (folder / CERTIFICATE_KEYS).exists():
        key = _new_key(f"cert-{secrets.token_hex(4)}")
        write(folder / CERTIFICATE_KEYS, json.dumps({"keys": [key]}))
    for name in PLAIN:
        make_plain(folder / name)


def make_plain(path: Path) -> str:
    """A random secret, made if it is not there; its text."""
    if not path.exists():
        write(path, secrets.token_urlsafe(24))
    return path.read_text()


def write(path: Path, text: str) -> None:
    """Write a file that only its owner reads, whole or not at all."""
    part = path.with_name(f".{path.name}.part")
    part.touch(mode=0o600)
    part.write_text(text)
    os.replace(part, path)


def _text(path: Path) -> str:
    return path.read_text() if path.exists() else ""


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
