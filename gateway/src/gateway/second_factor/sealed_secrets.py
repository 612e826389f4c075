"""Secrets of authenticator apps at rest, sealed under a key of the gateway's own.

A copy of the database alone makes no codes.
"""

import hashlib
import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12
"""What AES-GCM takes (NIST SP 800-38D, 8.2)."""


class SealedSecrets:
    """Seals and unseals. Each secret is bound to its place: none stands for another."""

    def __init__(self, key: bytes) -> None:
        derived = hmac.new(key, b"second-factors/seal", hashlib.sha256).digest()
        self.sealing = AESGCM(derived)

    def seal(self, place: str, secret: bytes) -> bytes:
        """The secret as it is stored at this place."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + self.sealing.encrypt(nonce, secret, place.encode())

    def unseal(self, place: str, sealed: bytes) -> bytes | None:
        """The secret again; None if it was not sealed for this place by this key."""
        nonce, text = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
        try:
            return self.sealing.decrypt(nonce, text, place.encode())
        except (InvalidTag, ValueError):
            return None
