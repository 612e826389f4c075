"""Exports: all that is stored about a person, collected by a worker, for a day."""

import time
from dataclasses import dataclass
from typing import Any

import msgspec
from chassis.people.forgotten import ForgottenPeople
from chassis.storage.leases import claim_document
from contracts.http.holdings import HoldingsOut
from pymongo.database import Database

from gateway.identity.tokens import moment_in
from gateway.personal_data.collecting import PLACES, CollectHoldings
from gateway.roster_drafts.sealed_parts import SealedParts

EXPORT_SECONDS = 24 * 3600
"""Who asked for it fetches it the same day; personal data do not lie about longer."""
LEASE_SECONDS = 60.0
WAITING, READY = "waiting", "ready"
Collected = dict[str, HoldingsOut]


@dataclass(frozen=True)
class ExportState:
    """How far an export is: which services have answered."""

    state: str
    done: int

    @property
    def percent(self) -> int:
        """Of the services, those that have answered."""
        return 100 * self.done // len(PLACES)


class PersonExports:
    """One export an account; what is collected lies sealed."""

    def __init__(self, database: Database[dict[str, Any]], seals: SealedParts) -> None:
        self.rows, self.seals = database["person_exports"], seals
        self.forgotten = ForgottenPeople(database)

    def create_indexes(self) -> None:
        """Make the indexes."""
        self.rows.create_index("until", expireAfterSeconds=0)
        self.rows.create_index("account")
        self.rows.create_index("work_due")

    def ask_export(self, account_id: str, person_id: str) -> None:
        """The account's export is made, or made anew."""
        row = {
            "account": account_id,
            "person_id": person_id,
            "state": WAITING,
            "done": 0,
            "sealed": b"",
            "work_due": time.time(),
            "work_tries": 0,
            "until": moment_in(EXPORT_SECONDS),
        }
        self.rows.replace_one({"_id": account_id}, row, upsert=True)
        if self.forgotten.has_begun(account_id):
            self.rows.delete_one({"_id": account_id})

    def get_state(self, account_id: str) -> ExportState | None:
        """How far the account's export is, or None where there is none."""
        row = self.rows.find_one({"_id": account_id}, {"sealed": 0})
        return ExportState(row["state"], row["done"]) if row else None

    def get_collected(self, account_id: str) -> Collected | None:
        """What was collected, by service, or None while it is not ready."""
        row = self.rows.find_one({"_id": account_id, "state": READY})
        if row is None:
            return None
        plain = self.seals.unseal(_place_of(account_id), row["sealed"])
        return msgspec.json.decode(plain, type=Collected)

    def claim(self) -> dict[str, Any] | None:
        """The export that waits longest, leased to this worker."""
        return claim_document(self.rows, {"state": WAITING}, LEASE_SECONDS)

    def note_done(self, account_id: str, done: int) -> None:
        """So many services have answered."""
        self.rows.update_one({"_id": account_id}, {"$set": {"done": done}})

    def put_collected(self, account_id: str, collected: Collected) -> None:
        """It is ready."""
        sealed = self.seals.seal(_place_of(account_id), msgspec.json.encode(collected))
        ready = {"state": READY, "sealed": sealed, "work_due": None}
        self.rows.update_one({"_id": account_id, "state": WAITING}, {"$set": ready})


class MakeExports:
    """Collects for one export after the other; one that fails comes again."""

    def __init__(self, exports: PersonExports, collect: CollectHoldings) -> None:
        self.exports, self.collect = exports, collect

    def __call__(self) -> bool:
        """Make one; False if none waits. Raises the Problem of who does not answer."""
        waiting = self.exports.claim()
        if waiting is None:
            return False
        account_id, collected = waiting["_id"], Collected()
        for service, holdings in self.collect(waiting["person_id"]):
            collected[service] = holdings
            self.exports.note_done(account_id, len(collected))
        self.exports.put_collected(account_id, collected)
        return True


def _place_of(account_id: str) -> str:
    return f"export.{account_id}"
