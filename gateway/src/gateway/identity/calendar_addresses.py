"""Addresses of calendar feeds: a secret of the account, of which a hash is kept.

A calendar program has no session: whoever knows the address reads the dates, so it is
shown once, replaced by its owner at any time, and worth nothing without the account.
"""

import secrets
from collections.abc import Callable
from typing import Any

from chassis.people.forgotten import ForgottenPeople
from pymongo.database import Database

from gateway.identity.account import ACTIVE, Account
from gateway.identity.errors import TooManyFeedReads
from gateway.identity.pseudonyms import Pseudonyms, site_of
from gateway.identity.tokens import hash_token, moment_in
from gateway.identity.tries import OverLimit, Tries

READS_OF_ONE = 60
"""Of one address in a quarter of an hour: programs of all one's devices read it a few
times an hour."""
MISSES_OF_ONE_PLACE = 30
"""Unknown addresses asked for from one place in a quarter of an hour."""
LONGEST = 100
"""A token has 43 characters; what is longer is not hashed."""
TOO_OFTEN = "日历读得太频繁：请把日历程序的刷新间隔调到一小时"


class CalendarAddresses:
    """One address an account, made anew whenever its owner wants."""

    def __init__(
        self,
        database: Database[dict[str, Any]],
        get_account: Callable[[str], Account | None],
        tries: Tries,
        names: Pseudonyms,
    ) -> None:
        self.rows = database["calendar_addresses"]
        self.forgotten = ForgottenPeople(database)
        self.get_account, self.tries, self.names = get_account, tries, names

    def create_indexes(self) -> None:
        """Make the indexes: by what is asked for, and by whose it is."""
        self.rows.create_index("token", unique=True)
        self.rows.create_index("account")

    def has_address(self, account_id: str) -> bool:
        """Whether the account has an address."""
        return self.rows.find_one({"_id": account_id}, {"_id": 1}) is not None

    def replace_token(self, account: Account) -> str:
        """The token of a new address; the one before is worth nothing. Nobody can read
        it again."""
        token = secrets.token_urlsafe(32)
        row = {
            "account": account.id,
            "token": hash_token(token),
            "made": moment_in(0),
        }
        self.rows.update_one({"_id": account.id}, {"$set": row}, upsert=True)
        if self.forgotten.find_begun({account.id, account.person_id}):
            self.delete_address(account.id)
        return token

    def delete_address(self, account_id: str) -> None:
        """The address is worth nothing; repeating it changes nothing."""
        self.rows.delete_one({"_id": account_id})

    def get_reader(self, token: str, address: str) -> Account | None:
        """The account whose calendar this token opens, or None. Raises
        TooManyFeedReads."""
        hashed = hash_token(token) if len(token) <= LONGEST else ""
        row = self.rows.find_one({"token": hashed}) if hashed else None
        if row is None:
            self._count(self.names.of("calendar-miss", site_of(address)), False)
            return None
        self._count(self.names.of("calendar", hashed), True)
        account = self.get_account(row["account"])
        return account if account is not None and account.state == ACTIVE else None

    def _count(self, key: str, is_known: bool) -> None:
        most = READS_OF_ONE if is_known else MISSES_OF_ONE_PLACE
        try:
            self.tries.count_tries([key], lambda _counts: {key: most})
        except OverLimit as over:
            raise TooManyFeedReads(TOO_OFTEN, over.retry_after) from over
