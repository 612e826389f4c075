"""Single logout: what ends here ends at the provider, and the other way round."""

from collections.abc import Mapping

from gateway.identity.errors import ProviderAway, UnknownProvider
from gateway.identity.login_sessions import LoginSessions
from gateway.identity.providers.port import Provider, SignOutForm
from gateway.identity.providers.provider_sessions import ProviderSessions
from gateway.identity.security_events import OK, SecurityEvents
from gateway.identity.sign_in import Visitor


class EndTogether:
    """Ends login sessions in both places."""

    def __init__(
        self,
        providers: Mapping[str, Provider],
        provider_sessions: ProviderSessions,
        sessions: LoginSessions,
        events: SecurityEvents,
    ) -> None:
        self.providers, self.provider_sessions = providers, provider_sessions
        self.sessions, self.events = sessions, events

    def find_way_out(self, visitor: Visitor, back_to: str) -> SignOutForm | None:
        """How the browser of this visitor, whose session ends, signs out at the
        provider too; None where it need not or cannot."""
        first_hash = self.sessions.get_first_hash(visitor.token)
        began = self.provider_sessions.take_session(first_hash)
        provider = self.providers.get(began.provider) if began else None
        if began is None or provider is None:
            return None
        try:
            return provider.sign_out_form(began.id_token, back_to)
        except ProviderAway:
            return None

    def end_by_provider(self, name: str, token: str, address: str) -> int:
        """The sessions end that a provider's logout token names: how many.

        Raises UnknownProvider, ProviderRefused for a token that is not right,
        ProviderAway.
        """
        provider = self.providers.get(name)
        if provider is None:
            raise UnknownProvider("没有设置这种登录方式：请核对名称")
        ended = provider.read_logout_token(token)
        hashes = self.provider_sessions.take_ended(name, ended)
        for hashed in hashes:
            self.sessions.delete_begun(hashed)
        self.events.add_event("provider-logout", OK, address=address, provider=name)
        return len(hashes)
