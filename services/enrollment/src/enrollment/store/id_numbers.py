"""ID numbers at rest: sealed under a key of enrolment's, found by a keyed hash."""

import hashlib
import hmac

from enrollment.store.sealing import Sealing, derive_key


class IdNumbers(Sealing):
    """Seals, unseals and hashes ID numbers with keys made from one secret."""

    def __init__(self, secret: bytes) -> None:
        super().__init__(secret, b"id-number/seal")
        self.hashing = derive_key(secret, b"id-number/find")

    def search_key(self, number: str) -> str:
        """What a number is found by."""
        return hmac.new(self.hashing, number.encode(), hashlib.sha256).hexdigest()
