"""Argon2 hashes, a few at a time so that memory stays bounded."""

import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

AT_ONCE = 4


class Passwords:
    """19 MiB and two passes a hash, after OWASP's password storage cheat sheet."""

    def __init__(self) -> None:
        self.hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
        self.turn = threading.BoundedSemaphore(AT_ONCE)
        self.decoy = self.hasher.hash("nobody has this password")

    def hash(self, password: str) -> str:
        """The hash to keep."""
        with self.turn:
            return self.hasher.hash(password)

    def fits(self, secret: str, password: str) -> bool:
        """Whether the password belongs to the hash; as slow for none as for one."""
        with self.turn:
            try:
                self.hasher.verify(secret or self.decoy, password)
            except (VerificationError, InvalidHashError):
                return False
        return bool(secret)
