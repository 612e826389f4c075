"""The gateway's own database: accounts, sessions, wrong tries."""

import datetime
import hashlib
import secrets
from collections.abc import Callable, Iterable
from typing import Any

import mongoengine as me
from chassis.storage.aggregates import (
    Aggregates,
    AlreadyThere,
    NotThere,
)
from chassis.storage.documents import Aggregate, kept_in
from pymongo import ReturnDocument
from pymongo.database import Database

from gateway.identity.account import Account

SESSION_SECONDS = 12 * 3600
TRIES_SECONDS = 15 * 60


class AccountDocument(Aggregate):
    """An account; logins and invitations are found by index."""

    meta = kept_in(
        "gateway",
        "accounts",
        {"fields": ["login"], "unique": True},
        "invitation",
        "person_id",
    )
    login = me.StringField(required=True, max_length=200)
    name = me.StringField(max_length=200)
    roles = me.ListField(me.StringField())
    person_id = me.StringField()
    branch_id = me.StringField()
    secret = me.StringField()
    invitation = me.StringField()
    invited_until = me.FloatField()


class StoredAccounts:
    """Accounts."""

    def __init__(self, rows: Aggregates[Account]) -> None:
        self.rows = rows

    def get(self, id_: str) -> Account | None:
        """One account, or None."""
        try:
            return self.rows.get(id_)
        except NotThere:
            return None

    def by_login(self, login: str) -> Account | None:
        """The account of a login, or None."""
        return next(iter(self.rows.find({"login": login}, limit=1)), None)

    def by_invitation(self, hashed: str) -> Account | None:
        """The account an invitation is for, or None."""
        return next(iter(self.rows.find({"invitation": hashed}, limit=1)), None)

    def add(self, account: Account) -> bool:
        """Put a new one; False if the id or the login is taken."""
        try:
            self.rows.add(account.id, account)
        except AlreadyThere:
            return False
        return True

    def add_many(self, accounts: Iterable[Account]) -> set[str]:
        """Put new ones in bulk; ids of those whose id or login was taken."""
        return self.rows.add_many((account.id, account, ()) for account in accounts)

    def change(self, id_: str, decide: Callable[[Account], Account]) -> Account:
        """Read, decide, write under the version that was read."""
        return self.rows.change(id_, lambda account: (decide(account), ()))

    def of_people(self, person_ids: Iterable[str]) -> list[Account]:
        """The accounts of these persons."""
        return self.rows.find({"person_id": {"$in": sorted(person_ids)}})


class Sessions:
    """Browser and script sessions; only the hash of a token is kept."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self.rows = database["sessions"]
        self.tries = database["tries"]

    def declare(self) -> None:
        """Make the indexes."""
        self.rows.create_index("until", expireAfterSeconds=0)
        self.tries.create_index("until", expireAfterSeconds=0)

    def begin(self, account_id: str) -> tuple[str, str]:
        """A new session: its token, and its id, which is no secret."""
        token = secrets.token_urlsafe(32)
        until = _in(SESSION_SECONDS)
        session = hashed(token)[:24]
        self.rows.insert_one(
            {"_id": hashed(token), "account": account_id, "until": until}
        )
        return token, session

    def account_of(self, token: str) -> tuple[str, str] | None:
        """The account id and session id of a live token, or None."""
        row = self.rows.find_one({"_id": hashed(token)})
        if row is None or row["until"] < datetime.datetime.now(datetime.UTC):
            return None
        return row["account"], hashed(token)[:24]

    def end(self, token: str) -> None:
        """The token is worth nothing from now on."""
        self.rows.delete_one({"_id": hashed(token)})

    def count_try(self, login: str) -> int:
        """Note a wrong password: how many there were in this quarter of an hour."""
        now = datetime.datetime.now(datetime.UTC)
        key = f"{hashed(login)[:24]}.{int(now.timestamp()) // TRIES_SECONDS}"
        row = self.tries.find_one_and_update(
            {"_id": key},
            {"$inc": {"count": 1}, "$setOnInsert": {"until": _in(2 * TRIES_SECONDS)}},
            upsert=True,
            return_document=ReturnDocument.AFTER,
        )
        return int(row["count"]) if row else 1

    def tries_of(self, login: str) -> int:
        """How many wrong passwords there were in this quarter of an hour."""
        now = datetime.datetime.now(datetime.UTC)
        key = f"{hashed(login)[:24]}.{int(now.timestamp()) // TRIES_SECONDS}"
        row = self.tries.find_one({"_id": key})
        return int(row["count"]) if row else 0


def hashed(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def _in(seconds: float) -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=seconds)
