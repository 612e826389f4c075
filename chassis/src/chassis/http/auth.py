"""Who is asking: short-lived Ed25519 tokens, verified by every service itself."""

import hmac
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from flask import Flask, g, request
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OKPKey

from chassis.http.problem import Problem

LIFE_SECONDS, LONGEST_LIFE_SECONDS = 120, 300
ALGORITHM = "Ed25519"
View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Caller:
    """Who asks, as the token's issuer vouches.

    `issuer` is the service that signed; `person` and `branch` are ids or empty;
    `login` is said of operators only, for the lines that tell who did what.
    """

    issuer: str
    person: str = ""
    branch: str = ""
    roles: frozenset[str] = frozenset()
    login: str = ""

    def has(self, *roles: str) -> bool:
        """Whether the caller holds one of the roles."""
        return bool(self.roles.intersection(roles))


class _Claims(msgspec.Struct):
    iss: str
    person: str = ""
    branch: str = ""
    roles: frozenset[str] = frozenset()
    login: str = ""


class Signer:
    """Signs tokens in the name of one service."""

    def __init__(self, service: str, key_file: Path) -> None:
        self.service = service
        self.key = OKPKey.import_key(_json(key_file))

    def token(
        self,
        audience: str,
        *,
        person: str = "",
        branch: str = "",
        roles: frozenset[str] = frozenset({"service"}),
        login: str = "",
    ) -> str:
        """A token for one service, good for two minutes."""
        now = int(time.time())
        claims = {
            "iss": self.service,
            "aud": audience,
            "iat": now,
            "exp": now + LIFE_SECONDS,
            "person": person,
            "branch": branch,
            "roles": sorted(roles),
            "login": login,
        }
        header = {"alg": ALGORITHM, "kid": self.service}
        return jwt.encode(header, claims, self.key, algorithms=[ALGORITHM])


class Verifier:
    """Checks tokens meant for one service against the known public keys."""

    def __init__(self, service: str, keys_file: Path) -> None:
        self.keys = KeySet.import_key_set(_json(keys_file))
        self.rules = jwt.JWTClaimsRegistry(
            leeway=5,
            iss={"essential": True},
            aud={"essential": True, "value": service},
            exp={"essential": True},
            iat={"essential": True},
        )

    def caller(self, token: str) -> Caller:
        """Who the token speaks for. Raises Problem 401."""
        try:
            decoded = jwt.decode(token, self.keys, algorithms=[ALGORITHM])
            self.rules.validate(decoded.claims)
        except (JoseError, ValueError, TypeError) as error:
            raise Problem(
                401, "token-refused", "The token is not valid here; ask the gateway."
            ) from error
        claims = decoded.claims
        if decoded.header.get("kid") != claims["iss"]:
            raise Problem(401, "token-refused", "The token's issuer did not sign it.")
        if claims["exp"] - claims["iat"] > LONGEST_LIFE_SECONDS:
            raise Problem(401, "token-refused", "The token is meant to live too long.")
        try:
            said = msgspec.convert(claims, _Claims)
        except msgspec.ValidationError as error:
            raise Problem(
                401, "token-refused", "The token's claims are odd."
            ) from error
        return Caller(said.iss, said.person, said.branch, said.roles, said.login)


def _json(path: Path) -> Any:
    return json.loads(path.read_text())


def needs(*roles: str) -> Callable[[View], View]:
    """Open the route to callers with one of these roles."""

    def mark(view: View) -> View:
        view.__door__ = roles  # type: ignore[attr-defined]
        return view

    return mark


def public(view: View) -> View:
    """Open the route to everybody."""
    view.__door__ = ()  # type: ignore[attr-defined]
    return view


def bearer() -> str | None:
    """The token that the request bears; None when it bears none."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def needs_bearer(token: str) -> None:
    """Raises Problem 401 unless the request bears this very token."""
    if not is_token(token):
        raise Problem(401, "token-missing", "This needs a token: Bearer TOKEN.")


def is_token(token: str) -> bool:
    """Whether the request bears this very token; never when it is empty."""
    said = (bearer() or "").encode()
    return bool(token) and hmac.compare_digest(said, token.encode())


def caller() -> Caller:
    """Who asks in this request."""
    found: Caller = g.caller
    return found


def install(app: Flask, verifier: Verifier) -> None:
    """Check the door of every route before its view runs."""

    def check() -> None:
        view = app.view_functions.get(request.endpoint or "")
        roles: tuple[str, ...] | None = getattr(view, "__door__", None)
        if view is None or roles == ():
            return
        if roles is None:
            raise Problem(403, "no-door", "This route says nobody may use it.")
        token = bearer()
        if not token:
            raise Problem(401, "token-missing", "Sign in at the gateway first.")
        g.caller = verifier.caller(token)
        if not g.caller.has(*roles):
            raise Problem(
                403, "role-missing", f"This needs one of: {', '.join(roles)}."
            )

    app.before_request(check)
