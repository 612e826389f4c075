"""Opaque names for things: no order and no count to be read from them."""

import hashlib
import secrets

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def new_id(length: int = 20) -> str:
    """A fresh random id of lower-case letters and digits, five bits each."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def derived_id(*parts: str) -> str:
    """The same id for the same parts, so that a repeat makes nothing new."""
    digest = hashlib.sha256("\0".join(parts).encode()).digest()
    return "".join(ALPHABET[byte & 31] for byte in digest[:20])
