"""One-time codes: a few digits, sent and then answered where they were asked for."""

import secrets
from dataclasses import dataclass
from typing import Any

from chassis.people.forgotten import ForgottenPeople
from pymongo import ReturnDocument
from pymongo.database import Database

from gateway.identity.pseudonyms import Pseudonyms
from gateway.identity.tokens import hash_token, moment_in

DIGITS = 6
CODE_MINUTES = 10
"""Long enough for a slow mail, and it is what the message says."""
TRIES = 5
"""Wrong answers to one code: a guesser has five in a million, the owner may err."""


@dataclass(frozen=True)
class CodeRequest:
    """Who asked for a code, where it went, and what for. Without an account nothing was
    sent, and no code answers it. `login` is what was typed, which may be anybody's: it
    is known again, and not told. `taken` are the counts to give back to who answers."""

    purpose: str
    account_id: str
    address: str
    login: str = ""
    taken: tuple[str, ...] = ()


@dataclass(frozen=True)
class FreshCode:
    """A code to send, and the ticket of the browser that asked for it."""

    ticket: str
    code: str


class OneTimeCodes:
    """Codes in the store, each under the ticket of who asked for it.

    So nobody uses up, guesses or replaces the code that another has asked for. Of
    ticket, code and login only pseudonyms are stored: who types the phone of a stranger
    leaves it in no row that would not go with the stranger's account.
    """

    def __init__(self, database: Database[dict[str, Any]], names: Pseudonyms) -> None:
        self.rows, self.names = database["one_time_codes"], names
        self.forgotten = ForgottenPeople(database)

    def create_indexes(self) -> None:
        """Make the index."""
        self.rows.create_index("until", expireAfterSeconds=0)

    def create_code(self, asked: CodeRequest, ticket: str = "") -> FreshCode:
        """A fresh code. Under a ticket that was given before it is the only one: the
        newest wins."""
        ticket = ticket or secrets.token_urlsafe(24)
        code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
        row = {
            "purpose": asked.purpose,
            "account": asked.account_id,
            "address": asked.address,
            "login": self._hide_login(asked.login),
            "code": self._hide(ticket, code),
            "tries": 0,
            "until": moment_in(60 * CODE_MINUTES),
        }
        counts = {"taken": {"$each": list(asked.taken)}}
        self.rows.update_one(
            {"_id": hash_token(ticket)}, {"$set": row, "$push": counts}, upsert=True
        )
        if self.forgotten.has_begun(asked.account_id):
            self.delete_codes(ticket)
        return FreshCode(ticket, code)

    def get_request(self, ticket: str) -> CodeRequest | None:
        """What a ticket was given for, or None once it is past its time."""
        row = self.rows.find_one({"_id": hash_token(ticket)})
        return _load_request(row) if row and row["until"] > moment_in(0) else None

    def is_for(self, ticket: str, purpose: str, login: str) -> bool:
        """Whether a ticket that is not past its time was given for this login."""
        found = {"_id": hash_token(ticket), "purpose": purpose}
        row = self.rows.find_one({**found, "until": {"$gt": moment_in(0)}})
        return row is not None and row["login"] == self._hide_login(login)

    def take_code(self, ticket: str, purpose: str, code: str) -> CodeRequest | None:
        """What a right code was asked for, once; None for any other.

        A try is counted before the code is looked at.
        """
        row = self.rows.find_one_and_update(
            {
                "_id": hash_token(ticket),
                "purpose": purpose,
                "tries": {"$lt": TRIES},
                "until": {"$gt": moment_in(0)},
            },
            {"$inc": {"tries": 1}},
            return_document=ReturnDocument.AFTER,
        )
        if row is None or row["code"] != self._hide(ticket, code):
            return None
        taken = self.rows.delete_one({"_id": row["_id"], "code": row["code"]})
        return _load_request(row) if row["account"] and taken.deleted_count else None

    def delete_codes(self, ticket: str) -> None:
        """The code of this ticket is worth nothing."""
        self.rows.delete_one({"_id": hash_token(ticket)})

    def delete_by_account(self, account_id: str) -> None:
        """No code that was asked for until now opens this account."""
        self.rows.delete_many({"account": account_id})

    def _hide_login(self, login: str) -> str:
        return self.names.of("one-time-code", "login", login)

    def _hide(self, ticket: str, code: str) -> str:
        return self.names.of("one-time-code", ticket, code)


def plain_digits(written: str) -> str:
    """A code as somebody typed it, without blanks and width; empty if it is none."""
    digits = [sign for sign in written[: 4 * DIGITS] if not sign.isspace()]
    if len(digits) != DIGITS or not all(sign.isdecimal() for sign in digits):
        return ""
    return "".join(str(int(sign)) for sign in digits)


def _load_request(row: dict[str, Any]) -> CodeRequest:
    counts = tuple(row.get("taken", ()))
    return CodeRequest(row["purpose"], row["account"], row["address"], taken=counts)
