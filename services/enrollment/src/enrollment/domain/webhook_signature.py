"""Signatures of webhook messages, as Standard Webhooks 1.0 has them."""

import base64
import hashlib
import hmac
from collections.abc import Sequence

PREFIX = "whsec_"
SECRET_BYTES = 32
"""Standard Webhooks wants 24 to 64; this is what SHA-256 has."""


def write_secret(raw: bytes) -> str:
    """A secret as its branch is told it."""
    return PREFIX + base64.b64encode(raw).decode()


def sign_message(
    secrets: Sequence[str], id_: str, timestamp: int, body: bytes
) -> dict[str, str]:
    """The headers of a message: its id, when it is sent, and a signature by each secret
    that is good now."""
    signed = f"{id_}.{timestamp}.".encode() + body
    signatures = " ".join(f"v1,{_sign_bytes(secret, signed)}" for secret in secrets)
    return {
        "webhook-id": id_,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signatures,
    }


def _sign_bytes(secret: str, signed: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    digest = hmac.new(key, signed, hashlib.sha256).digest()
    return base64.b64encode(digest).decode()
