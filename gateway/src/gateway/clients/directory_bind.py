"""Passwords proven at an LDAP directory: found by one attribute, then bound as."""

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as Overdue
from dataclasses import dataclass

from chassis.telemetry.logs import logger

from gateway.clients.breaker import Breaker
from gateway.clients.directory_connection import (
    NOT_THEM,
    OK,
    DirectoryAddress,
    DirectoryConnection,
    DirectoryUnreachable,
    write_filter,
)
from gateway.identity.directory_passwords import AWAY, COME_BACK_SECONDS
from gateway.identity.errors import DirectoryAway, PasswordsBusy

AT_ONCE = 4
"""Binds, each in a thread of its own: a third of the places for passwords, so whoever
needs no directory finds one free while all of these wait for it."""
DEADLINE_SECONDS = 1.5
"""For the whole of a bind: with the hash before it a sign-in answers within two."""
BUSY = "现在登录的人太多：请过几秒再试"


@dataclass(frozen=True)
class EntrySearch:
    """How entries are found: below a base, by one attribute, among those of a filter.

    The reader may see them; it binds as `reader`.
    """

    base: str
    attribute: str
    condition: str
    reader: str
    reader_password: str


class LdapBind:
    """Binds at a directory, some at once, and leaves it alone while it is away."""

    def __init__(
        self,
        address: DirectoryAddress,
        search: EntrySearch,
        *,
        deadline_seconds: float = DEADLINE_SECONDS,
        breaker: Breaker | None = None,
    ) -> None:
        self.address, self.search = address, search
        self.deadline_seconds = deadline_seconds
        self.breaker, self.has_failed = breaker or Breaker(), False
        self.pool = ThreadPoolExecutor(AT_ONCE, "directory")
        self.places = threading.BoundedSemaphore(AT_ONCE)
        self.idle: queue.SimpleQueue[DirectoryConnection] = queue.SimpleQueue()

    def is_password_of(self, entry: str, password: str) -> bool | None:
        """Whether the password opens the one entry of this value; None if there is not
        exactly one.

        Raises DirectoryAway, PasswordsBusy.
        """
        if not self.breaker.can_ask():
            raise DirectoryAway(AWAY, COME_BACK_SECONDS)
        if not password:
            return False
        future = self._submit(lambda: self._prove(entry, password))
        if future is None:
            raise PasswordsBusy(BUSY, 2)
        try:
            return future.result(self.deadline_seconds)
        except (Overdue, DirectoryUnreachable) as fault:
            self._note_failure(fault)
            raise DirectoryAway(AWAY, COME_BACK_SECONDS) from fault

    def is_away(self) -> bool:
        """Whether it did not answer last time; then it is asked again beside, so that
        what is said of it stays true."""
        if self.has_failed and self.breaker.can_ask():
            self._submit(self._look)
        return self.has_failed

    def close(self) -> None:
        """No bind begins any more; those under way end, and so do all connections."""
        self.pool.shutdown()
        while not self.idle.empty():
            self.idle.get_nowait().close()

    def _submit(self, work: Callable[[], bool | None]) -> Future[bool | None] | None:
        """The work begins, in a place that it holds until its end; None without one."""
        if not self.places.acquire(blocking=False):
            return None
        future = self.pool.submit(work)
        future.add_done_callback(lambda _: self.places.release())
        return future

    def _look(self) -> bool:
        """Ask for nobody, to see whether the directory answers."""
        try:
            self._prove("", "nobody")
        except DirectoryUnreachable as fault:
            self._note_failure(fault)
        return not self.has_failed

    def _prove(self, entry: str, password: str) -> bool | None:
        """By a connection that is open, if it still is; else by a new one."""
        connection, is_new = self._take_connection()
        try:
            proven = self._search_and_bind(connection, entry, password)
        except DirectoryUnreachable:
            connection.close()
            if is_new:
                raise
            connection = DirectoryConnection(self.address)
            proven = self._search_and_bind(connection, entry, password)
        self.idle.put(connection)
        self.breaker.note_answer()
        self.has_failed = False
        return proven

    def _take_connection(self) -> tuple[DirectoryConnection, bool]:
        try:
            return self.idle.get_nowait(), False
        except queue.Empty:
            return DirectoryConnection(self.address), True

    def _search_and_bind(
        self, connection: DirectoryConnection, entry: str, password: str
    ) -> bool | None:
        """As the reader find the entry, then bind as it."""
        search = self.search
        code = connection.bind(search.reader, search.reader_password)
        if code != OK:
            raise DirectoryUnreachable(f"the reader is refused: result {code}")
        if not entry:
            return None
        condition = f"(&{search.condition}{write_filter(search.attribute, entry)})"
        found, _ = connection.find_page(search.base, condition, ["1.1"], at_once=2)
        if len(found) != 1:
            return None
        code = connection.bind(found[0].dn, password)
        if code != OK and code not in NOT_THEM:
            raise DirectoryUnreachable(f"the bind ends with result {code}")
        return code == OK

    def _note_failure(self, fault: Exception) -> None:
        self.has_failed = True
        self.breaker.note_failure()
        reason = f"{type(fault).__name__} {fault}".strip()
        logger().warning("directory_away", reason=reason)
