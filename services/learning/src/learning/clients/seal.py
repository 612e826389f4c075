"""The college's signature: Ed25519 keys from a file, each with an id."""

import base64
from dataclasses import replace
from pathlib import Path
from typing import Any

from chassis.key_files import load_key_file
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from learning.domain.certificate import Certificate


class KeySeal:
    """Signs with the newest key, verifies with whichever key signed."""

    def __init__(self, keys_file: Path) -> None:
        """Raises SettingsError for a file that holds no private keys."""
        self.keys = load_key_file("CERTIFICATE_KEYS_FILE", keys_file, _import_keys)
        self.current = [*self.keys][-1]

    def sign(self, certificate: Certificate) -> Certificate:
        """The certificate with key id and signature."""
        named = replace(certificate, key_id=self.current)
        signature = self.keys[self.current].sign(named.signed_text())
        return replace(named, signature=base64.urlsafe_b64encode(signature).decode())

    def has_valid_signature(self, certificate: Certificate) -> bool:
        """Whether the certificate's signature belongs to what is printed."""
        key = self.keys.get(certificate.key_id)
        if key is None:
            return False
        try:
            signature = base64.urlsafe_b64decode(certificate.signature)
            key.public_key().verify(signature, certificate.signed_text())
        except (InvalidSignature, ValueError):
            return False
        return True

    def find_public_keys(self) -> dict[str, bytes]:
        """By its id the public half of every key that ever signed, the newest last."""
        return {
            kid: key.public_key().public_bytes_raw() for kid, key in self.keys.items()
        }


def _import_keys(key_set: dict[str, Any]) -> dict[str, Ed25519PrivateKey]:
    """Id → key, in their order; at least one."""
    found = {
        key["kid"]: Ed25519PrivateKey.from_private_bytes(_decode_key(key["d"]))
        for key in key_set["keys"]
    }
    if not found:
        raise ValueError("no key")
    return found


def _decode_key(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
