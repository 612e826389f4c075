"""States of an officer's pages: files understood or not, rosters in every state."""

import secrets
from collections.abc import Iterator
from typing import Any

import urllib3
from biyong.door import Door

from tests.e2e.shown import Shown
from tests.platform import rosters
from tests.platform.running import until
from tests.routes.scene import Scene

Answer = dict[str, Any]
OWN = secrets.token_hex(3)
NEW, DRAFT = "/rosters/new", "GET /roster-drafts/<draft>"
OF_ROSTER = "GET /rosters/<branch>/<roster>"
NO_HEADS = "张三,一,13600000001\n李四,二,13600000002\n"
LONG_NAME = (
    "一份名称很长的名册，区总工会二〇二六年第四季度集体协商业务培训报名汇总表（定稿）"
)


def pages_of_officers(scene: Scene) -> Iterator[Shown]:
    for path in ("/", "/rosters", NEW):
        yield Shown(f"GET {path}", "child", path)  # who has sent nothing
    yield Shown(f"GET {NEW}", "parent", NEW)  # in the name of one of many
    nothing = {"class_id": "", "branch": "dongcheng"}
    yield Shown(f"POST {NEW}", "same", NEW, 422, nothing)
    yield Shown(f"POST {NEW}", "same", NEW, 422, {"file": ("x.xlsx", "PK\x03\x04torn")})
    for content in (NO_HEADS, _file(scene)):
        yield Shown(DRAFT, "same", _draft(scene, content))
    yield Shown("GET /rosters", "same", "/rosters?kind=trial")
    yield from _of_rosters(scene)
    yield from _of_codes(scene)


def _of_rosters(scene: Scene) -> Iterator[Shown]:
    """One with a row refused and one taken back; a trial; a large one of a branch
    above."""
    good, bad = rosters.rows(2, scene.values["open"])
    rows = [{k: v for k, v in row.items() if k != "branch_id"} for row in (good, bad)]
    rows[1]["phone"] = "12"
    officer = scene.doors["same"]
    rosters.put(officer, f"mixed-{OWN}.1", rows, "dongcheng")
    rosters.put(officer, f"trial-{OWN}.1", rows, "dongcheng", dry_run=True)
    for key in (f"mixed-{OWN}.1", f"trial-{OWN}.1"):
        _await_receipt(officer, key)
    mixed = f"/rosters/dongcheng/mixed-{OWN}"
    for more in ("", "?show=all", "?search=nobody", "?before=1"):
        yield Shown(OF_ROSTER, "same", mixed + more)
    yield Shown(OF_ROSTER, "same", f"/rosters/dongcheng/trial-{OWN}")
    taken_back = f"/rosters/dongcheng/{scene.values['taken_back']}"
    yield Shown(OF_ROSTER, "same", taken_back)
    yield Shown(f"{OF_ROSTER}/taking-back", "same", f"{taken_back}/taking-back")
    yield Shown(OF_ROSTER, "parent", "/rosters/beijing/demo?show=all")
    yield Shown(f"{OF_ROSTER}/taking-back", "same", f"{mixed}/taking-back")
    yield Shown(f"{OF_ROSTER}/repairs", "same", f"{mixed}/repairs")
    wrong = {f"row{rows[1]['row']}-{name}": "x" for name in ("name", "phone", "email")}
    route = f"{OF_ROSTER}/repairs".replace("GET", "POST")
    yield Shown(route, "same", f"{mixed}/repairs", 422, wrong)


def _of_codes(scene: Scene) -> Iterator[Shown]:
    """A sheet for somebody whom no letter reaches, and the code of another typed in."""
    officer, people = scene.doors["same"], []
    rows = rosters.rows(2, scene.values["open"], "dongcheng")
    rosters.put(officer, f"codes-{OWN}.1", rows, "dongcheng")
    _await_receipt(officer, f"codes-{OWN}.1")
    for row in rows:
        asked = {"phone": row["phone"]}
        path = "/api/enrollment/people/find"
        [person] = officer.call("POST", path, list[dict[str, Any]], asked)
        people.append(str(person["person_id"]))
    sheet = {"person": people[0]}
    yield Shown("POST /people/codes", "same", "/people/codes", 200, sheet)
    path, asked_for = "/api/people/activation-codes", {"person_ids": people[1:]}
    made = officer.call("POST", path, dict[str, Any], asked_for)
    typed = {"code": str(made["codes"][0]["code"])}
    yield Shown("POST /activate", "anonymous", "/activate", 200, typed)
    short = typed | {"password": "short"}
    route = "POST /activate/password"
    yield Shown(route, "anonymous", "/activate/password", 422, short)
    yield Shown("GET /people/codes", "sibling", "/people/codes")
    yield from _of_invitations(officer)


def _of_invitations(officer: Door) -> Iterator[Shown]:
    """A branch all of whose people were invited, one with nobody, and all there are."""
    path = "/api/people/invitations"
    officer.call("POST", path, dict[str, Any], {"branch_id": "dongcheng"})
    until(lambda: _is_over(officer.call("GET", f"{path}/dongcheng", Answer)), 60)
    route = "GET /people/invitations"
    yield Shown(route, "same", "/people/invitations")
    yield Shown(route, "sibling", "/people/invitations")
    yield Shown(route, "staff", "/people/invitations")
    yield Shown("GET /demo/messages", "anonymous", "/demo/messages?after=nothing")


def _is_over(latest: Answer) -> bool:
    return latest["state"] == "done"


def _await_receipt(officer: Door, key: str) -> None:
    until(lambda: rosters.receipt(officer, key, "dongcheng"), 30)


def _file(scene: Scene) -> str:
    """A file with columns that nobody knows, one phone too short and one row twice."""
    rows = rosters.rows(3, "")
    rows[1]["phone"] = "123"
    lines = [
        f"{row['name']},{row['member_no']},{row['phone']},{scene.values['open']},备注"
        for row in (*rows, rows[0])
    ]
    return "\n".join(("姓名,会员号,手机号,班级编号,备注", *lines))


def _draft(scene: Scene, content: str) -> str:
    """The address of a file that was chosen and not sent."""
    chosen = urllib3.request(
        "POST",
        f"{scene.platform.url}{NEW}",
        fields={"file": (f"{LONG_NAME}.csv", content, "text/csv"), "dry_run": "y"},
        headers={"Authorization": f"Bearer {scene.doors['same'].token}"},
        redirect=False,
    )
    assert chosen.status == 303, chosen.data.decode()
    return str(chosen.headers["Location"])
