"""Challenges: what an authenticator signs, so that nothing signed earlier counts.

A challenge carries its last moment and a seal that binds it to a purpose and to whom it
was given, so none is stored for whoever merely opens a page. One that was answered is
written down until its time is over: it counts once.
"""

import hashlib
import hmac
import secrets
import struct
import time
from collections.abc import Callable
from typing import Any

from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from gateway.identity.tokens import moment_in
from gateway.second_factor.errors import PasskeyRefused

CHALLENGE_SECONDS = 30 * 60
"""A page to sign in at stands open over a meeting."""
NONCE_BYTES, SEAL_BYTES = 16, 32
MOMENT = struct.Struct(">Q")
LAPSED = "通行密钥的验证过期了或已用过：请再按一次按钮"


class Challenges:
    """Gives challenges out and takes each back once."""

    def __init__(
        self,
        database: Database[dict[str, Any]],
        key: bytes,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.rows, self.now = database["used_challenges"], now
        self.key = hmac.new(key, b"second-factors/challenge", hashlib.sha256).digest()

    def create_indexes(self) -> None:
        """Make the index."""
        self.rows.create_index("until", expireAfterSeconds=0)

    def create_challenge(self, purpose: str, whom: str) -> bytes:
        """A challenge for this purpose, and for nobody else to answer."""
        until = MOMENT.pack(int(self.now()) + CHALLENGE_SECONDS)
        head = until + secrets.token_bytes(NONCE_BYTES)
        return head + self._seal(purpose, whom, head)

    def check_challenge(self, purpose: str, whom: str, challenge: bytes) -> None:
        """Raises PasskeyRefused for one that was not given so, or too long ago."""
        head, seal = challenge[:-SEAL_BYTES], challenge[-SEAL_BYTES:]
        is_ours = hmac.compare_digest(seal, self._seal(purpose, whom, head))
        if not is_ours or len(head) != MOMENT.size + NONCE_BYTES:
            raise PasskeyRefused(LAPSED)
        (until,) = MOMENT.unpack_from(head)
        if until < self.now():
            raise PasskeyRefused(LAPSED)

    def spend(self, challenge: bytes) -> None:
        """It was answered and counts no more. Raises PasskeyRefused the second time."""
        id_ = hashlib.sha256(challenge).hexdigest()
        try:
            row = {"_id": id_, "until": moment_in(2 * CHALLENGE_SECONDS)}
            self.rows.insert_one(row)
        except DuplicateKeyError as taken:
            raise PasskeyRefused(LAPSED) from taken

    def _seal(self, purpose: str, whom: str, head: bytes) -> bytes:
        text = b"\0".join((purpose.encode(), whom.encode(), head))
        return hmac.new(self.key, text, hashlib.sha256).digest()
