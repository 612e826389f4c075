"""Pages of the second factor for somebody who has one, signed in and half."""

import html
import json
import re
import secrets
from collections.abc import Iterator
from typing import Any

import urllib3
from biyong.door import Door
from gateway.identity.providers.account_links import BY_STAFF, AccountLinks
from gateway.identity.providers.settings import load_providers
from gateway.identity.pseudonyms import Pseudonyms

from tests.doubles.authenticator import Authenticator
from tests.e2e.shown import TIMEOUT, Shown
from tests.platform import chain
from tests.routes.scene import Scene

HOME, SECOND = "/account/second-factor", "/sign-in/second"
ACCOUNT = "/accounts/<account_id>"
PROVIDER = {
    "name": "zong", "label": {"zh": "总工会平台", "en": "Union"},
    "issuer": "https://provider.example", "client_id": "biyong",
    "client_secret_file": "/secret",
}  # fmt: skip
"""A provider that is set up no more; its connections are there still."""
OPTIONS = re.compile(
    r'data-passkey="create" data-options="([^"]*)" data-origin="([^"]*)"'
)


def pages_of_second_factor(scene: Scene) -> Iterator[Shown]:
    """What is shown once there is a passkey, and between the first proof and it."""
    login = f"careful-{secrets.token_hex(3)}"
    email = f"{login}@biyong.example"
    invitation = {"login": login, "name": "细心人", "role": "staff", "email": email}
    made = scene.doors["first"].call(
        "POST", "/api/invitations", dict[str, Any], invitation
    )
    careful = chain.take_up_invitation(scene.platform, email)
    passkey = _add_passkey(careful)
    half = Door(scene.platform.url)
    half.token = _half_token(scene.platform.url, login)
    scene.doors = {**scene.doors, "careful": careful, "half": half}
    yield Shown(f"GET {HOME}", "careful", HOME)
    path = f"{HOME}/passkeys/{passkey}"
    yield Shown(f"GET {HOME}/passkeys/<passkey>", "careful", path)
    yield from pages_of_proofs(scene, made["account"])
    yield Shown(f"GET {SECOND}", "half", SECOND)
    yield Shown(f"POST {SECOND}", "half", SECOND, 401, {"code": "000000"})


def pages_of_proofs(scene: Scene, account_id: str) -> Iterator[Shown]:
    """Second factors and a connection of an account, as those see it who manage it."""
    [provider] = load_providers(json.dumps([PROVIDER]))
    with scene.platform.store() as store:
        links = AccountLinks(store["gateway"], Pseudonyms(b"another key"))
        links.create_link(provider, "subject", account_id, BY_STAFF)
    account, factors = f"/accounts/{account_id}", "second-factors"
    connection = f"{account}/connections/{provider.name}"
    yield Shown(f"GET {ACCOUNT}", "first", account)
    yield Shown(f"GET {ACCOUNT}", "first", f"{account}?done=reset-factors")
    yield Shown(f"GET {ACCOUNT}/{factors}", "first", f"{account}/{factors}")
    yield Shown(f"GET {ACCOUNT}/connections/<provider>", "first", connection)
    own_login = {"login": scene.logins["first"][0]}
    first = scene.doors["first"]
    own = first.call("POST", "/api/accounts/find", dict[str, Any], own_login)["id"]
    yield Shown(f"GET {ACCOUNT}", "first", f"/accounts/{own}")
    refused = f"/accounts/{own}/{factors}"
    yield Shown(f"POST {ACCOUNT}/{factors}", "first", refused, 409, {})


def _add_passkey(door: Door) -> str:
    """What the new passkey is called in paths."""
    page = _open(door, "GET", HOME).data.decode()
    offered = OPTIONS.search(page)
    assert offered is not None, page
    made = Authenticator(offered[2]).create(html.unescape(offered[1]))
    fields = {"credential": made, "name": "钥匙"}
    assert _open(door, "POST", f"{HOME}/passkeys", fields).status == 200
    found = re.search(rf"{HOME}/passkeys/(\w+)", _open(door, "GET", HOME).data.decode())
    assert found is not None
    return found[1]


def _half_token(url: str, login: str) -> str:
    fields = {"login": login, "password": chain.PASSWORD}
    answer = urllib3.request(
        "POST", f"{url}/sign-in", fields=fields, redirect=False, timeout=TIMEOUT
    )
    found = re.search(r"biyong_session=([^;]+)", answer.headers["Set-Cookie"])
    assert found is not None
    return found[1]


def _open(
    door: Door, method: str, path: str, fields: dict[str, str] | None = None
) -> urllib3.BaseHTTPResponse:
    headers = {"Accept": "text/html", "Authorization": f"Bearer {door.token}"}
    return urllib3.request(
        method, door.url + path, fields=fields, headers=headers, timeout=TIMEOUT
    )
