"""How passwords are proven: by the hash that is stored, unless a directory has them."""

from typing import Protocol

from gateway.identity.account import Account
from gateway.identity.password_hashes import PasswordHashes


class PasswordProofs(Protocol):
    """Whether passwords are right, and whose are set here."""

    def is_password_of(self, account: Account | None, password: str) -> bool:
        """Whether the password is the account's; false for none, and as slow.

        Raises DirectoryAway, PasswordsBusy.
        """

    def require_own_password(self, account: Account) -> None:
        """Nothing for whoever sets a password here. Raises PasswordElsewhere."""


class HashProofs:
    """By the hash that is stored of each: without a directory everybody's is here."""

    def __init__(self, passwords: PasswordHashes) -> None:
        self.passwords = passwords

    def is_password_of(self, account: Account | None, password: str) -> bool:
        """Whether the password is the account's; false for none, and as slow."""
        return self.passwords.is_match(account.secret if account else "", password)

    def require_own_password(self, account: Account) -> None:
        """Nothing: everybody sets a password here."""
