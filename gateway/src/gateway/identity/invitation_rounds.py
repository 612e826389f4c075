"""Rounds of invitations: all of a branch who have not taken up their accounts."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from chassis.storage.leases import claim_document
from pymongo import ReturnDocument
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

RUNNING, DONE, STOPPED = "running", "done", "stopped"
REST_SECONDS = 60.0
"""Between two rounds of a branch: as long as a letter may be under way."""
LEASE_SECONDS = 60.0
"""How soon another worker goes on where one died; a page takes a second or two."""
COUNTS = (
    "people",
    "active",
    "mailed",
    "messaged",
    "recent",
    "no_address",
    "limited",
    "closed",
)


@dataclass(frozen=True)
class InvitationRound:
    """A branch's latest round: how far it is, and what became of people so far.

    `by` is the account that asked for it. `cursor` is where the next page begins, and
    `page_began` when that page was first tried, 0 before it: who was invited since
    then was invited by this round, in a try that died. `people` are all that were
    looked at: `active` have their accounts, `mailed` and `messaged` got a letter,
    `recent` had got one just before, for `no_address` there is no address, for
    `limited` no room today, `closed` are disabled or reset. `tries` are those of the
    page.
    """

    branch_id: str
    by: str
    began: float
    state: str = RUNNING
    reason: str = ""
    cursor: str = ""
    page_began: float = 0.0
    tries: int = 0
    people: int = 0
    active: int = 0
    mailed: int = 0
    messaged: int = 0
    recent: int = 0
    no_address: int = 0
    limited: int = 0
    closed: int = 0


class InvitationRounds:
    """The latest round of each branch, in the gateway's database."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self.rows = database["invitation_rounds"]

    def create_indexes(self) -> None:
        """Make the index."""
        self.rows.create_index([("state", 1), ("work_due", 1)])

    def create_round(self, branch_id: str, by: str) -> InvitationRound | None:
        """A new round of the branch; None while one runs, or just after it began."""
        now = time.time()
        begun = InvitationRound(branch_id, by, now)
        row = _to_row(begun) | {"work_due": now, "work_tries": 0}
        ended = {
            "_id": branch_id,
            "state": {"$in": [DONE, STOPPED]},
            "began": {"$lte": now - REST_SECONDS},
        }
        if self.rows.find_one_and_update(ended, {"$set": row}) is not None:
            return begun
        try:
            self.rows.insert_one({"_id": branch_id} | row)
        except DuplicateKeyError:
            return None
        return begun

    def get_round(self, branch_id: str) -> InvitationRound | None:
        """The latest round of a branch, or None."""
        row = self.rows.find_one({"_id": branch_id})
        return _from_row(row) if row else None

    def claim_round(self) -> InvitationRound | None:
        """A round that runs and that nobody works on, with a moment for its page."""
        row = claim_document(self.rows, {"state": RUNNING}, LEASE_SECONDS)
        if row is None:
            return None
        if not row["page_began"]:
            marked = self.rows.find_one_and_update(
                {"_id": row["_id"], "work_tries": row["work_tries"]},
                {"$set": {"page_began": time.time()}},
                return_document=ReturnDocument.AFTER,
            )
            return _from_row(marked) if marked else None
        return _from_row(row)

    def note_page(
        self, done: InvitationRound, counts: Mapping[str, int], cursor: str
    ) -> None:
        """A page is done, and with an empty cursor the round; not if another worker
        has taken it over meanwhile."""
        now = {
            "cursor": cursor,
            "page_began": 0.0,
            "state": RUNNING if cursor else DONE,
            "work_due": time.time(),
        }
        self.rows.update_one(self._as_claimed(done), {"$set": now, "$inc": counts})

    def put_off(self, tried: InvitationRound, seconds: float) -> None:
        """The same page is tried again so many seconds later."""
        later = {"work_due": time.time() + seconds}
        self.rows.update_one(self._as_claimed(tried), {"$set": later})

    def stop_round(self, stopped: InvitationRound, reason: str) -> None:
        """The round ends before its end, for this reason."""
        now = {"state": STOPPED, "reason": reason}
        self.rows.update_one(self._as_claimed(stopped), {"$set": now})

    def _as_claimed(self, claimed: InvitationRound) -> dict[str, Any]:
        return {"_id": claimed.branch_id, "work_tries": claimed.tries}


def _to_row(round_: InvitationRound) -> dict[str, Any]:
    row: dict[str, Any] = msgspec.to_builtins(round_)
    del row["branch_id"], row["tries"]
    return row


def _from_row(row: Mapping[str, Any]) -> InvitationRound:
    given = {**row, "branch_id": row["_id"], "tries": row["work_tries"]}
    return msgspec.convert(given, InvitationRound)
