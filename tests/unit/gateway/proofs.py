"""Second factors and connections of accounts in memory, for those who manage them."""

import datetime
import json
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any, cast

from gateway.identity.providers.account_links import AccountLink, AccountLinks
from gateway.identity.providers.manage_links import ManageLinks
from gateway.identity.providers.settings import load_providers
from gateway.identity.security_events import SecurityEvents
from gateway.second_factor.change_factors import ResetFactors
from gateway.second_factor.factor_store import StoredFactors
from gateway.second_factor.factors import Passkey, SecondFactors

from tests.unit.gateway.identity import Identity

THEN = datetime.datetime(2026, 11, 20, 8, tzinfo=datetime.UTC)
WRITTEN = {
    "name": "zong", "label": {"zh": "总工会平台", "en": "Union"},
    "issuer": "https://a.example", "client_id": "biyong", "client_secret_file": "/s",
}  # fmt: skip


@dataclass
class MemoryFactors:
    """Second factors by account."""

    rows: dict[str, SecondFactors] = field(default_factory=dict)

    def get(self, account_id: str) -> SecondFactors:
        return self.rows.get(account_id, SecondFactors(account_id))

    def delete(self, account_id: str) -> bool:
        return self.rows.pop(account_id, None) is not None

    def set_up(self, account_id: str) -> None:
        """The account has an app, a passkey and two codes."""
        passkey = Passkey("k1", b"c", b"p", 0, "手机", THEN)
        factors = SecondFactors(account_id).with_totp(b"sealed", 1, THEN)
        factors = factors.with_passkey(passkey)
        self.rows[account_id] = replace(factors, recovery=("a", "b"))


@dataclass
class MemoryLinks:
    """Links of accounts with providers."""

    rows: list[AccountLink] = field(default_factory=list)

    def find_links(self, account_id: str) -> list[AccountLink]:
        return [link for link in self.rows if link.account_id == account_id]

    def delete_link(self, account_id: str, provider: str) -> bool:
        before = len(self.rows)
        self.rows = [
            link
            for link in self.rows
            if (link.account_id, link.provider) != (account_id, provider)
        ]
        return len(self.rows) < before

    def connect(self, account_id: str, provider: str) -> None:
        """The account is connected with this provider."""
        self.rows.append(AccountLink(account_id, provider, "owner", THEN, THEN))


class Proofs:
    """The use cases over these, beside those of the gateway's identity."""

    def __init__(self, identity: Identity) -> None:
        self.factors, self.stored_links = MemoryFactors(), MemoryLinks()
        events = cast(SecurityEvents, identity.events)
        [settings] = load_providers(json.dumps([WRITTEN]))
        providers = cast(Any, {settings.name: SimpleNamespace(settings=settings)})
        self.reset = ResetFactors(
            cast(StoredFactors, self.factors), identity.manage, events
        )
        links = cast(AccountLinks, self.stored_links)
        self.links = ManageLinks(providers, links, identity.manage, events)
