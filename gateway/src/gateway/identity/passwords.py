"""Argon2 hashes, made by four threads of their own behind a bounded queue."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from gateway.identity.errors import PasswordsBusy
from gateway.identity.password_rules import plain_password

T = TypeVar("T")
AT_ONCE = 4
"""Each thread keeps its 19 MiB once taken, so memory is bounded by their number."""
WAITING, KEPT_FOR_KNOWN = 8, 4
"""Who waits holds one of the gateway's 24 web threads: twelve stay free for pages. Four
of the places are for who proved something before, so strangers cannot fill them all."""
COME_BACK_SECONDS = 2


class Passwords:
    """19 MiB and two passes a hash, after OWASP's password storage cheat sheet."""

    def __init__(self, at_once: int = AT_ONCE, waiting: int = WAITING) -> None:
        self.hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
        self.pool = ThreadPoolExecutor(at_once, thread_name_prefix="passwords")
        self.places = threading.BoundedSemaphore(at_once + waiting)
        strangers = max(1, at_once + waiting - KEPT_FOR_KNOWN)
        self.strangers = threading.BoundedSemaphore(strangers)
        self.decoy = self._in_pool(lambda: self.hasher.hash("nobody has this password"))

    def hash(self, password: str) -> str:
        """The hash to keep. Raises PasswordsBusy."""
        return self._in_pool(lambda: self.hasher.hash(plain_password(password)))

    def fits(self, secret: str, password: str, *, is_known: bool = False) -> bool:
        """Whether the password belongs to the hash; as slow for none as for one.

        `is_known`: asked by a device that signed in before. Raises PasswordsBusy.
        """
        if is_known:
            fits = self._in_pool(lambda: self._verify(secret, password))
        else:
            with _place_in(self.strangers):
                fits = self._in_pool(lambda: self._verify(secret, password))
        return fits and bool(secret)

    def _verify(self, secret: str, password: str) -> bool:
        try:
            return self.hasher.verify(secret or self.decoy, plain_password(password))
        except (VerificationError, InvalidHashError):
            return False

    def _in_pool(self, work: Callable[[], T]) -> T:
        with _place_in(self.places):
            return self.pool.submit(work).result()


@contextmanager
def _place_in(places: threading.BoundedSemaphore) -> Iterator[None]:
    if not places.acquire(blocking=False):
        raise PasswordsBusy("现在登录的人太多：请过几秒再试", COME_BACK_SECONDS)
    try:
        yield
    finally:
        places.release()
