"""Secrets at rest, sealed under a key of enrolment's made for one purpose."""

import base64
import hashlib
import hmac
import secrets

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12
"""What AES-GCM takes (NIST SP 800-38D, 8.2)."""
SEALED = "s1:"
"""Begins everything sealed, so that a later way of sealing is told apart."""


class Sealing:
    """Seals and unseals texts for one purpose."""

    def __init__(self, secret: bytes, purpose: bytes) -> None:
        self.cipher = AESGCM(derive_key(secret, purpose))

    def seal(self, text: str) -> str:
        """The text as it is kept; none stays none."""
        if not text:
            return ""
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = nonce + self.cipher.encrypt(nonce, text.encode(), None)
        return SEALED + base64.urlsafe_b64encode(sealed).decode()

    def unseal(self, stored: str) -> str:
        """The text again."""
        if not stored:
            return ""
        sealed = base64.urlsafe_b64decode(stored.removeprefix(SEALED))
        nonce, text = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
        return self.cipher.decrypt(nonce, text, None).decode()


def derive_key(secret: bytes, purpose: bytes) -> bytes:
    """A key of its own for each purpose."""
    return hmac.new(secret, purpose, hashlib.sha256).digest()
