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

    def get_by_login(self, login: str) -> Account | None:
        """The account of a login, or None."""
        return next(iter(self.rows.find({"login": login}, limit=1)), None)

    def get_by_invitation(self, hashed: str) -> Account | None:
        """The account an invitation is for, or None."""
        return next(iter(self.rows.find({"invitation": hashed}, limit=1)), None)

    def create_account(self, account: Account) -> bool:
        """Put a new one; False if the id or the login is taken."""
        try:
            self.rows.add(account.id, account)
        except AlreadyThere:
            return False
        return True

    def create_many(self, accounts: Iterable[Account]) -> set[str]:
        """Put new ones in bulk; ids of those whose id or login was taken."""
        return self.rows.add_many((account.id, account, ()) for account in accounts)

    def change(self, id_: str, decide: Callable[[Account], Account]) -> Account:
        """Read, decide, write under the version that was read."""
        return self.rows.change(id_, lambda account: (decide(account), ()))

    def find_by_people(self, person_ids: Iterable[str]) -> list[Account]:
        """The accounts of these persons."""
        return self.rows.find({"person_id": {"$in": sorted(person_ids)}})


@dataclass(frozen=True)
class SessionTerm:
    """How long a login session lasts: unused, and at most."""

    idle_seconds: int
    most_seconds: int


@dataclass(frozen=True)
class LoginSession:
    """A login session as it is listed; its id is no secret. Moments are UTC."""

    id: str
    account_id: str
    epoch: int
    began: datetime.datetime
    seen: datetime.datetime
    until: datetime.datetime
    network: str


class LoginSessions:
    """Browser and script sessions; only the hash of a token is kept."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self.rows = database["sessions"]

    def create_indexes(self) -> None:
        """Make the indexes."""
        self.rows.create_index("until", expireAfterSeconds=0)
        self.rows.create_index("account")

    def create_session(
        self, account_id: str, epoch: int, term: SessionTerm, network: str = ""
    ) -> tuple[str, str]:
        """A new session: its token, and its id."""
        token = secrets.token_urlsafe(32)
        now = _moment_in(0)
        row: dict[str, Any] = {
            "_id": hash_token(token),
            "account": account_id,
            "epoch": epoch,
            "network": network,
            "began": now,
            "seen": now,
            "idle": term.idle_seconds,
            "ends": _moment_in(term.most_seconds),
            "until": _moment_in(min(term.idle_seconds, term.most_seconds)),
        }
        self.rows.insert_one(row)
        return token, session_id(row["_id"])

    def get_by_token(self, token: str) -> LoginSession | None:
        """The live session of a token, or None. Using it keeps it from being idle."""
        row = self.rows.find_one({"_id": hash_token(token)})
        now = _moment_in(0)
        if row is None or "ends" not in row or row["until"] <= now:
            return None
        if (now - row["seen"]).total_seconds() >= NOTICED_AFTER_SECONDS:
            until = min(row["ends"], _moment_in(row["idle"]))
            used = {"$set": {"seen": now, "until": until}}
            self.rows.update_one({"_id": row["_id"]}, used)
        return _load_session(row)

    def find_by_account(self, account_id: str) -> list[LoginSession]:
        """The live sessions of an account, the latest used first."""
        rows = self.rows.find({"account": account_id, "until": {"$gt": _moment_in(0)}})
        sessions = [_load_session(row) for row in rows if "ends" in row]
        return sorted(sessions, key=lambda session: session.seen, reverse=True)

    def delete_session(self, token: str) -> None:
        """The token is worth nothing from now on."""
        self.rows.delete_one({"_id": hash_token(token)})

    def delete_sessions(self, account_id: str, but: str = "") -> int:
        """End an account's sessions, except that of the token `but`: how many."""
        ended = self.rows.delete_many(
            {"account": account_id, "_id": {"$nin": [hash_token(but)]}}
        )
        return ended.deleted_count


class KnownDevices:
    """Which devices an account signed in from; only the hash of a token is kept.

    A device has one token for all who sign in on it.
    """

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self.rows = database["devices"]

    def create_indexes(self) -> None:
        """Make the indexes."""
        self.rows.create_index("until", expireAfterSeconds=0)
        self.rows.create_index("device")
        self.rows.create_index("account")

    def is_known(self, token: str, account_id: str) -> bool:
        """Whether that account signed in from this device before."""
        if not token:
            return False
        row = self.rows.find_one({"_id": f"{hash_token(token)}.{account_id}"})
        return row is not None and bool(row["until"] > _moment_in(0))

    def remember_device(self, token: str, account_id: str) -> str:
        """The account signed in from this device: the token it keeps from now on.

        A token that was not given out here is replaced, so nobody can plant one.
        """
        device = hash_token(token)
        if not token or self.rows.find_one({"device": device}) is None:
            token = secrets.token_urlsafe(32)
            device = hash_token(token)
        row = {
            "device": device,
            "account": account_id,
            "until": _moment_in(DEVICE_SECONDS),
        }
        self.rows.update_one(
            {"_id": f"{device}.{account_id}"}, {"$set": row}, upsert=True
        )
        return token

    def delete_devices(self, account_id: str) -> None:
        """No device is known to the account any more."""
        self.rows.delete_many({"account": account_id})


def hash_token(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def session_id(token_hash: str) -> str:
    """A session's id, which names it and is worth nothing, from what is kept of it."""
    return token_hash[:24]


def _load_session(row: dict[str, Any]) -> LoginSession:
    return LoginSession(
        session_id(row["_id"]), row["account"], row["epoch"], row["began"],
        row["seen"], row["until"], row["network"],
    )  # fmt: skip


def _moment_in(seconds: float) -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=seconds)
