"""Passwords of accounts from a directory are proven there, those of others here."""

import random
import time
from collections import deque
from collections.abc import Callable
from typing import Protocol

from gateway.identity.account import Account
from gateway.identity.directory_entries import DirectoryEntries
from gateway.identity.errors import DirectoryAway, PasswordElsewhere
from gateway.identity.password_hashes import PasswordHashes

REMEMBERED = 64
"""Binds whose time is known: some minutes of a morning."""
FIRST_SECONDS = 0.01
"""Taken for the time of a bind before there was one."""
COME_BACK_SECONDS = 5
"""As long as a directory that was away is left alone."""
AWAY = (
    "单位目录现在没有回答：用单位密码登录的人请过一会儿再试，其他人请核对登录名和密码"
)

ELSEWHERE = "这个账号用单位目录的密码登录：请在单位里修改密码"


class DirectoryBind(Protocol):
    """The directory, as passwords are proven there."""

    def is_password_of(self, entry: str, password: str) -> bool | None:
        """Whether the password opens the one entry of this value; None if there is not
        exactly one. Raises DirectoryAway, PasswordsBusy."""

    def is_away(self) -> bool:
        """Whether it did not answer last time."""


class DirectoryPasswords:
    """Proves passwords. Who fails cannot tell which accounts are from the directory.

    The hash is worked for everybody. Who fails without a bind waits as long as one of
    the last binds that failed took, and while the directory is away all who fail are
    told so. A password that was set here opens nothing while the account's entry is
    noted: who is locked out there is locked out here.
    """

    def __init__(
        self,
        passwords: PasswordHashes,
        entries: DirectoryEntries,
        directory: DirectoryBind,
        pause: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.passwords, self.entries, self.directory = passwords, entries, directory
        self.pause, self.clock = pause, clock
        self.times = deque([FIRST_SECONDS], REMEMBERED)

    def is_password_of(self, account: Account | None, password: str) -> bool:
        """Whether the password is the account's.

        Raises DirectoryAway, PasswordsBusy.
        """
        person_id = account.person_id if account else ""
        entry = self.entries.get_entry(person_id)
        secret = account.secret if account and not entry else ""
        fits = self.passwords.is_match(secret, password)
        began = self.clock()
        if entry:
            proven = self.directory.is_password_of(entry, password)
            if proven is False:
                self.times.append(self.clock() - began)
            if proven is not None:
                return proven
        elif fits:
            return True
        elif self.directory.is_away():
            raise DirectoryAway(AWAY, COME_BACK_SECONDS)
        usual = random.choice(self.times)  # noqa: S311 - a time, no secret
        self.pause(max(0.0, usual - (self.clock() - began)))
        return False

    def require_own_password(self, account: Account) -> None:
        """Nothing for whoever sets a password here. Raises PasswordElsewhere."""
        if self.entries.get_entry(account.person_id):
            raise PasswordElsewhere(ELSEWHERE)
