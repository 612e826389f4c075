"""States of the pages about the own account: codes, proofs, contacts, second factors.

Somebody who came by a sheet and has a long name; proofs that are too old; forms with
faults; fresh recovery codes.
"""

import datetime
import re
import secrets
from collections.abc import Iterator
from typing import Any

import urllib3
from biyong.door import Door
from gateway.identity.login_sessions import NEVER
from gateway.identity.tokens import hash_token

from tests.e2e.shown import TIMEOUT, Shown
from tests.platform import chain, rosters
from tests.platform.running import Platform, until
from tests.routes.scene import Scene

OWN = secrets.token_hex(3)
LONG_NAME = "阿卜杜热依木·买买提艾力·吾斯曼江·古丽巴哈尔"
LONG_LOGIN = "a-login-that-is-as-long-as-addresses-become@department.union.example"
WRONG = {"code": "000000"}
PROVEN_HOURS = 2
"""Every page is looked at within them, so no proof grows too old on the way."""


def pages_of_own_account(scene: Scene) -> Iterator[Shown]:
    """Of who came by a sheet, of who has a second factor, and of who signs in."""
    vouched, unasked = Door(scene.platform.url), Door(scene.platform.url)
    vouched.token = _come_by_sheet(scene, LONG_NAME)
    unasked.token = _come_by_sheet(scene, "未同意")
    chain.agree(vouched)
    scene.doors = {**scene.doors, "vouched": vouched, "unasked": unasked}
    yield Shown("GET /consent", "unasked", "/consent?next=/record")
    telling = "/account/notices"
    yield Shown(f"GET {telling}", "vouched", f"{telling}?saved=1")
    half = {"quiet_from": "22:00", "digest_at": "18:00"}
    yield Shown(f"POST {telling}", "vouched", telling, 422, half)
    for path in ("/", "/account", "/name", "/account/data"):
        yield Shown(f"GET {path}", "vouched", path)
    yield from _of_contacts()
    yield from _of_codes()
    yield from _of_own_factors()
    yield from _of_old_proofs(scene)


def keep_proofs_fresh(platform: Platform) -> None:
    """Whoever proved who they are did so as if just now, until all is looked at; who is
    half signed in stays so."""
    later = datetime.datetime.now(datetime.UTC) + datetime.timedelta(hours=PROVEN_HOURS)
    with platform.store() as client:
        rows = client["gateway"]["sessions"]
        rows.update_many({"stale": {"$exists": False}}, {"$set": {"proven": later}})
        half = {"whole": {"$exists": True}}
        rows.update_many(half, {"$set": {"until": later, "ends": later}})


def _of_contacts() -> Iterator[Shown]:
    """A code to a new phone, and what is no phone."""
    path, form = "/account/contact", "POST /account/contact"
    yield Shown(form, "vouched", path, 200, {"contact": LONG_LOGIN})
    yield Shown(form, "vouched", path, 422, {"contact": "x" * 90})
    answer = {**WRONG, "ticket": "nobodys", "contact": LONG_LOGIN}
    yield Shown(f"{form}/answer", "vouched", f"{path}/answer", 422, answer)


def _of_codes() -> Iterator[Shown]:
    """Signing in by a code: nothing asked for, a long login, a code that is wrong."""
    path, form = "/sign-in/code", "POST /sign-in/code"
    yield Shown(form, "anonymous", path, 422, {"login": ""})
    yield Shown(form, "anonymous", path, 200, {"login": LONG_LOGIN})
    answer = {**WRONG, "ticket": "nobodys", "login": LONG_LOGIN, "next": "/record"}
    yield Shown(f"{form}/answer", "anonymous", f"{path}/answer", 422, answer)
    long = {"login": LONG_LOGIN, "password": "wrong"}
    yield Shown("POST /sign-in", "anonymous", "/sign-in", 401, long)
    yield Shown("POST /activate", "anonymous", "/activate", 422, {"code": ""})


def _of_own_factors() -> Iterator[Shown]:
    """Of `careful`, who has a passkey (`states_of_second_factor.py`)."""
    home, proof = "/account/second-factor", "/account/proof"
    yield Shown("GET /account", "careful", "/account")
    yield Shown(f"GET {proof}", "careful", proof)
    yield Shown(f"GET {proof}/factor", "careful", f"{proof}/factor")
    yield Shown(f"POST {proof}/factor", "careful", f"{proof}/factor", 422, {"code": ""})
    yield Shown(f"POST {home}/app", "careful", f"{home}/app", 422, WRONG)
    nameless = {"name": "", "credential": "{}"}
    keys = f"{home}/passkeys"
    yield Shown(f"POST {keys}", "careful", keys, 422, nameless)
    codes = f"{home}/recovery-codes"
    yield Shown(f"POST {codes}", "careful", codes, 200, {})


def _of_old_proofs(scene: Scene) -> Iterator[Shown]:
    """What is shown to who signed in long ago, and asked before anything is changed."""
    stale = Door(scene.platform.url)
    stale.token = scene.token_anew("staff")
    long_ago = {"$set": {"proven": NEVER, "stale": True}}
    with scene.platform.store() as client:
        own = {"_id": hash_token(stale.token)}
        assert client["gateway"]["sessions"].update_one(own, long_ago).matched_count
    scene.doors = {**scene.doors, "stale": stale}
    home = "/account/second-factor"
    yield Shown(f"GET {home}", "stale", home)
    yield Shown("GET /account", "stale", "/account")


def _come_by_sheet(scene: Scene, name: str) -> str:
    """The session of somebody new in dongcheng who typed in the code of a sheet."""
    officer = scene.doors["same"]
    [row] = rosters.rows(1, scene.values["open"])
    del row["branch_id"]
    key = f"sheet-{OWN}-{row['member_no']}.1"
    rosters.put(officer, key, [row | {"name": name}], "dongcheng")
    until(lambda: rosters.receipt(officer, key, "dongcheng"), 30)
    path, asked = "/api/enrollment/people/find", {"phone": row["phone"]}
    [person] = officer.call("POST", path, list[dict[str, Any]], asked)
    body = {"person_ids": [person["person_id"]]}
    made = officer.call("POST", "/api/people/activation-codes", dict[str, Any], body)
    fields = {"code": str(made["codes"][0]["code"]), "password": chain.PASSWORD}
    address = f"{scene.platform.url}/activate/password"
    answer = urllib3.request(
        "POST", address, fields=fields, redirect=False, timeout=TIMEOUT
    )
    found = re.search(r"biyong_session=([^;]+)", answer.headers["Set-Cookie"])
    assert found is not None
    return found[1]
