"""API keys of programs: made by a person, shown once, kept as a hash, never worth more
than what that person may do now."""

import datetime
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from chassis.ids import new_id
from pymongo.database import Database

from gateway.identity.account import ACTIVE, OFFICER, OPERATOR, STAFF, Account
from gateway.identity.key_scopes import SCOPES
from gateway.identity.sign_in import Visitor
from gateway.identity.tokens import hash_token, moment_in

MARK = "byk_"
"""Begins every key, so that one that leaked is recognised, by people and by programs
that look for secrets."""
NOTICED_AFTER_SECONDS = 60
"""A key's last use is written down once a minute, not with every chunk."""
SHOWN_AFTER_SECONDS = 90 * 24 * 3600
"""An expired or revoked key stays in the list a quarter: whose program stopped, sees
why."""
DAY_SECONDS = 24 * 3600.0
EVER = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


@dataclass(frozen=True)
class ApiKey:
    """A key as it is listed; its id is no secret. Moments are UTC.

    `account_id` is who made it, `branch_id` the branch for which it acts, if for one.
    `used` is None before its first use, `revoked` None while it is good.
    """

    id: str
    account_id: str
    name: str
    scope: str
    branch_id: str
    created: datetime.datetime
    until: datetime.datetime
    used: datetime.datetime | None = None
    revoked: datetime.datetime | None = None

    def is_live(self, now: datetime.datetime) -> bool:
        """Whether it is neither revoked nor past its time."""
        return self.revoked is None and self.until > now


def is_api_key(token: str) -> bool:
    """Whether a bearer token is meant as an API key."""
    return token.startswith(MARK)


class ApiKeys:
    """The keys there are; of each only the hash is kept."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self.rows = database["api_keys"]

    def create_indexes(self) -> None:
        """Make the indexes."""
        self.rows.create_index("account")
        self.rows.create_index("token", unique=True)
        self.rows.create_index("until", expireAfterSeconds=SHOWN_AFTER_SECONDS)

    def create_key(self, made: ApiKey) -> str:
        """A new key is kept; its token, which nobody can read again."""
        token = MARK + secrets.token_urlsafe(32)
        self.rows.insert_one(
            {
                "_id": made.id,
                "token": hash_token(token),
                "account": made.account_id,
                "name": made.name,
                "scope": made.scope,
                "branch": made.branch_id,
                "created": made.created,
                "until": made.until,
                "used": None,
                "revoked": None,
            }
        )
        return token

    def get(self, id_: str) -> ApiKey | None:
        """The key with this id, or None."""
        row = self.rows.find_one({"_id": id_})
        return _load_key(row) if row else None

    def get_by_token(self, token: str) -> ApiKey | None:
        """The live key of a token, or None; its use is noted."""
        row = self.rows.find_one({"token": hash_token(token)})
        now = moment_in(0)
        key = _load_key(row) if row else None
        if key is None or not key.is_live(now):
            return None
        if (now - (key.used or EVER)).total_seconds() >= NOTICED_AFTER_SECONDS:
            self.rows.update_one({"_id": key.id}, {"$set": {"used": now}})
        return key

    def find_by_account(self, account_id: str) -> list[ApiKey]:
        """The keys that an account made, the newest first."""
        found = [_load_key(row) for row in self.rows.find({"account": account_id})]
        return sorted(found, key=lambda key: key.created, reverse=True)

    def find_page(self, after: str, limit: int) -> tuple[list[ApiKey], str]:
        """So many keys of all accounts behind an id, and the id of the last if there
        are more."""
        rows = self.rows.find(
            {"_id": {"$gt": after}}, sort=[("_id", 1)], limit=limit + 1
        )
        found = [_load_key(row) for row in rows]
        return found[:limit], found[limit - 1].id if len(found) > limit else ""

    def revoke_key(self, id_: str) -> bool:
        """The key is worth nothing from now on; False if it was revoked before."""
        good = {"_id": id_, "revoked": None}
        done = self.rows.update_one(good, {"$set": {"revoked": moment_in(0)}})
        return done.matched_count == 1

    def has_live(self, account_id: str) -> bool:
        """Whether a key that the account made is good."""
        now = moment_in(0)
        return any(key.is_live(now) for key in self.find_by_account(account_id))

    def revoke_keys(self, account_id: str) -> None:
        """All keys that the account made are worth nothing from now on."""
        good = {"account": account_id, "revoked": None}
        self.rows.update_many(good, {"$set": {"revoked": moment_in(0)}})


def new_key(
    account_id: str, name: str, scope: str, branch_id: str, days: int
) -> ApiKey:
    """A key that is good for so many days."""
    now, until = moment_in(0), moment_in(days * DAY_SECONDS)
    return ApiKey(new_id(), account_id, name, scope, branch_id, now, until)


def narrow_account(key: ApiKey, maker: Account | None) -> Account | None:
    """Who a key speaks as: its maker, with what the scope leaves of what the maker may
    do now; None once that is nothing.

    A key of an officer acts for the branch that the officer had: with another branch,
    it is another officer's work. A key that staff made for a branch acts as one of its
    officers would.
    """
    scope = SCOPES.get(key.scope)
    if maker is None or scope is None or maker.state != ACTIVE:
        return None
    has = scope.roles.intersection(maker.roles)
    if STAFF in has and key.branch_id and OFFICER not in maker.roles:
        return _speak_as(maker, OFFICER, key.branch_id)
    if OFFICER in has and key.branch_id == maker.branch_id:
        return _speak_as(maker, OFFICER, key.branch_id)
    if OPERATOR in has:
        return _speak_as(maker, OPERATOR, "")
    if STAFF in has and not key.branch_id:
        return _speak_as(maker, STAFF, "")
    return None


def _speak_as(maker: Account, role: str, branch_id: str) -> Account:
    return replace(maker, roles=(role,), branch_id=branch_id, person_id="")


class KeyVisitors:
    """Visitors who bear an API key."""

    def __init__(
        self, keys: ApiKeys, get_account: Callable[[str], Account | None]
    ) -> None:
        self.keys, self.get_account = keys, get_account

    def get_visitor(self, token: str, method: str, path: str) -> tuple[Visitor, bool]:
        """The visitor of a key, a stranger if it is worth nothing; and whether its
        scope opens this."""
        key = self.keys.get_by_token(token)
        account = narrow_account(key, self.get_account(key.account_id)) if key else None
        if key is None or account is None:
            return Visitor(), False
        allowed = SCOPES[key.scope].can_call(method, path)
        return Visitor(account, session=f"key-{key.id}"), allowed


def _load_key(row: dict[str, Any]) -> ApiKey:
    return ApiKey(
        row["_id"],
        row["account"],
        row["name"],
        row["scope"],
        row["branch"],
        row["created"],
        row["until"],
        row["used"],
        row["revoked"],
    )
