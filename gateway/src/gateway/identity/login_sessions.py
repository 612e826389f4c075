"""Login sessions: their tokens, how long they last, and what is listed of them."""

import datetime
import secrets
from dataclasses import dataclass
from typing import Any

from pymongo.database import Database

from gateway.identity.tokens import hash_token, moment_in

NOTICED_AFTER_SECONDS = 60
"""A session's last use is written down once a minute, not with every segment."""


@dataclass(frozen=True)
class SessionTerm:
    """The seconds a login session lasts: unused, and at most."""

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
    """Login sessions of browsers and scripts; only the hash of a token is kept."""

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
        now = moment_in(0)
        row: dict[str, Any] = {
            "_id": hash_token(token),
            "account": account_id,
            "epoch": epoch,
            "network": network,
            "began": now,
            "seen": now,
            "idle": term.idle_seconds,
            "ends": moment_in(term.most_seconds),
            "until": moment_in(min(term.idle_seconds, term.most_seconds)),
        }
        self.rows.insert_one(row)
        return token, session_id(row["_id"])

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
        sessions = [_load_session(row) for row in rows if "ends" in row]
        return sorted(sessions, key=lambda session: session.seen, reverse=True)

    def delete_session(self, token: str) -> None:
        """The login session of this token is over."""
        self.rows.delete_one({"_id": hash_token(token)})

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
    )
