"""Who is asking: short-lived Ed25519 tokens, verified by every service itself.

A key speaks only for its owner: roles of people come from the gateway's key alone,
and every other key says `service`, in the name of its own service.
"""

import hmac
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self, TypeVar

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask, g, request
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OKPKey

from chassis.http.problem import Problem
from chassis.http.token_time import LEEWAY_SECONDS, require_our_time
from chassis.key_files import load_key_file
from chassis.settings import SettingsError

LIFE_SECONDS, LONGEST_LIFE_SECONDS = 120, 300
ALGORITHM = "Ed25519"
GATEWAY, SERVICE = "gateway", "service"
ROLES_OF_PEOPLE = frozenset({"visitor", "trainee", "officer", "staff", "operator"})
View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Caller:
    """Who asks, as the token's issuer vouches.

    `issuer` is the service that signed; `person` and `branch` are ids or empty;
    `login` is named for operators only, for the lines that tell who did what. `account`
    is the id of the account, by which two of one branch or two of the college's staff
    are told apart, and `session` that of the sign-in that the request came under.
    """

    issuer: str
    person: str = ""
    branch: str = ""
    roles: frozenset[str] = frozenset()
    login: str = ""
    account: str = ""
    session: str = ""

    def has_role(self, *roles: str) -> bool:
        """Whether the caller holds one of the roles."""
        return bool(self.roles.intersection(roles))


@dataclass(frozen=True)
class Scope:
    """How far a caller sees: all branches, or one branch and those below it.

    There is no scope without a word on how far it goes: an empty branch is a
    ValueError, so that what was left out never means all.
    """

    branch: str | None

    def __post_init__(self) -> None:
        if self.branch == "":
            raise ValueError("a scope is all branches or names one")

    @classmethod
    def all(cls) -> Self:
        """The scope of the college itself."""
        return cls(None)

    @classmethod
    def below(cls, branch: str) -> Self:
        """The scope of one branch. Raises ValueError for an empty one."""
        return cls(branch)

    def covers(self, branch_path: Sequence[str]) -> bool:
        """Whether it reaches the branch that this branch path ends at."""
        return self.branch is None or self.branch in branch_path


@dataclass(frozen=True)
class RouteAccess:
    """Who may use a route: people by their roles, services by their names."""

    roles: frozenset[str] = frozenset()
    services: frozenset[str] = frozenset()
    is_open: bool = False

    def can_admit(self, who: Caller) -> bool:
        """Whether the caller may pass."""
        if SERVICE in who.roles:
            return who.issuer in self.services
        return bool(who.roles & self.roles)


class Signer:
    """Signs tokens in the name of one service."""

    def __init__(self, service: str, key_file: Path) -> None:
        """Raises SettingsError for a file that holds no key, or another's."""
        self.service = service
        self.key = load_key_file("KEY_FILE", key_file, OKPKey.import_key)
        if self.key.kid not in (None, service):
            raise SettingsError(
                f"KEY_FILE: {key_file} is the key of {self.key.kid}, not of {service}"
            )

    @property
    def signing_key(self) -> Ed25519PrivateKey:
        """The key itself, for what is signed and is no token. Raises TypeError."""
        key = self.key.private_key
        if not isinstance(key, Ed25519PrivateKey):
            raise TypeError(f"the key of {self.service} cannot sign")
        return key

    def sign_token(
        self,
        audience: str,
        *,
        person: str = "",
        branch: str = "",
        roles: frozenset[str] = frozenset({"service"}),
        login: str = "",
        account: str = "",
        session: str = "",
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
            "account": account,
            "session": session,
        }
        header = {"alg": ALGORITHM, "kid": self.service}
        return jwt.encode(header, claims, self.key, algorithms=[ALGORITHM])


class Verifier:
    """Checks tokens meant for one service against the known public keys."""

    def __init__(self, service: str, keys_file: Path) -> None:
        """Raises SettingsError for a file that holds no keys."""
        self.keys = load_key_file("KEYS_FILE", keys_file, KeySet.import_key_set)
        self.rules = jwt.JWTClaimsRegistry(
            leeway=LEEWAY_SECONDS,
            iss={"essential": True},
            aud={"essential": True, "value": service},
            exp={"essential": True},
            iat={"essential": True},
        )

    def verify_token(self, token: str) -> Caller:
        """Who the token speaks for. Raises Problem 401."""
        try:
            decoded = jwt.decode(token, self.keys, algorithms=[ALGORITHM])
            require_our_time(decoded.claims)
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
            who = msgspec.convert({**claims, "issuer": claims["iss"]}, Caller)
        except msgspec.ValidationError as error:
            raise Problem(
                401, "token-refused", "The token's claims are odd."
            ) from error
        if not _is_allowed_claim(who):
            raise Problem(
                401, "token-refused", "The token says what its issuer may not say."
            )
        return who


def _is_allowed_claim(who: Caller) -> bool:
    """Whether the issuer may vouch for this: itself, or people if it is the gateway."""
    if who.issuer == GATEWAY and who.roles <= ROLES_OF_PEOPLE:
        return True
    names_nobody = not (
        who.person or who.branch or who.login or who.account or who.session
    )
    return names_nobody and who.roles <= {SERVICE}


def require_roles(*roles: str, services: Sequence[str] = ()) -> Callable[[View], View]:
    """A route is for people with one of these roles, and for these services."""
    unknown = set(roles) - ROLES_OF_PEOPLE
    if unknown:
        raise ValueError(f"no roles of people: {sorted(unknown)}")
    return _mark_access(RouteAccess(frozenset(roles), frozenset(services)))


def require_services(*services: str) -> Callable[[View], View]:
    """A route is for these services alone, each speaking for itself."""
    return require_roles(services=services)


def allow_everyone(view: View) -> View:
    """A route is for everybody."""
    return _mark_access(RouteAccess(is_open=True))(view)


def access_of(view: object) -> RouteAccess | None:
    """Who may use this view, or None where it is not marked: then nobody may."""
    return getattr(view, "__access__", None)


def _mark_access(access: RouteAccess) -> Callable[[View], View]:
    def mark_view(view: View) -> View:
        view.__access__ = access  # type: ignore[attr-defined]
        return view

    return mark_view


def bearer_token() -> str | None:
    """The token that the request bears; None when it bears none."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def require_bearer(token: str) -> None:
    """Raises Problem 401 unless the request bears this very token."""
    if not is_bearer(token):
        raise Problem(401, "token-missing", "This needs a token: Bearer TOKEN.")


def is_bearer(token: str) -> bool:
    """Whether the request bears this very token; never when it is empty."""
    borne = (bearer_token() or "").encode()
    return bool(token) and hmac.compare_digest(borne, token.encode())


def current_caller() -> Caller:
    """Who asks in this request."""
    caller: Caller = g.caller
    return caller


def current_scope() -> Scope:
    """How far the caller of this request sees.

    An officer sees the own branch and those below it, whatever other roles there are;
    a service sees all that the route it was let in by shows.
    Raises Problem 403 `branch-missing` for an officer without a branch, and
    `role-missing` for whoever sees no branches at all.
    """
    who = current_caller()
    if who.has_role("officer"):
        if not who.branch:
            raise Problem(
                403,
                "branch-missing",
                "This account acts for no branch; ask the college to name one.",
            )
        return Scope.below(who.branch)
    if who.has_role("staff", "operator", SERVICE):
        return Scope.all()
    raise Problem(403, "role-missing", "This needs one of: officer, staff, operator.")


def install_auth(app: Flask, verifier: Verifier) -> None:
    """The access of every route is checked before its view runs."""

    def check_access() -> None:
        view = app.view_functions.get(request.endpoint or "")
        access = access_of(view)
        if view is None or (access and access.is_open):
            return
        if access is None:
            raise Problem(403, "no-door", "This route says nobody may use it.")
        token = bearer_token()
        if not token:
            raise Problem(401, "token-missing", "Sign in at the gateway first.")
        g.caller = verifier.verify_token(token)
        if not access.can_admit(g.caller):
            named = ", ".join(sorted(access.roles) + sorted(access.services))
            raise Problem(403, "role-missing", f"This needs one of: {named}.")

    app.before_request(check_access)
