"""The gateway's own database: accounts, login sessions, known devices."""

import datetime
import hashlib
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import mongoengine as me
from chassis.storage.aggregates import (
    Aggregates,
    AlreadyThere,
    NotThere,
)
from chassis.storage.documents import Aggregate, kept_in
from pymongo.database import Database

from gateway.identity.account import Account

DEVICE_SECONDS = 180 * 24 * 3600
"""A device that signed in within half a year is known; a term of classes is shorter."""
NOTICED_AFTER_SECONDS = 60
"""A session's last use is written down once a minute, not with every segment."""


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
    email = me.StringField()
    is_disabled = me.BooleanField()
    epoch = me.IntField()
    is_reset = me.BooleanField()


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


@dataclass(frozen=True)
class Term:
    """How long a login session lasts: unused, and at most."""

    idle_seconds: int
    most_seconds: int


@dataclass(frozen=True)
class Session:
    """A login session as it is listed; its id is no secret. Moments are UTC."""

    id: str
    account_id: str
    epoch: int
    began: datetime.datetime
    seen: datetime.datetime
    until: datetime.datetime
    network: str


class Sessions:
    """Browser and script sessions; only the hash of a token is kept."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self.rows = database["sessions"]

    def declare(self) -> None:
        """Make the indexes."""
        self.rows.create_index("until", expireAfterSeconds=0)
        self.rows.create_index("account")

    def begin(
        self, account_id: str, epoch: int, term: Term, network: str = ""
    ) -> tuple[str, str]:
        """A new session: its token, and its id."""
        token = secrets.token_urlsafe(32)
        now = _in(0)
        row: dict[str, Any] = {
            "_id": hashed(token),
            "account": account_id,
            "epoch": epoch,
            "network": network,
            "began": now,
            "seen": now,
            "idle": term.idle_seconds,
            "ends": _in(term.most_seconds),
            "until": _in(min(term.idle_seconds, term.most_seconds)),
        }
        self.rows.insert_one(row)
        return token, session_id(row["_id"])

    def of_token(self, token: str) -> Session | None:
        """The live session of a token, or None. Using it keeps it from being idle."""
        row = self.rows.find_one({"_id": hashed(token)})
        now = _in(0)
        if row is None or "ends" not in row or row["until"] <= now:
            return None
        if (now - row["seen"]).total_seconds() >= NOTICED_AFTER_SECONDS:
            until = min(row["ends"], _in(row["idle"]))
            used = {"$set": {"seen": now, "until": until}}
            self.rows.update_one({"_id": row["_id"]}, used)
        return _session(row)

    def of_account(self, account_id: str) -> list[Session]:
        """The live sessions of an account, the latest used first."""
        rows = self.rows.find({"account": account_id, "until": {"$gt": _in(0)}})
        found = [_session(row) for row in rows if "ends" in row]
        return sorted(found, key=lambda session: session.seen, reverse=True)

    def end(self, token: str) -> None:
        """The token is worth nothing from now on."""
        self.rows.delete_one({"_id": hashed(token)})

    def end_all(self, account_id: str, but: str = "") -> int:
        """End an account's sessions, except that of the token `but`: how many."""
        ended = self.rows.delete_many(
            {"account": account_id, "_id": {"$nin": [hashed(but)]}}
        )
        return ended.deleted_count


class Devices:
    """Which devices an account signed in from; only the hash of a token is kept.

    A device has one token for all who sign in on it.
    """

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self.rows = database["devices"]

    def declare(self) -> None:
        """Make the indexes."""
        self.rows.create_index("until", expireAfterSeconds=0)
        self.rows.create_index("device")
        self.rows.create_index("account")

    def knows(self, token: str, account_id: str) -> bool:
        """Whether that account signed in from this device before."""
        if not token:
            return False
        row = self.rows.find_one({"_id": f"{hashed(token)}.{account_id}"})
        return row is not None and bool(row["until"] > _in(0))

    def remember(self, token: str, account_id: str) -> str:
        """The account signed in from this device: the token it keeps from now on.

        A token that was not given out here is replaced, so nobody can plant one.
        """
        device = hashed(token)
        if not token or self.rows.find_one({"device": device}) is None:
            token = secrets.token_urlsafe(32)
            device = hashed(token)
        row = {"device": device, "account": account_id, "until": _in(DEVICE_SECONDS)}
        self.rows.update_one(
            {"_id": f"{device}.{account_id}"}, {"$set": row}, upsert=True
        )
        return token

    def forget(self, account_id: str) -> None:
        """No device is known to the account any more."""
        self.rows.delete_many({"account": account_id})


def hashed(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def session_id(kept: str) -> str:
    """A session's id, which names it and is worth nothing, from what is kept of it."""
    return kept[:24]


def _session(row: dict[str, Any]) -> Session:
    return Session(
        session_id(row["_id"]), row["account"], row["epoch"], row["began"],
        row["seen"], row["until"], row["network"],
    )  # fmt: skip


def _in(seconds: float) -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=seconds)
