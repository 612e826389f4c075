"""Stream tokens: a path that plays one lecture for one session, for a while."""

import hashlib
import hmac
from dataclasses import dataclass

from media.domain.errors import StreamRefused

LIFE_SECONDS = 4 * 3600
"""Longer than most sittings; a player gets another one when it runs out."""
REPORT_LIFE_SECONDS = 24 * 3600
"""What was played under a token may be reported a day after it ran out: the reports of
a session that ended wait until the same person is back."""
STAFF = "staff"
"""The person of a token of somebody who is nobody's trainee."""


@dataclass(frozen=True)
class Grant:
    """A grant: who may stream which edition until when (epoch seconds)."""

    expires: int
    session: str
    person: str
    lecture_id: str
    edition: int


def token_for(secret: bytes, grant: Grant) -> str:
    """The token as it stands in the path."""
    text = f"{grant.expires}-{grant.session}-{grant.person}"
    return f"{text}-{_sign_text(secret, text, grant.lecture_id, grant.edition)}"


def read_token(secret: bytes, token: str, lecture_id: str, edition: int) -> Grant:
    """The grant of a token, run out or not. Raises StreamRefused for a forged one."""
    text, _, signature = token.rpartition("-")
    parts = text.split("-")
    wanted = _sign_text(secret, text, lecture_id, edition)
    if (
        len(parts) != 3
        or not token.isascii()
        or not hmac.compare_digest(wanted, signature)
        or not parts[0].isdecimal()
    ):
        raise StreamRefused("播放地址不对：请从课程页重新打开")
    return Grant(int(parts[0]), parts[1], parts[2], lecture_id, edition)


def require_unexpired(grant: Grant, now: float, grace: float = 0.0) -> None:
    """Raises StreamRefused, with how to get another, once it ran out this long ago."""
    if grant.expires + grace < now:
        raise StreamRefused("播放地址已过期：请刷新页面再看")


def _sign_text(secret: bytes, text: str, lecture_id: str, edition: int) -> str:
    signed = f"{text}/{lecture_id}/{edition}".encode()
    return hmac.new(secret, signed, hashlib.sha256).hexdigest()
