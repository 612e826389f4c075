"""What is believed of a provider's tokens, and what is not."""

import hmac
import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable
from typing import Any, cast

import pytest
from gateway.clients.providers.oidc_keys import OidcDirectory
from gateway.clients.providers.oidc_tokens import LOGOUT, OidcTokens
from gateway.identity.errors import ProviderRefused
from gateway.identity.providers.port import EndedAtProvider
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey

ISSUER, CLIENT, NONCE = "https://provider.example", "biyong", "the-nonce"
UNTIL = 0.0
KEY = RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"})
FOREIGN = RSAKey.generate_key(2048, {"kid": "one"})
ELLIPTIC = ECKey.generate_key("P-256", {"kid": "two"})
Claims = dict[str, Any]


class Ago(int):
    """So many seconds before the test runs."""


def resolved(claims: Claims) -> Claims:
    """The claims there are, their moments as of now."""
    now = int(time.time())
    return {
        name: now - value if isinstance(value, Ago) else value
        for name, value in claims.items()
        if value is not None
    }


class Published:
    """Keys as a provider publishes them."""

    def find_keys(self, kid: str, until: float) -> KeySet:
        return KeySet([KEY, ELLIPTIC])


TOKENS = OidcTokens(ISSUER, CLIENT, cast(OidcDirectory, Published()))


def id_claims(**changed: Any) -> Claims:
    now = int(time.time())
    claims = {
        "iss": ISSUER, "aud": CLIENT, "sub": "somebody", "nonce": NONCE,
        "iat": now, "exp": now + 300, **changed,
    }  # fmt: skip
    return resolved(claims)


def logout_claims(**changed: Any) -> Claims:
    claims = {
        "iss": ISSUER, "aud": CLIENT, "sid": "a-session", "sub": "somebody",
        "iat": int(time.time()), "jti": "once", "events": {LOGOUT: {}}, **changed,
    }  # fmt: skip
    return resolved(claims)


def signed(claims: Claims, key: Any = KEY, alg: str = "RS256", **header: str) -> str:
    named = {"alg": alg, "kid": key.kid or "one", **header}
    return jwt.encode(named, claims, key, algorithms=[alg])


def read(token: str, access_token: str = "") -> Any:
    return TOKENS.read_id_token(token, access_token, NONCE, UNTIL)


def test_a_token_of_the_providers_is_believed() -> None:
    assert read(signed(id_claims()))["sub"] == "somebody"
    assert read(signed(id_claims(), ELLIPTIC, "ES256"))["sub"] == "somebody"


@pytest.mark.parametrize(
    "changed",
    [
        {"exp": Ago(30)},
        {"iat": Ago(-30)},
        {"aud": [CLIENT]},
        {"aud": [CLIENT, "other"], "azp": CLIENT},
    ],
    ids=str,
)
def test_clocks_that_differ_by_half_a_minute_do_no_harm(changed: Claims) -> None:
    assert read(signed(id_claims(**changed)))


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "https://other.example"},
        {"iss": None},
        {"aud": "other"},
        {"aud": ["other"]},
        {"aud": [CLIENT, "other"]},
        {"aud": [CLIENT, "other"], "azp": "other"},
        {"nonce": "another"},
        {"nonce": None},
        {"exp": Ago(90)},
        {"exp": None},
        {"iat": Ago(-90)},
        {"iat": None},
        {"sub": None},
        {"at_hash": "of-another-token"},
    ],
    ids=str,
)
def test_a_token_with_a_claim_that_is_not_right_proves_nobody(
    changed: Claims,
) -> None:
    with pytest.raises(ProviderRefused):
        read(signed(id_claims(**changed)), "an access token")


def by_secret() -> str:
    """Signed with the public key as if it were a shared secret."""
    head = urlsafe_b64encode(b'{"alg":"HS256","kid":"one"}').rstrip(b"=")
    body = urlsafe_b64encode(json.dumps(id_claims()).encode()).rstrip(b"=")
    made = hmac.digest(KEY.as_pem(private=False), head + b"." + body, "sha256")
    return b".".join((head, body, urlsafe_b64encode(made).rstrip(b"="))).decode()


def without_signature() -> str:
    return signed(id_claims()).rpartition(".")[0] + "."


def by_another_key() -> str:
    return signed(id_claims(), FOREIGN)


def by_an_unknown_key() -> str:
    return signed(id_claims(), FOREIGN, kid="three")


@pytest.mark.parametrize(
    "forge",
    [
        by_secret,
        without_signature,
        by_another_key,
        by_an_unknown_key,
        lambda: "",
        lambda: "a.b.c",
        lambda: "é" * 9,
        lambda: "x" * 20_000,
    ],
)
def test_a_token_that_is_forged_proves_nobody(forge: Callable[[], str]) -> None:
    with pytest.raises(ProviderRefused):
        read(forge())
    with pytest.raises(ProviderRefused):
        TOKENS.read_logout_token(forge(), UNTIL)


def test_a_logout_token_says_whose_sessions_end() -> None:
    token = signed(logout_claims(), typ="logout+jwt")
    assert TOKENS.read_logout_token(token, UNTIL) == EndedAtProvider(
        "somebody", "a-session"
    )


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "https://other.example"},
        {"aud": "other"},
        {"events": None},
        {"events": {}},
        {"events": {LOGOUT: "yes"}},
        {"events": [LOGOUT]},
        {"nonce": NONCE},
        {"iat": Ago(900)},
        {"iat": Ago(-90)},
        {"iat": None},
        {"jti": None},
        {"exp": Ago(90)},
        {"sub": None, "sid": None},
    ],
    ids=str,
)
def test_a_logout_token_that_is_not_right_ends_nothing(changed: Claims) -> None:
    with pytest.raises(ProviderRefused):
        TOKENS.read_logout_token(signed(logout_claims(**changed)), UNTIL)


def test_an_id_token_is_no_logout_token_and_the_other_way_round() -> None:
    with pytest.raises(ProviderRefused):
        TOKENS.read_logout_token(signed(id_claims(sid="a", jti="b")), UNTIL)
    with pytest.raises(ProviderRefused):
        read(signed(logout_claims()))
    with pytest.raises(ProviderRefused):
        TOKENS.read_logout_token(signed(logout_claims(), typ="at+jwt"), UNTIL)
