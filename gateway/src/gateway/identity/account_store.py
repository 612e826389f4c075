"""Accounts in the gateway's own database."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import mongoengine as me
from chassis.people.forgotten import ForgottenPeople
from chassis.storage.aggregates import (
    Aggregates,
    AlreadyExists,
    NotFound,
)
from chassis.storage.documents import Aggregate, aggregate_meta
from pymongo.errors import DuplicateKeyError

from gateway.identity.account import Account


class AccountDocument(Aggregate):
    """An account; logins and invitations are found by index."""

    meta = aggregate_meta(
        "gateway",
        "accounts",
        {"fields": ["login"], "unique": True},
        "invitation",
        "code",
        "person_id",
        "name",
        ("roles", "id"),
        ("branch_id", "id"),
        ("is_disabled", "id"),
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
    code = me.StringField()
    code_until = me.FloatField()
    attested_by = me.StringField()
    is_taken_up = me.BooleanField()


UNSET, NOT_TRUE = {"$in": ["", None]}, {"$in": [False, None]}
TAKEN_UP = {"$or": [{"secret": {"$gt": ""}}, {"is_taken_up": True}]}
NOT_TAKEN_UP = {"secret": UNSET, "is_taken_up": NOT_TRUE}
STATES: Mapping[str, Mapping[str, object]] = {
    "active": {"is_disabled": NOT_TRUE, **TAKEN_UP},
    "closed": {"$or": [{"is_disabled": True}, {**NOT_TAKEN_UP, "is_reset": True}]},
    "invited": {
        **NOT_TAKEN_UP,
        "is_disabled": NOT_TRUE,
        "is_reset": NOT_TRUE,
        "invited_until": {"$gt": 0},
    },
}
"""What `Account.state` says, as the store is asked for it."""
COUNTED = {"$count": "n"}
AT_ONCE = 500
"""Ids in one question: of 1,000 the embedded store would use no index."""


@dataclass(frozen=True)
class AccountCounts:
    """How many accounts can be signed in to, are disabled or reset, and wait for
    whom a letter invited."""

    active: int = 0
    closed: int = 0
    invited: int = 0


class StoredAccounts:
    """Accounts in the store, each changed under the version that was read."""

    def __init__(self, rows: Aggregates[Account]) -> None:
        self.rows = rows
        self.forgotten = ForgottenPeople(rows.collection.database)

    def get(self, id_: str) -> Account | None:
        """One account, or None."""
        try:
            return self.rows.get(id_)
        except NotFound:
            return None

    def get_by_login(self, login: str) -> Account | None:
        """The account of a login, or None."""
        return next(iter(self.rows.find({"login": login}, limit=1)), None)

    def get_by_invitation(self, hashed: str) -> Account | None:
        """The account an invitation is for, or None."""
        return next(iter(self.rows.find({"invitation": hashed}, limit=1)), None)

    def get_by_code(self, code: str) -> Account | None:
        """The account an activation code is for, by its pseudonym, or None."""
        return next(iter(self.rows.find({"code": code}, limit=1)), None)

    def create_account(self, account: Account) -> bool:
        """A new account is stored; False if the id or the login is taken, or its person
        was deleted meanwhile."""
        try:
            self.rows.add(account.id, account)
        except AlreadyExists:
            return False
        return not self._delete_forgotten([account])

    def create_many(self, accounts: Iterable[Account]) -> set[str]:
        """New accounts are stored; the ids of those whose id or login was taken, or
        whose person was deleted meanwhile."""
        new = list(accounts)
        taken = self.rows.add_many((account.id, account, ()) for account in new)
        return {*taken, *self._delete_forgotten(new)}

    def _delete_forgotten(self, stored: Sequence[Account]) -> set[str]:
        """Whoever is deleted while an account is made has none: those are deleted that
        came too late for it. Their ids."""
        ids = {account.person_id: account.id for account in stored if account.person_id}
        gone = {ids[person_id] for person_id in self.forgotten.find_begun(ids)}
        for id_ in gone:
            self.delete_account(id_)
        return gone

    def change(self, id_: str, decide: Callable[[Account], Account]) -> Account:
        """The account as decided, written under the version that was read."""
        return self.rows.change(id_, lambda account: (decide(account), ()))

    def void_invitations(self, hashes: Sequence[str]) -> None:
        """Invitations for which no letter leaves open nothing; their accounts wait for
        the first one. At most as many as one chunk has rows."""
        if hashes:
            self.rows.collection.update_many(
                {"invitation": {"$in": list(hashes)}},
                {
                    "$set": {"invitation": "", "invited_until": 0.0},
                    "$inc": {"version": 1},
                },
            )

    def change_login(self, id_: str, login: str) -> bool:
        """Whether the account has this login now; False where it is another's."""
        try:
            self.change(id_, lambda account: replace(account, login=login))
        except DuplicateKeyError:
            return False
        return True

    def delete_account(self, id_: str) -> None:
        """The account is there no more; it has no events."""
        self.rows.collection.delete_one({"_id": id_})

    def find_by_people(self, person_ids: Iterable[str]) -> list[Account]:
        """The accounts of these persons."""
        return self.rows.find({"person_id": {"$in": sorted(person_ids)}})

    def count_by_people(self, person_ids: Sequence[str]) -> AccountCounts:
        """The accounts of these persons, counted by how far they are."""
        facets = {name: [{"$match": of}, COUNTED] for name, of in STATES.items()}
        counts: Counter[str] = Counter()
        for start in range(0, len(person_ids), AT_ONCE):
            ids = list(person_ids[start : start + AT_ONCE])
            match = {"$match": {"person_id": {"$in": ids}}}
            [row] = self.rows.collection.aggregate([match, {"$facet": facets}])
            counts.update({name: int(row[name][0]["n"]) for name in row if row[name]})
        return AccountCounts(**counts)

    def find_names(self, ids: Iterable[str]) -> dict[str, str]:
        """The names of these accounts by their ids, as far as there are any."""
        wanted = sorted(ids)
        found = self.rows.find({"_id": {"$in": wanted}}) if wanted else []
        return {account.id: account.name for account in found}
