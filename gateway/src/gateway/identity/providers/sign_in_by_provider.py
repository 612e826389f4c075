"""Signing in at an outside provider: there with the browser, and back with a code."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from gateway.identity.account import RESET, Account
from gateway.identity.errors import (
    AccountDisabled,
    ConnectFirst,
    LinkTaken,
    ProviderRefused,
    Refusal,
    SignInLapsed,
    TooManyTries,
    UnknownProvider,
)
from gateway.identity.providers.account_links import (
    BY_CLAIMS,
    BY_OWNER,
    AccountLinks,
)
from gateway.identity.providers.match_account import CONNECT, MatchAccount
from gateway.identity.providers.pending_sign_ins import PendingSignIn, PendingSignIns
from gateway.identity.providers.port import Challenge, Provider, ProviderClaims
from gateway.identity.providers.provider_sessions import ProviderSessions
from gateway.identity.security_events import (
    FAILED,
    LIMITED,
    OK,
    REFUSED,
    sign_ins,
)
from gateway.identity.sign_in import STOPPED, Origin, SignIn, Visitor

LAPSED = "登录已超时，或是在别的浏览器里开始的：请从登录页重新开始"
TAKEN = "这个登录已连接别的账号，或账号已连接另一个登录：请先断开，或联系教务"
SIGNING_IN, CONNECTING = "provider-sign-in", "provider-connected"


@dataclass(frozen=True)
class LeaveForProvider:
    """Where the browser goes, and the token it is known by when it comes back."""

    address: str
    browser: str


@dataclass(frozen=True)
class CallbackAnswer:
    """What came back with the browser: state, and a code or an error."""

    state: str
    code: str = ""
    error: str = ""
    issuer: str = ""


@dataclass(frozen=True)
class BackFromProvider:
    """Who came back, and where they wanted to go. `visitor` has a new session unless
    an account that was signed in is connected now."""

    visitor: Visitor
    next: str
    is_connected: bool = False


class SignInByProvider:
    """The way to a provider and back, for signing in and for connecting an account.

    What comes back counts as a try of its address until it succeeds, like a password;
    what is begun and never comes back has a limit of its own.
    """

    def __init__(
        self,
        providers: Mapping[str, Provider],
        pending: PendingSignIns,
        links: AccountLinks,
        sessions: ProviderSessions,
        match_account: MatchAccount,
        sign_in: SignIn,
    ) -> None:
        self.providers, self.pending, self.links = providers, pending, links
        self.sessions, self.match_account = sessions, match_account
        self.sign_in, self.accounts = sign_in, sign_in.accounts
        self.limits, self.events = sign_in.limits, sign_in.events

    def require_provider(self, name: str) -> Provider:
        """The provider of this name. Raises UnknownProvider."""
        provider = self.providers.get(name)
        if provider is None:
            raise UnknownProvider("没有设置这种登录方式：请从登录页进入")
        return provider

    def begin_sign_in(
        self,
        wanted: PendingSignIn,
        browser: str,
        redirect_uri: str,
        origin: Origin,
    ) -> LeaveForProvider:
        """A sign-in begins in this browser, or in one that gets its token now.

        Raises UnknownProvider, ProviderAway, TooManyTries.
        """
        provider = self.require_provider(wanted.provider)
        browser = browser or secrets.token_urlsafe(32)
        taken = self._count(self.limits.count_leaving, origin, wanted.provider)
        pending = PendingSignIn(wanted.provider, wanted.next, wanted.account, taken)
        challenge = self.pending.create_pending(pending, browser, redirect_uri)
        try:
            return LeaveForProvider(provider.authorize_address(challenge), browser)
        except Refusal:
            self.limits.give_back(taken)
            self._note(SIGNING_IN, FAILED, origin, provider)
            raise

    def finish_sign_in(
        self,
        name: str,
        answer: CallbackAnswer,
        browser: str,
        redirect_uri: str,
        origin: Origin,
        visitor: Visitor,
    ) -> BackFromProvider:
        """Whoever comes back from a provider is signed in, or connected.

        Raises UnknownProvider, TooManyTries, SignInLapsed, ProviderAway,
        ProviderRefused, LinkTaken, AccountDisabled, what MatchAccount raises.
        """
        provider = self.require_provider(name)
        taken = self._count(self.limits.count_code, origin, name)
        found = self.pending.take_pending(name, answer.state, browser, redirect_uri)
        if found is None:
            self._note(SIGNING_IN, FAILED, origin, provider)
            raise SignInLapsed(LAPSED)
        pending, challenge = found
        what = CONNECTING if pending.account else SIGNING_IN
        try:
            claims = _claims_behind(provider, answer, challenge)
            if pending.account:
                back = self._connect(provider, claims, pending, visitor)
            else:
                back = self._sign_in(provider, claims, pending, origin)
        except Refusal as refusal:
            outcome = FAILED if isinstance(refusal, ProviderRefused) else REFUSED
            self._note(what, outcome, origin, provider, refusal.slug)
            raise
        self.limits.give_back((*taken, *pending.taken))
        account = back.visitor.account or back.visitor.half_of
        self.events.add_event(
            what,
            OK,
            address=origin.address,
            who=account.id if account else "",
            provider=name,
        )
        sign_ins.labels(OK).inc()
        return back

    def _sign_in(
        self,
        provider: Provider,
        claims: ProviderClaims,
        pending: PendingSignIn,
        origin: Origin,
    ) -> BackFromProvider:
        account = self._account_of(provider, claims)
        visitor = self.sign_in.begin_session(account, origin)
        name = provider.settings.name
        self.sessions.add_session(visitor.token, account.id, name, claims)
        return BackFromProvider(visitor, pending.next)

    def _account_of(self, provider: Provider, claims: ProviderClaims) -> Account:
        """The account of a link; else the one that the claims mean, linked now."""
        settings, subject = provider.settings, claims.subject
        link = self.links.get_link(settings, subject)
        account = self.accounts.get(link.account_id) if link else None
        if link is None or account is None:
            account = self.match_account(settings, claims)
            if not self.links.create_link(settings, subject, account.id, BY_CLAIMS):
                raise LinkTaken(TAKEN)
            return self.match_account.take_up(settings, claims, account)
        if account.is_disabled:
            raise AccountDisabled(STOPPED)
        if account.state == RESET:  # whoever made the link may be why it was reset
            raise ConnectFirst(CONNECT)
        if link.made_by == BY_CLAIMS:
            self.match_account.require_still_within(settings, account)
        self.links.note_use(settings, subject)
        return account

    def _connect(
        self,
        provider: Provider,
        claims: ProviderClaims,
        pending: PendingSignIn,
        visitor: Visitor,
    ) -> BackFromProvider:
        """The account that began it, and is signed in still, is linked."""
        account = visitor.account
        if account is None or account.id != pending.account:
            raise SignInLapsed(LAPSED)
        made = self.links.create_link(
            provider.settings, claims.subject, account.id, BY_OWNER
        )
        if not made:
            raise LinkTaken(TAKEN)
        return BackFromProvider(visitor, pending.next, is_connected=True)

    def _count(
        self,
        count_try: Callable[[str], tuple[str, ...]],
        origin: Origin,
        provider: str,
    ) -> tuple[str, ...]:
        try:
            return count_try(origin.address)
        except TooManyTries:
            sign_ins.labels(LIMITED).inc()
            self.events.add_event_once(
                SIGNING_IN, LIMITED, address=origin.address, provider=provider
            )
            raise

    def _note(
        self,
        what: str,
        outcome: str,
        origin: Origin,
        provider: Provider,
        reason: str = "",
    ) -> None:
        sign_ins.labels(outcome).inc()
        self.events.add_event_once(
            what,
            outcome,
            address=origin.address,
            provider=provider.settings.name,
            reason=reason,
        )


def _claims_behind(
    provider: Provider, answer: CallbackAnswer, challenge: Challenge
) -> ProviderClaims:
    """Raises ProviderAway, ProviderRefused."""
    settings = provider.settings
    if answer.issuer and answer.issuer != settings.issuer:
        raise ProviderRefused("回答来自另一个登录平台：请从登录页重新开始")
    if answer.error or not answer.code:
        raise ProviderRefused("没有在登录平台完成登录：请再试，或用别的方式登录")
    return provider.exchange_code(answer.code, challenge)
