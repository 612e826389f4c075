"""Codes of an authenticator app (RFC 6238): six digits that change with time."""

import base64
import hmac
import secrets
from urllib.parse import quote

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

SECRET_BYTES, DIGITS, STEP_SECONDS = 20, 6, 30
"""RFC 4226, section 4, and what every app can do; many know neither another hash nor
other lengths, and pass over that they were asked for."""
STEPS_AROUND = 1
"""A phone's clock may be half a minute off; RFC 6238, 5.2, advises no more."""
GROUP = 4


def create_totp_secret() -> bytes:
    """A new secret."""
    return secrets.token_bytes(SECRET_BYTES)


def find_step(secret: bytes, digits: str, now: float, last_step: int) -> int | None:
    """The step of time that the code belongs to, after the last that was used."""
    app, present = _app_of(secret), int(now // STEP_SECONDS)
    for step in range(present - STEPS_AROUND, present + STEPS_AROUND + 1):
        code = app.generate(step * STEP_SECONDS)
        if hmac.compare_digest(code, digits.encode()) and step > last_step:
            return step
    return None


def make_code(secret: bytes, now: float) -> str:
    """The code of this moment, as an app shows it."""
    return _app_of(secret).generate(int(now)).decode()


def app_address(secret: bytes, login: str, site: str) -> str:
    """The address by which an app takes the secret from a QR code. What apps take for
    granted is left out: a smaller code is scanned sooner."""
    name = f"{quote(site)}:{quote(login)}"
    return f"otpauth://totp/{name}?secret={_base32(secret)}&issuer={quote(site)}"


def written_secret(secret: bytes) -> str:
    """The secret in groups, as it is typed into an app that has no camera."""
    text = _base32(secret)
    return " ".join(text[at : at + GROUP] for at in range(0, len(text), GROUP))


def _base32(secret: bytes) -> str:
    return base64.b32encode(secret).decode().rstrip("=")


def _app_of(secret: bytes) -> TOTP:
    return TOTP(secret, DIGITS, SHA1(), STEP_SECONDS)  # noqa: S303 - the apps' own
