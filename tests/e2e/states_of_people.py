"""States of the pages about people: doubles, merges, corrections, deletions that are
done; and what officers and staff are told of a form with faults."""

import datetime
import secrets
from collections.abc import Iterator
from typing import Any

import urllib3
from biyong.door import Door

from tests.e2e.shown import TIMEOUT, Shown
from tests.platform import chain, rosters
from tests.platform.running import Platform, until
from tests.routes.scene import Scene

Answer = dict[str, Any]
OWN = secrets.token_hex(3)
PEOPLE = "/api/enrollment/people"
RULE = "/people/<person_id>"
LONG_NAME = "古丽巴哈尔·阿卜杜热依木·买买提艾力·吾斯曼江"
LONG_EMAIL = "a-mail-address-that-is-long@department.of.a.district.union.example"


def pages_of_members(scene: Scene) -> Iterator[Shown]:
    """Two who look alike, two who are merged, and one with all that can be known."""
    pairs = [_add_pair(scene, name) for name in (f"双名{OWN}", f"合并{OWN}")]
    yield Shown("GET /people/doubles", "staff", "/people/doubles")
    undecided = {"pair": ".".join(sorted(pairs[0]))}
    form = "POST /people/doubles"
    yield Shown(form, "staff", "/people/doubles", 422, undecided)
    keep, lose = pairs[1]
    body = {"person_id": lose}
    scene.staff.call("POST", f"{PEOPLE}/{keep}/merges", Answer, body)
    yield Shown(f"GET {RULE}", "staff", f"/people/{keep}")
    unknown = {"other": "nobody-at-all"}
    merge = f"/people/{keep}/merges"
    yield Shown(f"POST {RULE}/merges", "staff", merge, 404, unknown)
    yield from _of_corrected(scene)
    yield from _of_searches(scene)
    yield from _of_deletions(scene)


def _of_corrected(scene: Scene) -> Iterator[Shown]:
    """A long name that was corrected, as officer and staff see it, and faults."""
    row = _rows(scene, 1)[0] | {"name": LONG_NAME, "email": LONG_EMAIL}
    id_ = _enrol(scene, "same", "dongcheng", row)
    path = f"{PEOPLE}/{id_}"
    version = scene.staff.call("GET", path, Answer)["version"]
    better = {"name": f"{LONG_NAME}江", "phone": f"137{row['phone'][3:]}"}
    scene.staff.call("PATCH", path, Answer, better, match=f'"{version}"')
    for caller in ("same", "staff"):
        yield Shown(f"GET {RULE}", caller, f"/people/{id_}")
    wrong = {"version": "1", "phone": "12", "email": "x"}
    yield Shown(f"POST {RULE}", "same", f"/people/{id_}", 422, wrong)
    stale = {"version": "0", "email": LONG_EMAIL.upper()}
    yield Shown(f"POST {RULE}", "same", f"/people/{id_}", 412, stale)
    reminders = f"/classes/{scene.values['class']}/reminders"
    nobody = {"once": ""}
    yield Shown("POST /classes/<class_id>/reminders", "same", reminders, 422, nobody)
    transfers, unmasking = f"/people/{id_}/transfers", f"/people/{id_}/unmasking"
    nowhere = {"day": "2026-12-40", "joins": "nowhere"}
    yield Shown(f"POST {RULE}/transfers", "same", transfers, 422, nowhere)
    yield Shown(f"POST {RULE}/unmasking", "staff", unmasking, 422, {"reason": ""})


def _of_searches(scene: Scene) -> Iterator[Shown]:
    """People nobody finds, nobody picked, and a contact that is too long."""
    nobody, nothing = {"words": "没有这个人"}, {"words": ""}
    yield Shown("POST /people", "same", "/people", 200, nobody)
    yield Shown("POST /people", "same", "/people", 422, nothing)
    yield Shown("POST /people", "staff", "/people", 200, {"words": OWN})
    yield Shown("POST /people/codes", "same", "/people/codes", 422, {})
    known = {"person": scene.values["person"]}
    yield Shown("POST /people/codes", "same", "/people/codes", 200, known)
    too_long = {"version": "0", "place": "长" * 90}
    yield Shown("POST /contact", "same", "/contact", 422, too_long)
    yield Shown("GET /audit", "first", "/audit?subject=nothing-such")


def _of_deletions(scene: Scene) -> Iterator[Shown]:
    """One that is done, as whoever has its link and staff see it, and one that is
    taken back."""
    done, cancelled = (_ask_deletion(scene) for _ in range(2))
    cancel = f"{cancelled}/cancellation"
    assert _send(Door(scene.platform.url), cancel, {}).status == 303
    _let_begin(scene.platform)
    until(lambda: b"report.json" in _read(scene.platform, done), 60)
    for path in (done, cancelled):
        yield Shown("GET /deletions/<token>", "anonymous", path)
    yield Shown("GET /staff/deletions", "staff", "/staff/deletions")


def _ask_deletion(scene: Scene) -> str:
    """The page by which somebody new follows the own deletion."""
    [row] = _rows(scene, 1)
    email = f"gone-{row['member_no']}-{OWN}@biyong.example"
    _enrol(scene, "same", "dongcheng", row | {"email": email})
    door = chain.take_up_invitation(scene.platform, email)
    right = {"password": chain.PASSWORD, "word": "删除"}
    return str(_send(door, "/account/data/deletion", right).headers["Location"])


def _let_begin(platform: Platform) -> None:
    """The days in which a deletion can be taken back are over; of the seated one, whose
    pages are looked at, they are not."""
    with platform.store() as client:
        rows = client["gateway"]["deletions"]
        [newest] = rows.find({"state": "asked"}).sort("asked_at", -1).limit(1)
        now = datetime.datetime.now(datetime.UTC)
        due = {"$set": {"due": now, "work_due": now.timestamp()}}
        rows.update_one({"_id": newest["_id"]}, due)


def _add_pair(scene: Scene, name: str) -> tuple[str, str]:
    """Two records of one name and phone in branches beside each other."""
    one, other = _rows(scene, 2)
    ids = [
        _enrol(scene, caller, branch, row | {"name": name, "phone": one["phone"]})
        for caller, branch, row in (
            ("same", "dongcheng", one),
            ("sibling", "xicheng", other),
        )
    ]
    return ids[0], ids[1]


def _rows(scene: Scene, count: int) -> list[Answer]:
    rows = rosters.rows(count, scene.values["open"])
    return [{k: v for k, v in row.items() if k != "branch_id"} for row in rows]


def _enrol(scene: Scene, caller: str, branch: str, row: Answer) -> str:
    """Who a row made, once it is decided."""
    door, key = scene.doors[caller], f"member-{OWN}-{row['member_no']}.1"
    rosters.put(door, key, [row], branch)
    until(lambda: rosters.receipt(door, key, branch), 30)
    asked = {"branch_id": branch, "member_no": row["member_no"]}
    [person] = door.call("POST", f"{PEOPLE}/find", list[Answer], asked)
    return str(person["person_id"])


def _send(door: Door, path: str, fields: dict[str, str]) -> urllib3.BaseHTTPResponse:
    bearer = {"Authorization": f"Bearer {door.token}"} if door.token else {}
    return urllib3.request(
        "POST", door.url + path, headers=bearer, fields=fields, redirect=False
    )


def _read(platform: Platform, path: str) -> bytes:
    return urllib3.request("GET", platform.url + path, timeout=TIMEOUT).data
