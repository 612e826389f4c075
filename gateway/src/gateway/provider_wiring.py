"""The parts by which people sign in at outside providers, and who gets which."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pymongo.database import Database

from gateway.clients.enrollment import MemberDirectory
from gateway.clients.providers.build_providers import build_providers
from gateway.identity.invite_people import InvitePeople
from gateway.identity.manage_accounts import ManageAccounts
from gateway.identity.providers.account_links import AccountLinks
from gateway.identity.providers.end_together import EndTogether
from gateway.identity.providers.manage_links import ManageLinks
from gateway.identity.providers.match_account import MatchAccount
from gateway.identity.providers.pending_sign_ins import PendingSignIns
from gateway.identity.providers.port import Provider
from gateway.identity.providers.provider_sessions import ProviderSessions
from gateway.identity.providers.sign_in_by_provider import SignInByProvider
from gateway.identity.sign_in import SignIn
from gateway.roster_drafts.sealed_parts import SealedParts


@dataclass(frozen=True)
class OutsideSignIn:
    """The providers, and what is done with them."""

    providers: Mapping[str, Provider]
    pending: PendingSignIns
    stored_links: AccountLinks
    provider_sessions: ProviderSessions
    sign_in: SignInByProvider
    end_together: EndTogether
    links: ManageLinks

    def create_indexes(self) -> None:
        """Make the indexes."""
        for rows in (self.pending, self.stored_links, self.provider_sessions):
            rows.create_indexes()


def build_outside_sign_in(
    database: Database[dict[str, Any]],
    key: bytes,
    providers_text: str,
    sign_in: SignIn,
    manage: ManageAccounts,
    people: InvitePeople,
    directory: MemberDirectory,
) -> OutsideSignIn:
    """All of it, over the parts that know who somebody is. Raises SettingsError."""
    providers, names = build_providers(providers_text), sign_in.limits.names
    pending, links = PendingSignIns(database, names), AccountLinks(database, names)
    provider_sessions = ProviderSessions(database, names, SealedParts(key))
    return OutsideSignIn(
        providers,
        pending,
        links,
        provider_sessions,
        SignInByProvider(
            providers,
            pending,
            links,
            provider_sessions,
            MatchAccount(directory, people),
            sign_in,
        ),
        EndTogether(providers, provider_sessions, sign_in.sessions, sign_in.events),
        ManageLinks(providers, links, manage, sign_in.events),
    )
