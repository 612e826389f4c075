"""Connections of accounts with providers are seen, made and cut."""

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.identity.account import Account
from gateway.identity.errors import (
    LastWayIn,
    LinkTaken,
    NotConnected,
    UnknownProvider,
)
from gateway.identity.manage_accounts import Actor, ManageAccounts
from gateway.identity.providers.account_links import (
    BY_STAFF,
    AccountLink,
    AccountLinks,
)
from gateway.identity.providers.port import Provider
from gateway.identity.providers.sign_in_by_provider import TAKEN
from gateway.identity.security_events import OK, SecurityEvents

NOT_CONNECTED = "没有连接这种登录方式：请看最新的列表"


@dataclass(frozen=True)
class Connection:
    """A provider, and the link that an account has with it, if any."""

    provider: Provider
    link: AccountLink | None


class ManageLinks:
    """Owners cut their own connections; the college sees, makes and cuts those of the
    accounts it manages."""

    def __init__(
        self,
        providers: Mapping[str, Provider],
        links: AccountLinks,
        manage: ManageAccounts,
        events: SecurityEvents,
    ) -> None:
        self.providers, self.links = providers, links
        self.manage, self.events = manage, events

    def list_connections(self, account: Account) -> list[Connection]:
        """All providers, each with the account's link."""
        links = {link.provider: link for link in self.links.find_links(account.id)}
        return [
            Connection(provider, links.get(name))
            for name, provider in self.providers.items()
        ]

    def disconnect_own(self, by: Actor, provider: str) -> None:
        """The owner's account is connected no more.

        Raises LastWayIn for who has no password and no other connection, NotConnected.
        """
        account = by.account
        links = self.links.find_links(account.id)
        if not account.secret and {link.provider for link in links} <= {provider}:
            raise LastWayIn("断开后就没有办法登录了：请先设置密码，或连接另一种方式")
        self._cut(by, account.id, provider)

    def find_links(self, by: Actor, account_id: str) -> list[AccountLink]:
        """The links of a managed account. Raises RoleMissing, UnknownAccount."""
        self.manage.require_managed(by, account_id)
        return self.links.find_links(account_id)

    def connect_account(
        self, by: Actor, account_id: str, provider: str, subject: str
    ) -> None:
        """A managed account is connected with a subject of a provider.

        Raises RoleMissing, UnknownAccount, OwnAccount, UnknownProvider, LinkTaken.
        """
        self.manage.require_managed(by, account_id, may_be_own=False)
        known = self.providers.get(provider)
        if known is None:
            raise UnknownProvider("没有设置这种登录方式：请核对名称")
        if not self.links.create_link(known.settings, subject, account_id, BY_STAFF):
            raise LinkTaken(TAKEN)
        self._note(by, "provider-connected", account_id, provider)

    def disconnect_account(self, by: Actor, account_id: str, provider: str) -> None:
        """A managed account is connected no more, and its sessions are over.

        Raises RoleMissing, UnknownAccount, OwnAccount, NotConnected.
        """
        self.manage.require_managed(by, account_id, may_be_own=False)
        self._cut(by, account_id, provider)
        self.manage.end_sessions(by, account_id)

    def _cut(self, by: Actor, account_id: str, provider: str) -> None:
        """Noted first, so that none is ever cut without a line that says by whom."""
        links = self.links.find_links(account_id)
        if provider not in {link.provider for link in links}:
            raise NotConnected(NOT_CONNECTED)
        self._note(by, "provider-disconnected", account_id, provider)
        self.links.delete_link(account_id, provider)

    def _note(self, by: Actor, what: str, account_id: str, provider: str) -> None:
        self.events.add_event(
            what,
            OK,
            address=by.origin.address,
            who=by.account.id,
            account=account_id,
            provider=provider,
        )
