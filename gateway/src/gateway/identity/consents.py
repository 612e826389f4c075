"""Consents: in which version a person was told about their data, and agreed."""

import datetime
from dataclasses import dataclass
from typing import Any

from chassis.ids import new_id
from pymongo.database import Database

REMEMBERED = 50_000
"""Accounts of which this process knows that they agreed: a few megabytes."""


@dataclass(frozen=True)
class Consent:
    """The last word of an account on one version of the notice."""

    version: str
    is_given: bool
    at: datetime.datetime


MILLISECOND = datetime.timedelta(milliseconds=1)
"""The least by which the store tells two moments apart."""


class Consents:
    """Decisions are only added: which version, agreed or not, when."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self.rows = database["consents"]
        self.agreed: set[tuple[str, str]] = set()

    def create_indexes(self) -> None:
        """Make the index."""
        self.rows.create_index([("account", 1), ("at", 1)])

    def add_decision(self, account_id: str, version: str, *, is_given: bool) -> None:
        """The account agrees to this version, or declines it."""
        row = {"account": account_id, "version": version, "is_given": is_given}
        at = self._find_moment(account_id)
        self.rows.insert_one({"_id": new_id(), **row, "at": at})
        if not is_given:
            self.agreed.discard((account_id, version))

    def _find_moment(self, account_id: str) -> datetime.datetime:
        """Now, but behind the decision before: the last word is known by its moment."""
        now = datetime.datetime.now(datetime.UTC)
        last = self.rows.find_one({"account": account_id}, sort=[("at", -1)])
        return max(now, last["at"] + MILLISECOND) if last else now

    def find_decisions(self, account_id: str) -> list[Consent]:
        """All decisions of an account, the latest first."""
        rows = self.rows.find({"account": account_id}, sort=[("at", -1)])
        return [Consent(row["version"], row["is_given"], row["at"]) for row in rows]

    def has_agreed(self, account_id: str, version: str) -> bool:
        """Whether the account's last word on this version is yes.

        A yes is remembered here; who takes it back in another process is asked again
        at the latest with the next version.
        """
        if (account_id, version) in self.agreed:
            return True
        decisions = self.find_decisions(account_id)
        latest = next((d for d in decisions if d.version == version), None)
        if latest is None or not latest.is_given:
            return False
        if len(self.agreed) >= REMEMBERED:
            self.agreed.clear()
        self.agreed.add((account_id, version))
        return True
