"""Login sessions that began at a provider: so that both can be ended together."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidTag
from pymongo.database import Database

from gateway.identity.providers.port import EndedAtProvider, ProviderClaims
from gateway.identity.pseudonyms import Pseudonyms
from gateway.identity.tokens import hash_token, moment_in
from gateway.roster_drafts.sealed_parts import SealedParts

STORED_SECONDS = 31 * 24 * 3600
"""Longer than any login session lasts."""


@dataclass(frozen=True)
class ProviderSession:
    """What ends a login session at the provider where it began."""

    provider: str
    id_token: str


class ProviderSessions:
    """Stores which login session, by its hash, began in which session of a provider.

    Subject and sid are pseudonyms; the ID token, which names its person, is sealed.
    """

    def __init__(
        self,
        database: Database[dict[str, Any]],
        names: Pseudonyms,
        sealing: SealedParts,
    ) -> None:
        self.rows, self.names = database["provider_sessions"], names
        self.sealing = sealing

    def create_indexes(self) -> None:
        """Make the indexes."""
        self.rows.create_index("until", expireAfterSeconds=0)
        self.rows.create_index("sid")
        self.rows.create_index("subject")

    def add_session(
        self, token: str, account_id: str, provider: str, claims: ProviderClaims
    ) -> None:
        """The account's login session of this token began at this provider."""
        id_ = hash_token(token)
        sealed = self.sealing.seal(id_, claims.id_token.encode())
        row = {
            "_id": id_,
            "account": account_id,
            "provider": provider,
            "subject": self._pseudonym("subject", provider, claims.subject),
            "sid": self._pseudonym("sid", provider, claims.sid) if claims.sid else "",
            "id_token": sealed if claims.id_token else b"",
            "until": moment_in(STORED_SECONDS),
        }
        self.rows.insert_one(row)

    def take_session(self, first_hash: str) -> ProviderSession | None:
        """Where the login session began that this hash began by, once; None if here."""
        row = self.rows.find_one_and_delete({"_id": first_hash})
        if row is None or not row["id_token"]:
            return None
        try:
            id_token = self.sealing.unseal(row["_id"], row["id_token"])
        except InvalidTag:
            return None
        return ProviderSession(row["provider"], id_token.decode())

    def take_ended(self, provider: str, ended: EndedAtProvider) -> Sequence[str]:
        """The hashes of the login sessions that end with those at the provider."""
        name = "sid" if ended.sid else "subject"
        value = self._pseudonym(name, provider, ended.sid or ended.subject)
        found = [row["_id"] for row in self.rows.find({name: value}, {"_id": 1})]
        self.rows.delete_many({"_id": {"$in": found}})
        return found

    def _pseudonym(self, what: str, provider: str, value: str) -> str:
        return self.names.of(f"provider-{what}", provider, value)
