"""Login sessions: their tokens, how long they last, and what is listed of them."""

import datetime
import secrets
from dataclasses import dataclass
from typing import Any

from chassis.people.forgotten import ForgottenPeople
from pymongo.database import Database

from gateway.identity.tokens import hash_token, moment_in

NEVER = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
NOTICED_AFTER_SECONDS = 60
"""A session's last use is written down once a minute, not with every segment."""
HALF_SECONDS = 10 * 60
"""Time to find the phone, start its app and type six digits, and to set it up."""


@dataclass(frozen=True)
class SessionTerm:
    """The seconds a login session lasts: unused, and at most."""

    idle_seconds: int
    most_seconds: int


@dataclass(frozen=True)
class Begun:
    """A login session as it begins: whose, for how long, from where, on what.

    One that `stays` outlives the closing of its browser; one that `is_half` waits for a
    second factor, and this is what it is to become.
    """

    account_id: str
    epoch: int
    term: SessionTerm
    network: str = ""
    device_name: str = ""
    stays: bool = False
    is_half: bool = False


@dataclass(frozen=True)
class LoginSession:
    """A login session as it is listed; its id is no secret. Moments are UTC.

    `proven` is when the person last proved to be the one, `device_name` the browser and
    system as it names itself. One that `is_half` lets nobody in.
    """

    id: str
    account_id: str
    epoch: int
    began: datetime.datetime
    seen: datetime.datetime
    until: datetime.datetime
    network: str
    device_name: str = ""
    stays: bool = False
    proven: datetime.datetime = NEVER
    is_half: bool = False


class LoginSessions:
    """Login sessions of browsers and scripts; only the hash of a token is kept."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self.rows, self.forgotten = database["sessions"], ForgottenPeople(database)

    def create_indexes(self) -> None:
        """Make the indexes."""
        self.rows.create_index("until", expireAfterSeconds=0)
        self.rows.create_index("account")
        self.rows.create_index("half")

    def create_session(self, begun: Begun) -> tuple[str, str]:
        """A new session: its token, and its id. Of an account that was deleted
        meanwhile nothing is stored, and the token is worth nothing."""
        token = secrets.token_urlsafe(32)
        now, whole = moment_in(0), begun.term
        term = SessionTerm(HALF_SECONDS, HALF_SECONDS) if begun.is_half else whole
        row: dict[str, Any] = {
            "_id": hash_token(token),
            "account": begun.account_id,
            "epoch": begun.epoch,
            "network": begun.network,
            "device": begun.device_name,
            "stays": begun.stays,
            "began": now,
            "proven": now,
            "seen": now,
            "idle": term.idle_seconds,
            "ends": moment_in(term.most_seconds),
            "until": moment_in(min(term.idle_seconds, term.most_seconds)),
        }
        if begun.is_half:
            row["whole"] = [whole.idle_seconds, whole.most_seconds]
        self.rows.insert_one(row)
        if self.forgotten.has_begun(begun.account_id):
            self.rows.delete_one({"_id": row["_id"]})
        return token, session_id(row["_id"])

    def finish_session(self, token: str) -> str | None:
        """The token of the whole session in place of a half one; None if that is over.

        Of any number of tries one gets it."""
        half = self.rows.find_one({"_id": hash_token(token)})
        if half is None or "whole" not in half:
            return None
        if self.rows.delete_one({"_id": half["_id"]}).deleted_count == 0:
            return None
        term = SessionTerm(*half["whole"])
        account, epoch, network = half["account"], half["epoch"], half["network"]
        begun = Begun(account, epoch, term, network, half["device"], half["stays"])
        whole, _ = self.create_session(begun)
        began_as = {"$set": {"half": half["_id"]}}
        self.rows.update_one({"_id": hash_token(whole)}, began_as)
        return whole

    def get_first_hash(self, token: str) -> str:
        """The hash by which the session of this token began: of its half, if it had."""
        hashed = hash_token(token)
        row = self.rows.find_one({"_id": hashed}) or {}
        return str(row.get("half", hashed))

    def get_by_token(self, token: str) -> LoginSession | None:
        """The live session of a token, or None. Using it keeps it from being idle."""
        row = self.rows.find_one({"_id": hash_token(token)})
        now = moment_in(0)
        if row is None or "ends" not in row or row["until"] <= now:
            return None
        if (now - row["seen"]).total_seconds() >= NOTICED_AFTER_SECONDS:
            until = min(row["ends"], moment_in(row["idle"]))
            used = {"$set": {"seen": now, "until": until}}
            self.rows.update_one({"_id": row["_id"]}, used)
        return _load_session(row)

    def find_by_account(self, account_id: str) -> list[LoginSession]:
        """The live sessions of an account, the latest used first."""
        rows = self.rows.find({"account": account_id, "until": {"$gt": moment_in(0)}})
        whole = (row for row in rows if "ends" in row and "whole" not in row)
        sessions = [_load_session(row) for row in whole]
        return sorted(sessions, key=lambda session: session.seen, reverse=True)

    def note_proof(self, token: str) -> None:
        """Who uses the session has just proved to be the one."""
        self.rows.update_one(
            {"_id": hash_token(token)}, {"$set": {"proven": moment_in(0)}}
        )

    def delete_by_id(self, account_id: str, id_: str) -> bool:
        """Whether the account had a login session of this id, which is over now."""
        hashes = [
            row["_id"] for row in self.rows.find({"account": account_id}, ["_id"])
        ]
        found = [hashed for hashed in hashes if session_id(hashed) == id_]
        ended = self.rows.delete_many({"_id": {"$in": found}})
        return ended.deleted_count > 0

    def delete_session(self, token: str) -> None:
        """The login session of this token is over."""
        self.rows.delete_one({"_id": hash_token(token)})

    def delete_begun(self, first_hash: str) -> None:
        """The login session that began by this hash is over, half or whole."""
        self.rows.delete_one({"_id": first_hash})
        self.rows.delete_many({"half": first_hash})

    def delete_sessions(self, account_id: str, but: str = "") -> int:
        """The account's sessions are over, except that of the token `but`: how many."""
        ended = self.rows.delete_many(
            {"account": account_id, "_id": {"$nin": [hash_token(but)]}}
        )
        return ended.deleted_count


def session_id(token_hash: str) -> str:
    """A session's id, which names it and is worth nothing, from what is kept of it."""
    return token_hash[:24]


def _load_session(row: dict[str, Any]) -> LoginSession:
    return LoginSession(
        session_id(row["_id"]),
        row["account"],
        row["epoch"],
        row["began"],
        row["seen"],
        row["until"],
        row["network"],
        row.get("device", ""),
        row.get("stays", False),
        row.get("proven", NEVER),
        "whole" in row,
    )
