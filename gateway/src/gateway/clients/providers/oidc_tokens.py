"""Tokens that an OIDC provider signed: who signed in, and who signed out."""

import time
from collections.abc import Mapping
from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jws, jwt
from joserfc.errors import JoseError

from gateway.clients.providers.oidc_keys import OidcDirectory
from gateway.identity.errors import ProviderRefused
from gateway.identity.providers.port import EndedAtProvider

ALGORITHMS = [
    f"{family}{bits}" for family in ("RS", "PS", "ES") for bits in (256, 384, 512)
] + ["EdDSA", "Ed25519"]
"""Signatures by a key that only the provider has; never a shared secret, never none."""
SKEW_SECONDS = 60
"""Between its clock and ours: machines without a time server differ by so much."""
LOGOUT = "http://schemas.openid.net/event/backchannel-logout"
LOGOUT_SECONDS = 600
"""The age from which a logout token is not believed any more."""
LONGEST = 16 * 1024
UNPROVEN = "登录平台的回答不对，没有登录：请从登录页重新开始"


class OidcTokens:
    """Verifies the tokens that a provider signed for one client."""

    def __init__(self, issuer: str, client_id: str, directory: OidcDirectory) -> None:
        self.issuer, self.client_id, self.directory = issuer, client_id, directory

    def read_id_token(
        self, token: str, access_token: str, nonce: str, until: float
    ) -> Mapping[str, Any]:
        """The claims of an ID token. Raises ProviderRefused, ProviderAway."""
        decoded = self._decode(token, until)
        claims = CodeIDToken(
            decoded.claims,
            decoded.header,
            options=self._expected(),
            params={
                "nonce": nonce,
                "client_id": self.client_id,
                "access_token": access_token,
            },
        )
        try:
            claims.validate(leeway=SKEW_SECONDS)
        except (JoseError, ValueError, TypeError) as error:
            raise ProviderRefused(UNPROVEN) from error
        return decoded.claims

    def read_logout_token(self, token: str, until: float) -> EndedAtProvider:
        """Whose sessions end (OpenID Connect Back-Channel Logout 1.0, section 2.6).

        Raises ProviderRefused, ProviderAway.
        """
        decoded = self._decode(token, until)
        claims, now = decoded.claims, time.time()
        rules = jwt.JWTClaimsRegistry(
            leeway=SKEW_SECONDS,
            iss={"essential": True, "value": self.issuer},
            aud={"essential": True, "value": self.client_id},
            iat={"essential": True},
            jti={"essential": True},
        )
        try:
            rules.validate(claims)
        except (JoseError, ValueError, TypeError) as error:
            raise ProviderRefused(UNPROVEN) from error
        events, kind = claims.get("events"), decoded.header.get("typ", "logout+jwt")
        is_logout = isinstance(events, dict) and isinstance(events.get(LOGOUT), dict)
        is_fresh = now - claims["iat"] <= LOGOUT_SECONDS + SKEW_SECONDS
        is_typed = str(kind).lower() in {"logout+jwt", "jwt"}
        subject, sid = _text(claims.get("sub")), _text(claims.get("sid"))
        if not (is_logout and is_fresh and is_typed) or "nonce" in claims:
            raise ProviderRefused(UNPROVEN)
        if not (subject or sid):
            raise ProviderRefused(UNPROVEN)
        return EndedAtProvider(subject, sid)

    def _expected(self) -> dict[str, Any]:
        return {
            "iss": {"essential": True, "value": self.issuer},
            "aud": {"essential": True, "value": self.client_id},
        }

    def _decode(self, token: str, until: float) -> jwt.Token:
        """A token whose signature is the provider's."""
        if len(token) > LONGEST:
            raise ProviderRefused(UNPROVEN)
        try:
            header = jws.extract_compact(token.encode()).headers()
            keys = self.directory.find_keys(str(header.get("kid", "")), until)
            return jwt.decode(token, keys, algorithms=ALGORITHMS)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise ProviderRefused(UNPROVEN) from error


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
