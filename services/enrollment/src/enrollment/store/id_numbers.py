"""ID numbers at rest: sealed under a key of enrolment's, found by a keyed hash."""

import base64
import hashlib
import hmac
import secrets

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12
"""What AES-GCM takes (NIST SP 800-38D, 8.2)."""
SEALED = "s1:"
"""Begins every sealed number, so that a later way of sealing is told apart."""


class IdNumbers:
    """Seals, unseals and hashes ID numbers with keys made from one secret."""

    def __init__(self, secret: bytes) -> None:
        self.sealing = AESGCM(_derive_key(secret, b"id-number/seal"))
        self.hashing = _derive_key(secret, b"id-number/find")

    def search_key(self, number: str) -> str:
        """What a number is found by."""
        return hmac.new(self.hashing, number.encode(), hashlib.sha256).hexdigest()

    def seal(self, number: str) -> str:
        """The number as it is kept; none stays none."""
        if not number:
            return ""
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = nonce + self.sealing.encrypt(nonce, number.encode(), None)
        return SEALED + base64.urlsafe_b64encode(sealed).decode()

    def unseal(self, stored: str) -> str:
        """The number again."""
        if not stored:
            return ""
        sealed = base64.urlsafe_b64decode(stored.removeprefix(SEALED))
        nonce, text = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
        return self.sealing.decrypt(nonce, text, None).decode()


def _derive_key(secret: bytes, purpose: bytes) -> bytes:
    return hmac.new(secret, purpose, hashlib.sha256).digest()
