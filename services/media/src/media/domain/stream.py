"""Stream tokens: a path that plays one lecture for one session, for a while."""

import hashlib
import hmac
from dataclasses import dataclass

from media.domain.errors import StreamRefused

LIFE_SECONDS = 4 * 3600


@dataclass(frozen=True)
class Grant:
    """Who may stream which lecture until when (epoch seconds)."""

    expires: int
    session: str
    person: str
    lecture_id: str


def token_for(secret: bytes, grant: Grant) -> str:
    """The token as it stands in the path."""
    said = f"{grant.expires}-{grant.session}-{grant.person}"
    return f"{said}-{_signature(secret, said, grant.lecture_id)}"


def grant_of(secret: bytes, token: str, lecture_id: str, now: float) -> Grant:
    """What the token grants. Raises StreamRefused, with how to get another."""
    said, _, signature = token.rpartition("-")
    parts = said.split("-")
    wanted = _signature(secret, said, lecture_id)
    if (
        len(parts) != 3
        or not token.isascii()
        or not hmac.compare_digest(wanted, signature)
    ):
        raise StreamRefused("播放地址不对：请从课程页重新打开")
    if not parts[0].isdecimal() or int(parts[0]) < now:
        raise StreamRefused("播放地址已过期：请刷新页面再看")
    return Grant(int(parts[0]), parts[1], parts[2], lecture_id)


def _signature(secret: bytes, said: str, lecture_id: str) -> str:
    text = f"{said}/{lecture_id}".encode()
    return hmac.new(secret, text, hashlib.sha256).hexdigest()
