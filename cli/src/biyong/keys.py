"""Keys and passwords: made once, never replaced, each readable by whom it is for."""

import json
import os
import secrets
from pathlib import Path

from joserfc.jwk import OKPKey

SIGNERS = ("gateway", "catalog", "enrollment", "media", "learning", "notify")
EDGE = "edge"
"""Who tells media what it served; it has a key, and no database."""
PLAIN = ("person", "stream", "certificate", "operator")
PUBLIC_KEYS, CERTIFICATE_KEYS = "keys.json", "certificate-keys.json"


def make_keys(folder: Path) -> None:
    """Every signing key and plain secret that is not there yet."""
    public = []
    for name in (*SIGNERS, EDGE):
        key = _make_key(folder / f"{name}.json", name)
        public.append(key.as_dict(private=False))
    text = json.dumps({"keys": public})
    keys_file = folder / PUBLIC_KEYS
    if not keys_file.exists() or keys_file.read_text() != text:
        write_file(keys_file, text)
    if not (folder / CERTIFICATE_KEYS).exists():
        key = _new_key(f"cert-{secrets.token_hex(4)}")
        certificates = {"keys": [key.as_dict(private=True)]}
        write_file(folder / CERTIFICATE_KEYS, json.dumps(certificates))
    for name in PLAIN:
        make_plain(folder / name)


def _make_key(path: Path, name: str) -> OKPKey:
    """The signing key of this file, made if it is not there."""
    if not path.exists():
        write_file(path, json.dumps(_new_key(name).as_dict(private=True)))
    return OKPKey.import_key(json.loads(path.read_text()))


def _new_key(name: str) -> OKPKey:
    return OKPKey.generate_key("Ed25519", {"kid": name})


def make_plain(path: Path) -> str:
    """A random secret, made if it is not there; its text."""
    if not path.exists():
        write_file(path, secrets.token_urlsafe(24))
    return path.read_text()


def write_file(path: Path, text: str) -> None:
    """Write a file that only its owner reads, whole or not at all."""
    part = path.with_name(f".{path.name}.part")
    part.touch(mode=0o600)
    part.write_text(text)
    os.replace(part, path)
