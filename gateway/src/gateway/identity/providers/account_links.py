"""Links: which account a subject of a provider signs in to."""

import datetime
from dataclasses import dataclass
from typing import Any

from chassis.people.forgotten import ForgottenPeople
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from gateway.identity.providers.settings import ProviderSettings
from gateway.identity.pseudonyms import Pseudonyms
from gateway.identity.tokens import moment_in

BY_CLAIMS, BY_OWNER, BY_STAFF = "claims", "owner", "staff"
"""Who made a link: what the provider said, the account's owner, or the college."""


@dataclass(frozen=True)
class AccountLink:
    """The link of an account with a provider: made how, when, and last used when."""

    account_id: str
    provider: str
    made_by: str
    made_at: datetime.datetime
    used_at: datetime.datetime


class AccountLinks:
    """Links under the pseudonym of issuer and subject.

    A subject has one account, and an account one subject of a provider: who takes over
    somebody's phone is not let in as the one before.
    """

    def __init__(self, database: Database[dict[str, Any]], names: Pseudonyms) -> None:
        self.rows, self.names = database["account_links"], names
        self.forgotten = ForgottenPeople(database)

    def create_indexes(self) -> None:
        """Make the indexes."""
        self.rows.create_index("owner", unique=True)
        self.rows.create_index("account")

    def get_link(self, provider: ProviderSettings, subject: str) -> AccountLink | None:
        """The link of a subject, or None."""
        row = self.rows.find_one({"_id": self._id(provider, subject)})
        return _load_link(row) if row else None

    def create_link(
        self, provider: ProviderSettings, subject: str, account_id: str, made_by: str
    ) -> bool:
        """The subject signs in to this account from now on; False if either of the two
        is linked with another. A link that is there is as its last maker made it."""
        id_, now = self._id(provider, subject), moment_in(0)
        row: dict[str, Any] = {
            "_id": id_,
            "owner": _owner(provider.name, account_id),
            "provider": provider.name,
            "account": account_id,
            "made_by": made_by,
            "made": now,
            "used": now,
        }
        try:
            self.rows.insert_one(row)
        except DuplicateKeyError:
            same = {"_id": id_, "owner": row["owner"]}
            made = {"$set": {"made_by": made_by, "made": now}}
            return self.rows.update_one(same, made).matched_count == 1
        if self.forgotten.has_begun(account_id):
            self.delete_links(account_id)
        return True

    def note_use(self, provider: ProviderSettings, subject: str) -> None:
        """The subject signed in by its link."""
        used = {"$set": {"used": moment_in(0)}}
        self.rows.update_one({"_id": self._id(provider, subject)}, used)

    def find_links(self, account_id: str) -> list[AccountLink]:
        """All links of an account, by provider."""
        rows = self.rows.find({"account": account_id}, sort=[("provider", 1)])
        return [_load_link(row) for row in rows]

    def delete_link(self, account_id: str, provider: str) -> bool:
        """The account is linked with this provider no more; whether it was."""
        owner = _owner(provider, account_id)
        return self.rows.delete_one({"owner": owner}).deleted_count == 1

    def delete_links(self, account_id: str) -> None:
        """The account is linked with no provider any more."""
        self.rows.delete_many({"account": account_id})

    def _id(self, provider: ProviderSettings, subject: str) -> str:
        return self.names.of("provider-subject", provider.issuer_id, subject)


def _owner(provider: str, account_id: str) -> str:
    return f"{provider}.{account_id}"


def _load_link(row: dict[str, Any]) -> AccountLink:
    return AccountLink(
        row["account"], row["provider"], row["made_by"], row["made"], row["used"]
    )
