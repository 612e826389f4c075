"""Sign-ins under way at a provider: begun here by a browser, not yet come back."""

import secrets
from dataclasses import dataclass
from typing import Any

from pymongo.database import Database

from gateway.identity.providers.port import Challenge
from gateway.identity.pseudonyms import Pseudonyms
from gateway.identity.tokens import hash_token, moment_in

PENDING_SECONDS = 600
"""To find one's password, or to scan a code with another device."""


@dataclass(frozen=True)
class PendingSignIn:
    """What a sign-in was begun for. `account` is who wants to be connected, or empty;
    `taken` are the tries that it counts as until it succeeds."""

    provider: str
    next: str
    account: str = ""
    taken: tuple[str, ...] = ()


class PendingSignIns:
    """Stores them by the hash of their state, for one browser each, to be taken once.

    Nonce and verifier are derived from state and the browser's token under a key: so
    nothing is stored by which somebody could go on with a sign-in.
    """

    def __init__(self, database: Database[dict[str, Any]], names: Pseudonyms) -> None:
        self.rows, self.names = database["pending_sign_ins"], names

    def create_indexes(self) -> None:
        """Make the index."""
        self.rows.create_index("until", expireAfterSeconds=0)

    def create_pending(
        self, pending: PendingSignIn, browser: str, redirect_uri: str
    ) -> Challenge:
        """A sign-in begins in a browser: what it proves itself by."""
        state = secrets.token_urlsafe(32)
        row = {
            "_id": hash_token(state),
            "browser": hash_token(browser),
            "provider": pending.provider,
            "next": pending.next,
            "account": pending.account,
            "taken": list(pending.taken),
            "until": moment_in(PENDING_SECONDS),
        }
        self.rows.insert_one(row)
        return self._challenge(state, browser, redirect_uri)

    def take_pending(
        self, provider: str, state: str, browser: str, redirect_uri: str
    ) -> tuple[PendingSignIn, Challenge] | None:
        """What this browser began at this provider, once; None for anything else."""
        mine = {"_id": hash_token(state), "browser": hash_token(browser)}
        row = self.rows.find_one_and_delete({**mine, "provider": provider})
        if row is None or row["until"] <= moment_in(0):
            return None
        pending = PendingSignIn(
            row["provider"], row["next"], row["account"], tuple(row["taken"])
        )
        return pending, self._challenge(state, browser, redirect_uri)

    def _challenge(self, state: str, browser: str, redirect_uri: str) -> Challenge:
        parts = (state, browser)
        first, second = (self.names.of(f"verifier-{n}", *parts) for n in (1, 2))
        nonce = self.names.of("nonce", *parts)
        return Challenge(state, nonce, first + second, redirect_uri)
