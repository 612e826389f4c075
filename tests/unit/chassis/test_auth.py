"""Tokens between services: whom they let in, and whom not."""

import base64
import json
import re
import time
from pathlib import Path
from typing import Any

import pytest
from chassis.http import auth, problem
from chassis.http.auth import (
    ALGORITHM,
    LIFE_SECONDS,
    ROLES_OF_PEOPLE,
    Scope,
    Signer,
    Verifier,
    allow_everyone,
    require_roles,
)
from chassis.http.body import json_response
from chassis.http.problem import TYPE, Problem
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask, Response
from joserfc import jwt
from joserfc.jwk import OctKey, OKPKey


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


class Keys:
    """Key files of some services, made anew."""

    def __init__(self, folder: Path, *services: str) -> None:
        self.folder = folder
        self.private = {name: self._make(name) for name in services}
        known = [
            {k: v for k, v in key.items() if k != "d"} for key in self.private.values()
        ]
        self.all = folder / "keys.json"
        self.all.write_text(json.dumps({"keys": known}))

    def _make(self, kid: str) -> dict[str, str]:
        key = Ed25519PrivateKey.generate()
        made = {
            "kty": "OKP",
            "crv": "Ed25519",
            "kid": kid,
            "d": b64(key.private_bytes_raw()),
            "x": b64(key.public_key().public_bytes_raw()),
        }
        (self.folder / f"{kid}.json").write_text(json.dumps(made))
        return made

    def signer(self, name: str) -> Signer:
        return Signer(name, self.folder / f"{name}.json")

    def sign(
        self, name: str, header: dict[str, Any] | None = None, **changed: Any
    ) -> str:
        """A token by this service with some claims or headers changed."""
        now = int(time.time())
        claims = {"iss": name, "aud": "media", "iat": now, "exp": now + 60}
        claims |= {"person": "p", "branch": "", "roles": ["trainee"]}
        said = {k: v for k, v in (claims | changed).items() if v is not None}
        head = {"alg": ALGORITHM, "kid": name} | (header or {})
        head = {k: v for k, v in head.items() if v is not None}
        key = OKPKey.import_key(dict(self.private[name]))
        return jwt.encode(head, said, key, algorithms=[ALGORITHM])


@pytest.fixture(name="keys")
def _keys(tmp_path: Path) -> Keys:
    return Keys(tmp_path, "gateway", "learning")


@pytest.fixture(name="verifier")
def _verifier(keys: Keys) -> Verifier:
    return Verifier("media", keys.all)


def require_refused(verifier: Verifier, token: str) -> None:
    with pytest.raises(Problem) as raised:
        verifier.verify_token(token)
    assert raised.value.status == 401
    assert raised.value.slug == "token-refused"


NOBODY = {"person": "", "branch": "", "roles": ["service"]}


@pytest.mark.parametrize("role", ["trainee", "officer", "staff", "operator", "visitor"])
def test_only_the_gateways_key_says_that_somebody_has_a_role(
    keys: Keys, verifier: Verifier, role: str
) -> None:
    said = NOBODY | {"roles": [role]}
    assert verifier.verify_token(keys.sign("gateway", **said)).roles == {role}
    require_refused(verifier, keys.sign("learning", **said))
    require_refused(
        verifier, keys.sign("learning", **NOBODY | {"roles": [], "person": "p"})
    )


@pytest.mark.parametrize("claim", ["person", "branch", "login"])
@pytest.mark.parametrize("issuer", ["gateway", "learning"])
def test_a_service_that_speaks_for_itself_names_nobody(
    keys: Keys, verifier: Verifier, issuer: str, claim: str
) -> None:
    assert verifier.verify_token(keys.sign(issuer, **NOBODY)).issuer == issuer
    require_refused(verifier, keys.sign(issuer, **NOBODY | {claim: "x"}))


@pytest.mark.parametrize("roles", [["service", "staff"], ["root"], ["staff", "root"]])
@pytest.mark.parametrize("issuer", ["gateway", "learning"])
def test_roles_that_do_not_go_together_or_are_unknown_are_refused(
    keys: Keys, verifier: Verifier, issuer: str, roles: list[str]
) -> None:
    require_refused(verifier, keys.sign(issuer, **NOBODY | {"roles": roles}))


def by_hand(header: object, claims: object, signature: str = "") -> str:
    parts = [b64(json.dumps(part).encode()) for part in (header, claims)]
    return ".".join([*parts, signature])


def test_a_token_says_who_asks(keys: Keys, verifier: Verifier) -> None:
    token = keys.signer("gateway").sign_token(
        "media", person="p", branch="dc", roles=frozenset({"officer"})
    )
    caller = verifier.verify_token(token)
    assert (caller.issuer, caller.person, caller.branch) == ("gateway", "p", "dc")
    assert caller.has_role("officer", "staff")
    assert not caller.has_role("staff")


def test_a_service_speaks_as_a_service_unless_it_says_otherwise(
    keys: Keys, verifier: Verifier
) -> None:
    caller = verifier.verify_token(keys.signer("learning").sign_token("media"))
    assert caller.roles == {"service"}
    assert caller.person == ""


def test_a_token_lives_five_minutes_at_most() -> None:
    assert LIFE_SECONDS <= 300


def test_an_expired_token_is_refused(keys: Keys, verifier: Verifier) -> None:
    past = int(time.time()) - 60
    require_refused(verifier, keys.sign("gateway", exp=past, iat=past - 60))


def test_a_token_for_another_service_is_refused(keys: Keys, verifier: Verifier) -> None:
    require_refused(verifier, keys.signer("gateway").sign_token("catalog"))
    require_refused(verifier, keys.sign("gateway", aud=""))
    require_refused(verifier, keys.sign("gateway", aud=["catalog", "notify"]))


@pytest.mark.parametrize("claim", ["exp", "iat", "aud", "iss"])
def test_a_token_without_one_of_its_claims_is_refused(
    keys: Keys, verifier: Verifier, claim: str
) -> None:
    require_refused(verifier, keys.sign("gateway", **{claim: None}))


@pytest.mark.parametrize("exp", ["soon", "99999999999", [], {}, True, 1e400])
def test_an_expiry_that_is_no_time_is_refused(
    keys: Keys, verifier: Verifier, exp: object
) -> None:
    require_refused(verifier, keys.sign("gateway", exp=exp))


def test_a_service_does_not_sign_for_another(keys: Keys, verifier: Verifier) -> None:
    require_refused(verifier, keys.sign("learning", iss="gateway"))
    require_refused(verifier, keys.sign("learning", {"kid": "gateway"}, iss="gateway"))
    require_refused(verifier, keys.sign("learning", {"kid": "gateway"}))


@pytest.mark.parametrize("kid", [None, "", "nobody", "GATEWAY"])
def test_a_key_that_is_not_named_or_not_known_is_refused(
    keys: Keys, verifier: Verifier, kid: str | None
) -> None:
    require_refused(verifier, keys.sign("gateway", {"kid": kid}))


def test_a_key_made_by_a_stranger_is_refused(
    verifier: Verifier, tmp_path_factory: pytest.TempPathFactory
) -> None:
    stranger = Keys(tmp_path_factory.mktemp("stranger"), "gateway")
    require_refused(verifier, stranger.signer("gateway").sign_token("media"))


@pytest.mark.parametrize("alg", ["none", "None", "NONE", "", "HS256", "EdDSA", "RS256"])
def test_another_algorithm_is_refused(verifier: Verifier, alg: str) -> None:
    claims = {
        "iss": "gateway",
        "aud": "media",
        "iat": 1,
        "exp": 9e9,
        "roles": ["staff"],
    }
    require_refused(verifier, by_hand({"alg": alg, "kid": "gateway"}, claims))


def test_the_public_key_is_no_shared_secret(keys: Keys, verifier: Verifier) -> None:
    secret = OctKey.import_key(keys.private["gateway"]["x"].encode())
    now = int(time.time())
    claims = {"iss": "gateway", "aud": "media", "iat": now, "exp": now + 60}
    token = jwt.encode({"alg": "HS256", "kid": "gateway"}, claims, secret)
    require_refused(verifier, token)


def test_changed_claims_are_refused(keys: Keys, verifier: Verifier) -> None:
    head, _, signature = keys.sign("gateway").split(".")
    _, staff, _ = keys.sign("gateway", roles=["staff"]).split(".")
    require_refused(verifier, f"{head}.{staff}.{signature}")


@pytest.mark.parametrize(
    "token",
    [
        "",
        ".",
        "..",
        "a.b.c",
        "a.b.c.d.e",
        "令牌.令牌.令牌",
        "\x00",
        "a" * 100_000,
        by_hand([], {}),
        by_hand(None, {}),
        by_hand(1, {}),
        by_hand("x", {}),
        by_hand({}, {}),
        by_hand({"alg": None}, {}),
        by_hand({"alg": 1}, {}),
        by_hand({"alg": ["Ed25519"]}, {}),
        by_hand({"alg": {"a": 1}}, {}),
        by_hand({"alg": "Ed25519", "kid": 5}, {}, "AAAA"),
        by_hand({"alg": "Ed25519", "kid": []}, {}, "AAAA"),
        by_hand({"alg": "Ed25519", "kid": {}}, {}, "AAAA"),
        by_hand({"alg": "Ed25519", "kid": "gateway"}, {}, "A"),
        by_hand({"alg": "Ed25519", "kid": "gateway"}, {}, "A" * 86),
        by_hand({"alg": "Ed25519", "kid": "gateway"}, [], "A" * 86),
        by_hand({"alg": "Ed25519", "kid": "gateway", "crit": ["b64"]}, {}, "A" * 86),
        by_hand({"alg": "Ed25519", "kid": "gateway", "crit": 1}, {}, "A" * 86),
        by_hand({"alg": "Ed25519", "kid": "gateway", "b64": False}, {}, "A" * 86),
        by_hand({"alg": "Ed25519", "kid": "gateway", "jwk": {"kty": "oct"}}, {}),
    ],
)
def test_what_a_stranger_makes_up_is_refused_and_breaks_nothing(
    verifier: Verifier, token: str
) -> None:
    require_refused(verifier, token)


@pytest.mark.parametrize("payload", [b"[]", b"null", b"1", b"not json", b"\xff"])
def test_a_signed_payload_that_is_no_claims_is_refused(
    keys: Keys, verifier: Verifier, payload: bytes
) -> None:
    head = b64(json.dumps({"alg": ALGORITHM, "kid": "gateway"}).encode())
    raw = base64.urlsafe_b64decode(keys.private["gateway"]["d"] + "==")
    said = f"{head}.{b64(payload)}"
    signature = Ed25519PrivateKey.from_private_bytes(raw).sign(said.encode())
    require_refused(verifier, f"{said}.{b64(signature)}")


def an_app(verifier: Verifier) -> Flask:
    app = Flask("tried")
    problem.install_problems(app)
    auth.install_auth(app, verifier)

    @app.get("/open")
    @allow_everyone
    def open_() -> Response:
        return json_response("open")

    @app.get("/staff")
    @require_roles("staff")
    def staff() -> Response:
        return json_response(auth.current_caller().person)

    @app.get("/learning")
    @require_roles("staff", services=["learning"])
    def learning() -> Response:
        return json_response(auth.current_caller().issuer)

    @app.get("/scope")
    @require_roles(*ROLES_OF_PEOPLE, services=["learning"])
    def scope() -> Response:
        return json_response(auth.current_scope().branch or "all")

    @app.get("/forgotten")
    def forgotten() -> Response:
        return json_response("nobody may see this")

    return app


def ask(app: Flask, path: str, authorization: str = "") -> int:
    headers = {"Authorization": authorization} if authorization else {}
    return app.test_client().get(path, headers=headers).status_code


def test_a_door_opens_to_its_roles_only(keys: Keys, verifier: Verifier) -> None:
    app = an_app(verifier)
    assert ask(app, "/open") == 200
    assert ask(app, "/staff") == 401
    assert ask(app, "/staff", f"Bearer {keys.sign('gateway')}") == 403
    token = keys.sign("gateway", roles=["staff"])
    assert ask(app, "/staff", f"bearer {token}") == 200
    assert ask(app, "/staff", token) == 401
    assert ask(app, "/staff", f"Basic {token}") == 401


def test_a_door_opens_to_the_services_it_names_only(
    keys: Keys, verifier: Verifier
) -> None:
    app = an_app(verifier)
    learning = f"Bearer {keys.signer('learning').sign_token('media')}"
    gateway = f"Bearer {keys.signer('gateway').sign_token('media')}"
    assert ask(app, "/learning", learning) == 200
    assert ask(app, "/learning", gateway) == 403
    assert ask(app, "/staff", learning) == 403


def test_a_door_is_for_roles_there_are() -> None:
    with pytest.raises(ValueError, match="service"):
        require_roles("staff", "service")


def seen(keys: Keys, app: Flask, **claims: object) -> tuple[int, object]:
    """How far the gateway's caller with these claims sees, or the refusal's slug."""
    token = keys.sign("gateway", **claims)
    got = app.test_client().get("/scope", headers={"Authorization": f"Bearer {token}"})
    said = got.get_json()
    return got.status_code, said["type"][len(TYPE) :] if got.status_code > 399 else said


def test_the_scope_is_made_of_who_asks(keys: Keys, verifier: Verifier) -> None:
    app = an_app(verifier)
    assert seen(keys, app, roles=["officer"], branch="dc") == (200, "dc")
    assert seen(keys, app, roles=["staff"]) == (200, "all")
    assert seen(keys, app, roles=["operator"], branch="") == (200, "all")
    both = seen(keys, app, roles=["officer", "staff"], branch="dc")
    assert both == (200, "dc"), "the narrower of two"


def test_an_officer_without_a_branch_sees_nothing(
    keys: Keys, verifier: Verifier
) -> None:
    app = an_app(verifier)
    for roles in (["officer"], ["officer", "staff"], ["officer", "trainee"]):
        assert seen(keys, app, roles=roles, branch="") == (403, "branch-missing")


def test_who_has_nothing_to_do_with_branches_sees_none(
    keys: Keys, verifier: Verifier
) -> None:
    app = an_app(verifier)
    for roles in (["trainee"], ["visitor"]):
        assert seen(keys, app, roles=roles) == (403, "role-missing")


def test_a_service_sees_all_where_a_route_lets_it_in(
    keys: Keys, verifier: Verifier
) -> None:
    app = an_app(verifier)
    for issuer, status in (("learning", 200), ("gateway", 403)):
        token = keys.signer(issuer).sign_token("media")
        assert ask(app, "/scope", f"Bearer {token}") == status


def test_a_scope_covers_its_branch_and_those_below() -> None:
    east = Scope.below("dc")
    assert east.covers(("bj", "dc"))
    assert east.covers(("bj", "dc", "school"))
    assert not east.covers(("bj",))
    assert not east.covers(())
    assert Scope.all().covers(("bj",))


def test_an_empty_branch_is_no_scope() -> None:
    for make in (Scope, Scope.below):
        with pytest.raises(ValueError, match="names one"):
            make("")


def test_a_route_without_a_door_is_closed_to_everybody(
    keys: Keys, verifier: Verifier
) -> None:
    token = keys.sign("gateway", roles=["staff", "operator"])
    assert ask(an_app(verifier), "/forgotten", f"Bearer {token}") == 403


def test_a_route_that_is_not_there_is_not_found(verifier: Verifier) -> None:
    assert ask(an_app(verifier), "/nothing") == 404


@pytest.mark.parametrize(
    ("iat", "exp", "said"),
    [(60, 180, r"(59|60) s ahead"), (-180, -60, r"6\d s late")],
    ids=["ahead", "behind"],
)
def test_clocks_that_are_apart_are_named_as_what_is_wrong(
    keys: Keys, verifier: Verifier, iat: int, exp: int, said: str
) -> None:
    now = int(time.time())
    token = keys.sign("gateway", iat=now + iat, exp=now + exp)
    with pytest.raises(Problem) as refused:
        verifier.verify_token(token)
    assert (refused.value.status, refused.value.slug) == (401, "token-refused")
    assert re.search(said, refused.value.detail)
    assert "clocks" in refused.value.detail


def test_clocks_some_seconds_apart_are_no_matter(
    keys: Keys, verifier: Verifier
) -> None:
    now = int(time.time())
    for apart in (-4, 4):
        token = keys.sign("gateway", iat=now + apart, exp=now + apart + 60)
        assert verifier.verify_token(token).issuer == "gateway"
