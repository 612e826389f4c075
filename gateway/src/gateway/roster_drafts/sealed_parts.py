"""Parts of a draft at rest: packed, and sealed under a key of the gateway's own.

A roster names people with their phones and ID numbers; a copy of the database alone
tells nothing of them.
"""

import hashlib
import hmac
import secrets
import zlib

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12
"""What AES-GCM takes (NIST SP 800-38D, 8.2)."""
PACKING = 1
"""zlib's quickest level: text of a roster shrinks to a third by it already."""


class SealedParts:
    """Seals and unseals. Each part is bound to its place: none stands for another."""

    def __init__(self, secret: bytes) -> None:
        key = hmac.new(secret, b"roster-drafts/seal", hashlib.sha256).digest()
        self.sealing = AESGCM(key)

    def seal(self, place: str, content: bytes) -> bytes:
        """The content as it is stored at this place."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        packed = zlib.compress(content, PACKING)
        return nonce + self.sealing.encrypt(nonce, packed, place.encode())

    def unseal(self, place: str, sealed: bytes) -> bytes:
        """The content again. Raises InvalidTag if it is not what was sealed there."""
        nonce, text = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
        return zlib.decompress(self.sealing.decrypt(nonce, text, place.encode()))
