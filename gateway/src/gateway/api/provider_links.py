"""Connections of accounts with providers, and what providers tell of sign-outs."""

from chassis.http.auth import allow_everyone
from chassis.http.problem import Problem
from chassis.http.routing import Routes, delete, get, post, put
from contracts.http.gateway import (
    ConnectionIn,
    ConnectionOut,
    ConnectionsOut,
    EndedOut,
)
from flask import request

from gateway.api.request_visitor import current_origin, require_actor
from gateway.identity.errors import ProviderRefused
from gateway.identity.providers.account_links import AccountLink
from gateway.identity.providers.end_together import EndTogether
from gateway.identity.providers.manage_links import ManageLinks

FORM = "application/x-www-form-urlencoded"


class ProviderLinkRoutes(Routes):
    """Routes for connections. `ManageLinks` decides who may see and change which."""

    name = "provider_links"

    def __init__(self, links: ManageLinks, end_together: EndTogether) -> None:
        self.links, self.end_together = links, end_together

    @get("/api/accounts/<account_id>/connections")
    @allow_everyone
    def list_connections(self, account_id: str) -> ConnectionsOut:
        """The providers that an account is connected with."""
        return self._show_connections(account_id)

    @put("/api/accounts/<account_id>/connections/<provider>")
    @allow_everyone
    def connect_account(
        self, account_id: str, provider: str, asked: ConnectionIn
    ) -> ConnectionsOut:
        """An account is connected with a subject of a provider."""
        self.links.connect_account(require_actor(), account_id, provider, asked.subject)
        return self._show_connections(account_id)

    @delete("/api/accounts/<account_id>/connections/<provider>")
    @allow_everyone
    def disconnect_account(self, account_id: str, provider: str) -> ConnectionsOut:
        """An account is connected with a provider no more; its sessions end."""
        self.links.disconnect_account(require_actor(), account_id, provider)
        return self._show_connections(account_id)

    @post("/api/providers/<provider>/logout", takes=FORM)
    @allow_everyone
    def end_sessions(self, provider: str) -> EndedOut:
        """A provider tells that sessions ended there: they end here too."""
        token = request.form.get("logout_token", "")
        try:
            self.end_together.end_by_provider(provider, token, current_origin().address)
        except ProviderRefused as refused:
            raise Problem(400, "logout-token-refused", str(refused)) from refused
        return EndedOut(ended=True)

    def _show_connections(self, account_id: str) -> ConnectionsOut:
        links = self.links.find_links(require_actor(), account_id)
        return ConnectionsOut(connections=[_to_connection_out(link) for link in links])


def _to_connection_out(link: AccountLink) -> ConnectionOut:
    return ConnectionOut(
        provider=link.provider,
        made_by=link.made_by,
        made_at=link.made_at,
        used_at=link.used_at,
    )
