"""Signing in at an outside provider, and connecting an account with one."""

from dataclasses import dataclass

from chassis.http.auth import allow_everyone
from chassis.http.routing import Routes, get, post
from flask import Response, request

from gateway.api.request_visitor import (
    current_origin,
    current_site,
    current_visitor,
    pending_browser,
    require_actor,
    set_pending_cookie,
    set_session_cookies,
)
from gateway.identity.account import ROLES
from gateway.identity.errors import ProofNeeded, Refusal, UnknownProvider
from gateway.identity.own_password import require_fresh_proof
from gateway.identity.providers.manage_links import Connection, ManageLinks
from gateway.identity.providers.pending_sign_ins import (
    PENDING_SECONDS,
    PendingSignIn,
)
from gateway.identity.providers.sign_in_by_provider import (
    CallbackAnswer,
    SignInByProvider,
)
from gateway.pages.errors import STATUSES, with_retry
from gateway.pages.formats import format_moment
from gateway.pages.provider_leaving import go_to_provider
from gateway.pages.rendering import redirect_to, render_page, safe_path
from gateway.pages.role_guard import for_role
from gateway.texts.language import gettext, page_language, translate_refusal

CONNECTIONS = "/account/connections"
WORTH_TRYING_AGAIN = {"provider-away", "provider-refused", "sign-in-lapsed"}
TO_BE_CONNECTED = {"matches-nobody", "matches-elsewhere", "connect-first"}
"""Refusals that a person who signs in otherwise can put right there."""
LONGEST_ANSWER = 4096
"""A code or a state; providers stay far below it."""


@dataclass(frozen=True)
class ConnectionView:
    """A provider on the page of connections, and what its button does."""

    label: str
    is_connected: bool
    used_at: str
    action: str


class ProviderSignInPages(Routes):
    """Pages on the way to a provider and back."""

    name = "provider_sign_in"

    def __init__(self, sign_in: SignInByProvider, links: ManageLinks) -> None:
        self.sign_in, self.links = sign_in, links

    @get("/sign-in/with/<provider>")
    @allow_everyone
    def leave_to_sign_in(self, provider: str) -> Response:
        """The browser goes to the provider; who is signed in goes on."""
        self.sign_in.require_provider(provider)
        path = safe_path(request.args.get("next", "/"))
        if current_visitor().account is not None:
            return redirect_to(path)
        try:
            address, browser = self._begin(PendingSignIn(provider, path))
        except Refusal as refusal:
            return _refuse_sign_in(refusal, provider)
        return set_pending_cookie(redirect_to(address), browser, PENDING_SECONDS)

    @get("/sign-in/with/<provider>/callback")
    @allow_everyone
    def come_back_from_provider(self, provider: str) -> Response:
        """Who comes back is signed in or connected."""
        try:
            back = self.sign_in.finish_sign_in(
                provider,
                _read_answer(),
                pending_browser(),
                _callback_of(provider),
                current_origin(),
                current_visitor(),
            )
        except UnknownProvider:
            raise
        except Refusal as refusal:
            return _refuse_sign_in(refusal, provider)
        gone_on = redirect_to(back.next)
        if back.is_connected:
            return gone_on
        return set_session_cookies(gone_on, back.visitor)

    @get(CONNECTIONS)
    @for_role(*ROLES)
    def list_connections(self) -> Response:
        return self._render_connections()

    @post(f"{CONNECTIONS}/<provider>")
    @for_role(*ROLES)
    def leave_to_connect(self, provider: str) -> Response:
        """The browser goes to the provider, to connect the account with it."""
        known = self.sign_in.require_provider(provider)
        try:
            account = require_fresh_proof(current_visitor())
            address, browser = self._begin(
                PendingSignIn(provider, CONNECTIONS, account.id)
            )
        except ProofNeeded:
            return redirect_to(f"/account/proof?next={CONNECTIONS}")
        except Refusal as refusal:
            return self._refuse_connection(refusal)
        page = go_to_provider(address, known.settings.label_in(page_language()))
        return set_pending_cookie(page, browser, PENDING_SECONDS)

    @post(f"{CONNECTIONS}/<provider>/removal")
    @for_role(*ROLES)
    def remove_connection(self, provider: str) -> Response:
        try:
            require_fresh_proof(current_visitor())
            self.links.disconnect_own(require_actor(), provider)
        except ProofNeeded:
            return redirect_to(f"/account/proof?next={CONNECTIONS}")
        except Refusal as refusal:
            return self._refuse_connection(refusal)
        return redirect_to(CONNECTIONS)

    def _begin(self, wanted: PendingSignIn) -> tuple[str, str]:
        left = self.sign_in.begin_sign_in(
            wanted, pending_browser(), _callback_of(wanted.provider), current_origin()
        )
        return left.address, left.browser

    def _render_connections(self, status: int = 200, refused: str = "") -> Response:
        account, language = require_actor().account, page_language()
        shown = [
            _view_connection(connection, language)
            for connection in self.links.list_connections(account)
        ]
        template = "public/providers/connections.html"
        return render_page(template, status, connections=shown, refused=refused)

    def _refuse_connection(self, refusal: Refusal) -> Response:
        text = translate_refusal(refusal.slug, str(refusal))
        page = self._render_connections(STATUSES.get(refusal.slug, 409), text)
        return with_retry(page, refusal)


def _view_connection(connection: Connection, language: str) -> ConnectionView:
    settings, link = connection.provider.settings, connection.link
    action = f"{CONNECTIONS}/{settings.name}"
    return ConnectionView(
        settings.label_in(language),
        link is not None,
        format_moment(link.used_at) if link else "",
        f"{action}/removal" if link else action,
    )


def _callback_of(provider: str) -> str:
    return f"{current_site().url}/sign-in/with/{provider}/callback"


def _read_answer() -> CallbackAnswer:
    """What came back; DingTalk calls its code `authCode`."""
    sent = {name: text[:LONGEST_ANSWER] for name, text in request.args.items()}
    return CallbackAnswer(
        sent.get("state", ""),
        sent.get("code") or sent.get("authCode", ""),
        sent.get("error", ""),
        sent.get("iss", ""),
    )


def _refuse_sign_in(refusal: Refusal, provider: str) -> Response:
    """A page that says what to do; nothing of what the provider wrote is on it."""
    is_signed_in = current_visitor().account is not None
    can_repeat = refusal.slug in WORTH_TRYING_AGAIN and not is_signed_in
    to_connect = refusal.slug in TO_BE_CONNECTED and not is_signed_in
    path = f"/sign-in?next={CONNECTIONS}" if to_connect else "/sign-in"
    page = render_page(
        "public/providers/refused.html",
        STATUSES.get(refusal.slug, 409),
        slug=refusal.slug,
        detail=str(refusal),
        again=f"/sign-in/with/{provider}" if can_repeat else "",
        back=CONNECTIONS if is_signed_in else path,
        back_text=gettext("登录方式") if is_signed_in else gettext("用别的方式登录"),
    )
    return with_retry(page, refusal)
