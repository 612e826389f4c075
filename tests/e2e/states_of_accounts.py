"""States of the pages by which branches, accounts and keys are managed."""

import secrets
from collections.abc import Iterator
from typing import Any

from tests.e2e.shown import Shown
from tests.routes.scene import Scene

BRANCH, ACCOUNT = "/branches/dongcheng", "/accounts/new"
KEY = {"name": "会员系统", "scope": "rosters-read", "days": "30"}
OWN = secrets.token_hex(3)
LONG_NAME = "一个名称很长的基层工会，某某区某某街道某某社区卫生服务中心联合工会委员会"
RULE = "GET /accounts/<account_id>"


def pages_of_management(scene: Scene) -> Iterator[Shown]:
    """Lists with nothing in them, forms with faults, a key that is shown once."""
    yield Shown("GET /branches", "staff", "/branches?q=没有这样的")
    yield Shown("GET /accounts", "staff", "/accounts?branch=beijing&state=reset")
    yield Shown("GET /accounts/<account_id>", "staff", "/accounts/nothing", 404)
    for path, fields in (
        ("/branches/new", {"id": "西城", "name": "", "parent": "工会"}),
        (BRANCH, {"action": "move", "version": "99", "parent": "jianguomen"}),
        (BRANCH, {"action": "rename", "version": "1", "name": ""}),
        (ACCOUNT, {"role": "officer", "login": "x", "name": "", "email": "x"}),
    ):
        status = 412 if fields.get("parent") == "jianguomen" else 422
        yield Shown(f"POST {path}", "staff", path, status, fields)
    found = {"words": "没有这个人"}
    yield Shown("POST /accounts/search", "staff", "/accounts/search", 200, found)
    yield Shown("POST /keys", "same", "/keys", 200, KEY)
    yield Shown("POST /keys", "same", "/keys", 422, KEY | {"name": ""})
    yield Shown("GET /keys", "first", "/keys?all=1")
    yield from _of_accounts(scene)
    yield from _of_branches(scene)


def _of_accounts(scene: Scene) -> Iterator[Shown]:
    """Of who is signed in, the own one, one that is disabled, and forms with faults."""
    ids = {name: _account_of(scene, name) for name in ("same", "staff", "seated")}
    for id_ in ids.values():
        yield Shown(RULE, "first", f"/accounts/{id_}?done=enable")
    yield Shown(RULE, "first", f"/accounts/{_account_of(scene, 'first')}")
    disabled = _invite(scene)
    path = f"/api/accounts/{disabled}/disabling"
    scene.doors["first"].call("POST", path, dict[str, Any])
    yield Shown(RULE, "first", f"/accounts/{disabled}?done=disable")
    form, path = RULE.replace("GET", "POST"), f"/accounts/{ids['same']}"
    nowhere = {"action": "give", "role": "officer", "branch": "没有这样的"}
    yield Shown(form, "first", path, 422, nowhere)
    no_address = {"action": "reset", "email": "x"}
    yield Shown(form, "first", path, 422, no_address)
    yield Shown(
        "POST /accounts/search", "staff", "/accounts/search", 422, {"words": ""}
    )


def _of_branches(scene: Scene) -> Iterator[Shown]:
    """One far below others with a long name and an officer, which is closed."""
    parent = "jianguomen"
    for depth in range(3):
        body = {"id": f"deep-{OWN}-{depth}", "name": LONG_NAME, "parent": parent}
        path = "/api/enrollment/branches"
        parent = str(scene.staff.call("POST", path, dict[str, Any], body)["id"])
    _invite(scene, parent)
    yield Shown("GET /branches", "staff", "/branches?q=某某街道")
    scene.staff.call("POST", f"{path}/{parent}/closing", dict[str, Any], match="*")
    for id_ in ("dongcheng", parent):
        yield Shown(
            "GET /branches/<branch_id>", "staff", f"/branches/{id_}?done=closed"
        )


def _invite(scene: Scene, branch: str = "dongcheng") -> str:
    """An officer's account."""
    login = f"officer-{OWN}-{branch}"
    body = {
        "login": login, "name": "欧阳某某某", "role": "officer", "branch_id": branch,
        "email": f"{login}@biyong.example",
    }  # fmt: skip
    made = scene.doors["first"].call("POST", "/api/invitations", dict[str, Any], body)
    return str(made["account"])


def _account_of(scene: Scene, caller: str) -> str:
    asked, found = {"login": scene.logins[caller][0]}, "/api/accounts/find"
    return str(scene.doors["first"].call("POST", found, dict[str, Any], asked)["id"])
