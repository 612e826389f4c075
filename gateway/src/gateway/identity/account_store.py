"""Accounts in the gateway's own database."""

from collections.abc import Callable, Iterable

import mongoengine as me
from chassis.storage.aggregates import (
    Aggregates,
    AlreadyExists,
    NotFound,
)
from chassis.storage.documents import Aggregate, aggregate_meta

from gateway.identity.account import Account


class AccountDocument(Aggregate):
    """An account; logins and invitations are found by index."""

    meta = aggregate_meta(
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
    """Accounts in the store, each changed under the version that was read."""

    def __init__(self, rows: Aggregates[Account]) -> None:
        self.rows = rows

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

    def create_account(self, account: Account) -> bool:
        """A new account is stored; False if the id or the login is taken."""
        try:
            self.rows.add(account.id, account)
        except AlreadyExists:
            return False
        return True

    def create_many(self, accounts: Iterable[Account]) -> set[str]:
        """New accounts are stored; the ids of those whose id or login was taken."""
        return self.rows.add_many((account.id, account, ()) for account in accounts)

    def change(self, id_: str, decide: Callable[[Account], Account]) -> Account:
        """The account as decided, written under the version that was read."""
        return self.rows.change(id_, lambda account: (decide(account), ()))

    def find_by_people(self, person_ids: Iterable[str]) -> list[Account]:
        """The accounts of these persons."""
        return self.rows.find({"person_id": {"$in": sorted(person_ids)}})

    def find_names(self, ids: Iterable[str]) -> dict[str, str]:
        """The names of these accounts by their ids, as far as there are any."""
        wanted = sorted(ids)
        found = self.rows.find({"_id": {"$in": wanted}}) if wanted else []
        return {account.id: account.name for account in found}
