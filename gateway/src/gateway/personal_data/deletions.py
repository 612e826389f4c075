"""Deletions: who asked for whose, when it is due, and what stayed and why."""

import datetime
import secrets
import time
from dataclasses import dataclass, field
from typing import Any

from chassis.ids import new_id
from chassis.storage.leases import claim_document
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from gateway.identity.tokens import hash_token

ASKED, RUNNING, DONE, CANCELLED = "asked", "running", "done", "cancelled"
OPEN = (ASKED, RUNNING)
LEASE_SECONDS = 60.0
MOST_SHOWN = 100
"""Of the latest, on the page of staff."""


@dataclass(frozen=True)
class StayingRows:
    """What stays after a deletion: where, how many rows of what kind, and why."""

    service: str
    kind: str
    rows: int
    why: str


@dataclass(frozen=True)
class Deletion:
    """A person's deletion. Moments are UTC; ids only, no name.

    `asked_by` is the account that asked, `is_own` if that is the person's.
    """

    id: str
    person_id: str
    asked_by: str
    is_own: bool
    reason: str
    asked_at: datetime.datetime
    due: datetime.datetime
    state: str
    done_at: datetime.datetime | None = None
    report: tuple[StayingRows, ...] = field(default=())

    @property
    def can_cancel(self) -> bool:
        """Whether it is only asked for."""
        return self.state == ASKED


class Deletions:
    """One open deletion a person; closed ones stay as the proof."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self.rows = database["deletions"]

    def create_indexes(self) -> None:
        """Make the indexes."""
        self.rows.create_index("open", unique=True)
        for name in ("person_id", "token", "work_due", "asked_at"):
            self.rows.create_index(name)

    def ask_deletion(
        self, person_id: str, asked_by: str, reason: str, wait_seconds: float
    ) -> tuple[Deletion, str]:
        """The open deletion of a person, and the token by which anybody who has it sees
        how it stands; asked for again it has a new token and its old day."""
        token = secrets.token_urlsafe(24)
        now = datetime.datetime.now(datetime.UTC)
        due = now + datetime.timedelta(seconds=wait_seconds)
        new: dict[str, Any] = {
            "_id": new_id(),
            "open": f"open.{person_id}",
            "person_id": person_id,
            "token": hash_token(token),
            "asked_by": asked_by,
            "is_own": asked_by == person_id,
            "reason": reason,
            "asked_at": now,
            "due": due,
            "state": ASKED,
            "work_due": due.timestamp(),
            "work_tries": 0,
        }
        try:
            self.rows.insert_one(new)
        except DuplicateKeyError:
            open_one, fresh = {"open": new["open"]}, {"token": new["token"]}
            self.rows.update_one(open_one, {"$set": fresh})
        row = self.rows.find_one({"token": new["token"]})
        return _load_deletion(row or new), token

    def get_by_token(self, token: str) -> Deletion | None:
        """The deletion of a token, or None."""
        row = self.rows.find_one({"token": hash_token(token)})
        return _load_deletion(row) if row else None

    def get_by_person(self, person_id: str) -> Deletion | None:
        """The person's latest deletion, or None."""
        row = self.rows.find_one({"person_id": person_id}, sort=[("asked_at", -1)])
        return _load_deletion(row) if row else None

    def find_latest(self) -> list[Deletion]:
        """The latest ones."""
        rows = self.rows.find({}, sort=[("asked_at", -1)], limit=MOST_SHOWN)
        return [_load_deletion(row) for row in rows]

    def cancel(self, deletion_id: str) -> bool:
        """Cancel what is only asked for; whether it was."""
        cancelled = self.rows.update_one(
            {"_id": deletion_id, "state": ASKED},
            {"$set": {"state": CANCELLED, "work_due": None, "open": deletion_id}},
        )
        return cancelled.matched_count == 1

    def claim(self) -> Deletion | None:
        """The deletion that is due, leased to this worker, and running from now on."""
        row = claim_document(self.rows, {"state": {"$in": list(OPEN)}}, LEASE_SECONDS)
        if row is None:
            return None
        running = self.rows.update_one(
            {"_id": row["_id"], "state": {"$in": list(OPEN)}},
            {"$set": {"state": RUNNING}},
        )
        return _load_deletion(row) if running.matched_count else None

    def wait_for_services(self, deletion_id: str, seconds: float) -> None:
        """Look again soon: some service has not forgotten yet."""
        due = {"$set": {"work_due": time.time() + seconds}}
        self.rows.update_one({"_id": deletion_id, "state": RUNNING}, due)

    def complete(self, deletion_id: str, report: list[StayingRows]) -> None:
        """It is done, and this is what stayed."""
        done = {
            "state": DONE,
            "work_due": None,
            "open": deletion_id,
            "done_at": datetime.datetime.now(datetime.UTC),
            "report": [vars(row) for row in report],
        }
        self.rows.update_one({"_id": deletion_id, "state": RUNNING}, {"$set": done})


def _load_deletion(row: dict[str, Any]) -> Deletion:
    return Deletion(
        id=row["_id"],
        person_id=row["person_id"],
        asked_by=row["asked_by"],
        is_own=row["is_own"],
        reason=row["reason"],
        asked_at=row["asked_at"],
        due=row["due"],
        state=row["state"],
        done_at=row.get("done_at"),
        report=tuple(StayingRows(**line) for line in row.get("report", ())),
    )
