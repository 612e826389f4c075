"""Password hashes (Argon2), made by four threads of their own behind a queue."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from gateway.identity.errors import PasswordsBusy
from gateway.identity.password_rules import plain_password

AT_ONCE = 4
"""Of the 19 MiB each thread takes, it may keep them: memory is bounded by their number.
Where the gateway is started MALLOC_MMAP_THRESHOLD_ has them given back."""
WAITING, KEPT_FOR_KNOWN = 8, 4
"""Who waits holds one of the gateway's 24 web threads: twelve stay free for pages. Four
of the places are for who proved something before, so strangers cannot fill them all."""
COME_BACK_SECONDS = 2
"""The queue is worked off many times in two seconds: a hash takes tens of ms."""


class PasswordHashes:
    """19 MiB and two passes a hash, after OWASP's password storage cheat sheet.

    Whoever has something hashed holds a place meanwhile, and for as long as it takes
    to find out whether it may: who finds none free is turned away at once.
    """

    def __init__(self, at_once: int = AT_ONCE, waiting: int = WAITING) -> None:
        self.hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
        self.pool = ThreadPoolExecutor(at_once, "passwords")
        self.places = threading.BoundedSemaphore(at_once + waiting)
        strangers = max(1, at_once + waiting - KEPT_FOR_KNOWN)
        self.strangers = threading.BoundedSemaphore(strangers)
        self.decoy = self.hash("nobody has this password")

    @contextmanager
    def hold_place(self, *, is_known: bool) -> Iterator[None]:
        """A place in the queue; some are kept for devices that signed in before.

        Raises PasswordsBusy.
        """
        with ExitStack() as held:
            if not is_known:
                held.enter_context(_take_place(self.strangers))
            held.enter_context(_take_place(self.places))
            yield

    def hash(self, password: str) -> str:
        """The hash to keep."""
        plain = plain_password(password)
        return self.pool.submit(self.hasher.hash, plain).result()

    def is_match(self, secret: str, password: str) -> bool:
        """Whether the password belongs to the hash; as slow for none as for one."""
        plain = plain_password(password)
        fits = self.pool.submit(self._is_hash_of, secret or self.decoy, plain).result()
        return fits and bool(secret)

    def _is_hash_of(self, secret: str, plain: str) -> bool:
        try:
            return self.hasher.verify(secret, plain)
        except (VerificationError, InvalidHashError):
            return False


@contextmanager
def _take_place(places: threading.BoundedSemaphore) -> Iterator[None]:
    if not places.acquire(blocking=False):
        raise PasswordsBusy("现在登录的人太多：请过几秒再试", COME_BACK_SECONDS)
    try:
        yield
    finally:
        places.release()
