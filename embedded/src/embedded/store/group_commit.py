"""Commands one after the other; those that queued meanwhile share one commit.

A commit waits for the disk. Whoever came while it waited joins the next transaction,
and is answered when that one is on the disk, so many writers cost few waits.
"""

import sqlite3
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
LARGEST_GROUP = 64
"""Twice the threads of a busy platform: nobody in it waits for a second group."""


class Group:
    """Commands of one transaction. `fault` is why it was not kept, if it was not."""

    def __init__(self) -> None:
        self.members = 0
        self.fault: sqlite3.Error | None = None
        self.is_settled = threading.Event()


class GroupCommit:
    """The transactions of one connection. `reload` follows a rollback."""

    def __init__(self, sql: sqlite3.Connection, reload: Callable[[], None]) -> None:
        self.sql, self.reload = sql, reload
        self.lock = threading.Lock()
        self.queue = threading.Lock()
        self.queued = 0
        self.group: Group | None = None

    def commit(self, work: Callable[[], T]) -> T:
        """Run `work` alone; its result, once what it wrote is kept.

        Raises sqlite3.Error if that was not to be; then nothing of its group is.
        """
        with self.queue:
            self.queued += 1
        with self.lock:
            with self.queue:
                self.queued -= 1
            group = self._join_group()
            try:
                result = work()
            except sqlite3.Error as error:
                self._fail_group(group, error)
                raise
            finally:
                if self.queued == 0 or group.members >= LARGEST_GROUP:
                    self._settle_group(group)
        group.is_settled.wait()
        if group.fault is not None:
            raise group.fault
        return result

    def _join_group(self) -> Group:
        if self.group is None:
            self.sql.execute("begin immediate")
            self.group = Group()
        self.group.members += 1
        return self.group

    def _settle_group(self, group: Group) -> None:
        if group.is_settled.is_set():
            return
        try:
            self.sql.execute("commit")
        except sqlite3.Error as error:
            self._fail_group(group, error)
            return
        self.group = None
        group.is_settled.set()

    def _fail_group(self, group: Group, error: sqlite3.Error) -> None:
        """Nothing of the group is kept; whoever waits for it is told."""
        try:
            if self.sql.in_transaction:
                self.sql.execute("rollback")
            self.reload()
        finally:
            self.group, group.fault = None, error
            group.is_settled.set()
