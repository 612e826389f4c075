"""OpenID Connect: code flow with PKCE, by Authlib."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from authlib.oauth2.base import OAuth2Error
from authlib.oauth2.client import OAuth2Client

from gateway.clients.providers.oidc_keys import OidcDirectory
from gateway.clients.providers.oidc_tokens import UNPROVEN, OidcTokens
from gateway.clients.providers.provider_http import ProviderHttp, ProviderReply
from gateway.identity.errors import ProviderRefused
from gateway.identity.providers.port import (
    Challenge,
    EndedAtProvider,
    ProviderClaims,
    SignOutForm,
)
from gateway.identity.providers.settings import ProviderSettings


@dataclass(frozen=True)
class _Response:
    """A reply as Authlib reads it, which has it as requests has."""

    reply: ProviderReply

    @property
    def status_code(self) -> int:
        return self.reply.status

    def json(self) -> Mapping[str, Any]:
        """The object that was answered."""
        return self.reply.body

    def raise_for_status(self) -> None:
        """Raises ProviderRefused: what is 500 and more never comes here."""
        if self.reply.status >= 400:
            raise ProviderRefused(UNPROVEN)


@dataclass(frozen=True)
class _Session:
    """Requests of Authlib's within the time of one page."""

    http: ProviderHttp
    until: float

    def post(
        self, url: str, data: Mapping[str, str], headers: dict[str, str], auth: Any
    ) -> _Response:
        """A form is sent with the client's credentials."""
        address, sent, body = auth.prepare("POST", url, {**headers}, urlencode(data))
        reply = self.http.send_request(
            "POST", address, self.until, fields=body, headers=sent
        )
        return _Response(reply)


class OidcProvider:
    """Any provider that speaks OpenID Connect."""

    def __init__(self, settings: ProviderSettings, secret: str) -> None:
        self.settings, self.secret = settings, secret
        self.http = ProviderHttp(settings.seconds)
        self.directory = OidcDirectory(settings.issuer, self.http)
        self.tokens = OidcTokens(settings.issuer, settings.client_id, self.directory)

    def authorize_address(self, challenge: Challenge) -> str:
        """Where the browser goes to sign in. Raises ProviderAway."""
        until = self.http.answer_until()
        described = self.directory.find_addresses(until)
        address, _ = self._client(challenge, until).create_authorization_url(
            described["authorization_endpoint"],
            state=challenge.state,
            code_verifier=challenge.verifier,
            nonce=challenge.nonce,
        )
        return str(address)

    def exchange_code(self, code: str, challenge: Challenge) -> ProviderClaims:
        """The claims behind a code. Raises ProviderAway, ProviderRefused."""
        until = self.http.answer_until()
        described = self.directory.find_addresses(until)
        try:
            tokens = self._client(challenge, until).fetch_token(
                described["token_endpoint"],
                grant_type="authorization_code",
                code=code,
                code_verifier=challenge.verifier,
                redirect_uri=challenge.redirect_uri,
            )
        except (OAuth2Error, ValueError) as error:
            raise ProviderRefused(UNPROVEN) from error
        id_token, access_token = tokens.get("id_token"), tokens.get("access_token")
        if not isinstance(id_token, str) or not isinstance(access_token, str):
            raise ProviderRefused(UNPROVEN)
        told = self.tokens.read_id_token(id_token, access_token, challenge.nonce, until)
        if not _text(told["sub"]):
            raise ProviderRefused(UNPROVEN)
        told = {**self._read_user(described, access_token, told, until), **told}
        return self._to_claims(told, id_token)

    def sign_out_form(self, id_token: str, back_to: str) -> SignOutForm | None:
        """The form of RP-Initiated Logout: sent, not put into an address, for the token
        names its person. Raises ProviderAway."""
        described = self.directory.find_addresses(self.http.answer_until())
        address = described.get("end_session_endpoint")
        if not address:
            return None
        fields = {
            "id_token_hint": id_token,
            "client_id": self.settings.client_id,
            "post_logout_redirect_uri": back_to,
        }
        return SignOutForm(address, tuple(fields.items()))

    def read_logout_token(self, token: str) -> EndedAtProvider:
        """Whose sessions it ends. Raises ProviderRefused, ProviderAway."""
        return self.tokens.read_logout_token(token, self.http.answer_until())

    def _client(self, challenge: Challenge, until: float) -> OAuth2Client:
        return OAuth2Client(
            _Session(self.http, until),
            client_id=self.settings.client_id,
            client_secret=self.secret,
            scope=self.settings.scope,
            redirect_uri=challenge.redirect_uri,
            code_challenge_method="S256",
        )

    def _read_user(
        self,
        described: Mapping[str, str],
        access_token: str,
        told: Mapping[str, Any],
        until: float,
    ) -> Mapping[str, Any]:
        """What the provider tells of its user elsewhere, if the token lacks a claim."""
        names = self.settings.claims
        wanted = {names.member_number, names.branch, names.phone} - {""}
        address = described.get("userinfo_endpoint")
        if not address or wanted <= set(told):
            return {}
        reply = self.http.send_request(
            "GET", address, until, headers={"Authorization": f"Bearer {access_token}"}
        )
        if reply.status != 200 or reply.body.get("sub") != told["sub"]:
            raise ProviderRefused(UNPROVEN)
        return reply.body

    def _to_claims(self, told: Mapping[str, Any], id_token: str) -> ProviderClaims:
        names = self.settings.claims
        is_verified = told.get(names.phone_verified) is True
        return ProviderClaims(
            subject=_text(told.get("sub")),
            member_no=_text(told.get(names.member_number)),
            branch_id=_text(told.get(names.branch)),
            phone=_text(told.get(names.phone)) if is_verified else "",
            sid=_text(told.get("sid")),
            id_token=id_token,
        )


def _text(value: object) -> str:
    """A claim as text; a number may be written as one."""
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return str(value) if isinstance(value, str) or is_number else ""
