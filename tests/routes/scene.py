"""Who calls the routes, and what they call them about: people, classes, lectures."""

import base64
import datetime
import itertools
import subprocess
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import urllib3
from biyong.door import Door, Refused
from biyong.home import home_of
from chassis.clock import COLLEGE_ZONE
from media.clients.program import find_ffmpeg

from tests.platform import chain, rosters
from tests.platform.running import Platform, until

numbers = itertools.count(1)
XICHENG = {"id": "xicheng", "name": "西城区总工会", "parent": "beijing"}
LESSONS = [{"lesson_id": "a", "title": "一", "kind": "onsite"}]
COURSE = {"title": "一门课", "module": "policy", "lessons": LESSONS}
CUE = b"00:00.000 --> 00:01.000\nx\n"
NOBODYS = "nobodys"
WEBHOOK = {"url": "https://hooks.biyong.example/feed", "paused": True}
KEY = {"name": "会员系统", "scope": "rosters-read", "days": 30}


def a_picture() -> bytes:
    """A picture of one colour as a file."""
    command = [find_ffmpeg(""), "-v", "error", "-f", "lavfi", "-i", "color=s=640x360"]
    command += ["-frames:v", "1", "-f", "mjpeg", "-"]
    return subprocess.run(command, check=True, capture_output=True).stdout


@dataclass
class Scene:
    """Sessions by caller, and values by the names the table uses."""

    platform: Platform
    doors: Mapping[str, Door]
    logins: Mapping[str, tuple[str, str]]
    values: dict[str, str] = field(default_factory=dict)

    @property
    def staff(self) -> Door:
        return self.doors["staff"]

    def token_anew(self, caller: str) -> str:
        """Another session of a caller, for a call that ends it."""
        if caller not in self.logins:
            return ""
        door = Door(self.platform.url)
        door.sign_in(*self.logins[caller])
        return door.token

    def body(self, name: str) -> dict[str, Any]:
        """What a call sends by this name, new for each call where it must be."""
        return BODIES[name](self)

    def values_for(self, given: Iterable[str]) -> dict[str, str]:
        """The values of one call; what a call changes is made anew for it."""
        makers = {name: FRESH[name] for name in given if name in FRESH}
        return {**self.values, **{name: make(self) for name, make in makers.items()}}


def _made(door: Door, path: str, body: object) -> dict[str, Any]:
    return door.call("POST", path, dict[str, Any], body)


def _below(scene: Scene) -> dict[str, Any]:
    """The trainee with a seat, looked for in a branch."""
    people = [scene.values["person"]]
    return {"person_ids": people, "branch": scene.values["branch"]}


def _class_of(course: str) -> dict[str, Any]:
    return {
        "course_id": course, "title": "一个班", "capacity": 5, "form": "online",
        "starts_on": "2026-12-01", "ends_on": "2026-12-31",
    }  # fmt: skip


def _class_form(course: str) -> dict[str, Any]:
    """What the page of a new class sends: of today, so that it never is over."""
    class_ = _class_of(course)
    today = datetime.datetime.now(COLLEGE_ZONE).date().isoformat()
    class_ |= {"starts_on": today, "ends_on": today, "capacity": "5", "point": ""}
    return class_ | {"course": class_.pop("course_id")}


RECORD = {
    "line": 2,
    "person_id": "nobody",
    "course_id": "nothing",
    "completed_at": "2026-03-05T12:00:00+08:00",
    "hours": 0.5,
}


def _roster(class_id: str) -> dict[str, Any]:
    row = rosters.rows(1, class_id)[0]
    del row["branch_id"]
    return {"roster_id": f"r{next(numbers)}", "rows": [row]}


def _event(class_id: str) -> dict[str, Any]:
    data = _roster(class_id) | {"key": f"k{next(numbers)}"}
    return {
        "specversion": "1.0", "id": data["key"], "source": "/tests",
        "type": "branch.roster.sent.v1", "data": data,
    }  # fmt: skip


def _members() -> dict[str, Any]:
    row = rosters.rows(1, "")[0]
    del row["branch_id"]
    return {"rows": [row], "dry_run": True}


def _invitation(role: str, branch: str = "") -> dict[str, Any]:
    number = next(numbers)
    return {
        "login": f"invited-{number}", "name": "受邀人", "role": role,
        "email": f"invited-{number}@biyong.example", "branch_id": branch,
    }  # fmt: skip


def _file(scene: Scene) -> dict[str, Any]:
    number = next(numbers)
    phone = f"135{number:08d}"
    text = f"姓名,会员号,手机号\n路甲,R-{number},{phone}\n"
    return {
        "branch": "dongcheng",
        "class_id": scene.values["class"],
        "file": ("roster.csv", text.encode(), "text/csv"),
    }


def _draft(scene: Scene) -> str:
    return str(_made(scene.staff, "/api/catalog/courses", COURSE)["id"])


def _course(scene: Scene) -> str:
    course = _draft(scene)
    _made(scene.staff, f"/api/catalog/courses/{course}/publication", {})
    return course


def _open_class(scene: Scene) -> str:
    """One that is open to all."""
    body = _class_of(scene.values["course"]) | {"admission": "open"}
    return str(_made(scene.staff, "/api/catalog/classes", body)["id"])


def _class(scene: Scene) -> str:
    course = scene.values["course"]
    return rosters.open_class(scene.staff, course, 5, "又一个班")


def _request(scene: Scene) -> str:
    """What the one with seats asks of a class, which nobody has answered."""
    path = f"/api/enrollment/classes/{_class(scene)}/requests"
    return str(_made(scene.doors["seated"], path, {})["id"])


def _branch(scene: Scene) -> str:
    """A branch below dongcheng, in which nobody is."""
    id_ = f"below{next(numbers)}"
    branch = {"id": id_, "name": "一个基层工会", "parent": "dongcheng"}
    return str(_made(scene.staff, "/api/enrollment/branches", branch)["id"])


def _account(scene: Scene) -> str:
    """An officer's account that nobody took up yet."""
    invitation = _invitation("officer", "dongcheng")
    return str(_made(scene.doors["first"], "/api/invitations", invitation)["account"])


def _branch_alone(scene: Scene) -> str:
    """A branch without people, below another."""
    branch = {"id": f"b{next(numbers)}", "name": "一单位", "parent": "beijing"}
    return str(_made(scene.staff, "/api/enrollment/branches", branch)["id"])


def _key(scene: Scene) -> str:
    """A key that nobody of the callers made but the first operator; the one before is
    revoked, for an account has but so many."""
    first = scene.doors["first"]
    for known in first.call("GET", "/api/keys", dict[str, Any])["items"]:
        if not known.get("revoked"):
            first.call("DELETE", f"/api/keys/{known['id']}", dict[str, Any])
    return str(_made(first, "/api/keys", KEY)["id"])


def _fresh_roster(scene: Scene) -> str:
    """A roster of dongcheng with one row, sent."""
    roster = _roster(scene.values["class"])
    path = f"/api/enrollment/branches/dongcheng/chunks/{roster['roster_id']}"
    scene.staff.call("PUT", path, dict[str, Any], roster)
    return str(roster["roster_id"])


def _roster_draft(scene: Scene) -> str:
    """A file that an officer of dongcheng chose and has not sent."""
    token = scene.doors["same"].token
    chosen = urllib3.request(
        "POST",
        f"{scene.platform.url}/rosters/new",
        fields=_file(scene),
        headers={"Authorization": f"Bearer {token}"},
        redirect=False,
    )
    return str(chosen.headers["Location"]).rpartition("/")[2]


def _hooked(scene: Scene) -> str:
    """A branch that has a webhook."""
    path = "/api/enrollment/branches/dongcheng/webhook"
    scene.staff.call("PUT", path, dict[str, Any], WEBHOOK)
    return "dongcheng"


FRESH: Mapping[str, Callable[[Scene], str]] = {
    "fresh": lambda _: f"fresh-{next(numbers)}",
    "fresh_draft": _draft,
    "fresh_course": _course,
    "fresh_class": _class,
    "fresh_open_class": _open_class,
    "fresh_account": _account,
    "fresh_branch": _branch_alone,
    "fresh_key": _key,
    "fresh_roster": _fresh_roster,
    "fresh_roster_draft": _roster_draft,
    "fresh_request": _request,
    "hooked": _hooked,
}
BODIES: Mapping[str, Callable[[Scene], dict[str, Any]]] = {
    "nothing": lambda _: {},
    "course": lambda _: COURSE,
    "class": lambda scene: _class_of(scene.values["course"]),
    "area": lambda _: {"name": "一域", "place": 900, "modules": []},
    "project": lambda _: {"name": "一项", "place": 900, "form": "", "summary": ""},
    "branch": lambda _: {"id": f"b{next(numbers)}", "name": "一单位", "parent": ""},
    "branch_name": lambda _: {"name": "又一名"},
    "branch_place": lambda _: {"parent": "dongcheng"},
    "broker_account": lambda _: {"action": "create"},
    "renaming": lambda _: {"action": "rename", "name": "又一名", "version": "1"},
    "account_words": lambda _: {"words": "dong"},
    "disabling": lambda _: {"action": "disable"},
    "member": lambda _: _invitation("officer") | {"branch": "dongcheng"},
    "api_key": lambda _: KEY,
    "seat_plan": lambda _: {"capacity": 7, "quotas": []},
    "seats_form": lambda _: {"version": "1", "capacity": "60"},
    "contacts": lambda _: {"person_ids": []},
    "people_below": lambda scene: _below(scene),
    "counted": lambda _: {"person_ids": [], "year": 2026},
    "counted_below": lambda scene: _below(scene) | {"year": 2026},
    "terms": lambda _: {"seen": None},
    "records": lambda _: {"source": "旧平台", "lines": [RECORD]},
    "leavers": lambda _: {"enrolment_ids": ["nobody"]},
    "replacement": lambda scene: {
        "enrolment_id": scene.values["enrolment_seated"],
        "member_no": "no number",
    },
    "mails": lambda _: {"mails": []},
    "language": lambda _: {"language": "zh"},
    "telling": lambda _: {"ways": {"reminder": "digest"}},
    "announcement": lambda _: {"title": "改教室", "text": "周三改在三楼。"},
    "reminders": lambda scene: {"class_id": scene.values["class"], "person_ids": []},
    "find_person": lambda _: {"phone": "13600000000"},
    "transfer": lambda _: {"day": "2026-12-01"},
    "merge": lambda scene: {"person_id": scene.values["person"]},
    "hours_addition": lambda _: {
        "title": "现场教学",
        "year": 2000 + next(numbers) % 100,
        "quarters": 2,
        "reason": "有签到表",
        "seen": 0,
    },
    "hours_correction": lambda _: {"quarters": -1, "reason": "看错了", "seen": 0},
    "search_people": lambda _: {"words": "学员"},
    "own_name": lambda _: {"name": "!"},
    "correction": lambda _: {"email": f"corrected-{next(numbers)}@biyong.example"},
    "consent": lambda _: {"version": "2026-11", "is_given": True},
    "reason": lambda _: {"reason": "试一试"},
    "find_account": lambda _: {"login": f"nobody{next(numbers)}"},
    "change": lambda _: {"old": "not-the-old-one", "new": chain.PASSWORD},
    "role": lambda _: {"role": "officer", "branch_id": "dongcheng"},
    "roster": lambda scene: _roster(scene.values["class"]),
    "event": lambda scene: _event(scene.values["class"]),
    "members": lambda _: _members(),
    "webhook": lambda _: WEBHOOK,
    "replay": lambda _: {"number": 1},
    "webhook_test": lambda _: {"action": "test"},
    "session": lambda _: {"login": f"nobody{next(numbers)}", "password": "wrong"},
    "ask_code": lambda _: {"login": f"nobody{next(numbers)}"},
    "code": lambda _: {"ticket": NOBODYS, "code": "000000"},
    "proof": lambda _: {"password": "not-the-right-one"},
    "contact": lambda _: {"contact": "no contact"},
    "password": lambda _: {"password": chain.PASSWORD},
    "codes": lambda scene: {"person_ids": [scene.values["person"]]},
    "entries": lambda _: {"entries": []},
    "person_ids": lambda scene: {"person_ids": [scene.values["person"]]},
    "people": lambda scene: {"person": scene.values["person"]},
    "invited_branch": lambda scene: {"branch_id": _branch(scene)},
    "invited": lambda scene: {"branch": _branch(scene)},
    "activation": lambda _: {"code": "0" * 12, "password": chain.PASSWORD},
    "connection": lambda _: {"subject": "somebody"},
    "officer": lambda _: _invitation("officer", "dongcheng"),
    "operator": lambda _: _invitation("operator"),
    "start": lambda scene: {
        "token": scene.values["token"],
        "player": "routes",
        "take_over": True,
    },
    "report": lambda scene: {
        "token": scene.values["token"],
        "player": "routes",
        "start": 0.0,
        "end": 1.0,
    },
    "upload": lambda _: {"title": "一讲", "bytes": 9},
    "captions": lambda _: {"content": base64.b64encode(CUE).decode()},
    "key": lambda _: {"key": NOBODYS},
    "edit": lambda _: {"key": NOBODYS, "event": NOBODYS, "text": "{}"},
    "id": lambda _: {"id": NOBODYS},
    "ids": lambda _: {"ids": []},
    "resend": lambda _: {"key": NOBODYS},
    "drop": lambda _: {"action": "drop", "key": NOBODYS},
    "rebuild": lambda _: {"action": "rebuild", "model": NOBODYS},
    "decisions": lambda scene: {
        "ids": [_request(scene)],
        "decision": "refused",
        "reason": "试一试",
    },
    "decide_requests": lambda scene: {
        "request": _request(scene),
        "decision": "approved",
    },
    "file": _file,
    "new_class": lambda scene: _class_form(scene.values["course"]),
    "edited_class": lambda scene: (
        _class_form(scene.values["course"]) | {"version": "1", "title": "又一名"}
    ),
    "class_edit": lambda scene: {
        name: value
        for name, value in _class_of(scene.values["course"]).items()
        if name not in ("course_id", "capacity")
    },
    "cancellation": lambda _: {"reason": "教学点停电"},
    "new_course": lambda _: {"title": "一门课", "module": "policy"},
    "edited_course": lambda _: {
        "title": "又一门课",
        "module": "policy",
        "version": "1",
    },
    "lecture": lambda scene: {"lecture_id": scene.values["lecture"]},
    "first_version": lambda _: {"version": "1"},
    "archive": lambda _: {"version": "1", "action": "archive"},
}


def make_scene(platform: Platform) -> Scene:
    """Fill a platform that has its demo; sessions of all callers."""
    password = platform.demo["password"]
    home = home_of({"BIYONG_HOME": str(platform.home)})
    logins = {
        "same": ("dongcheng", password),
        "parent": ("shi", password),
        "child": ("jianguomen", password),
        "staff": ("jiaowu", password),
        "first": ("operator", home.secret("operator")),
    }
    doors = {"anonymous": Door(platform.url)}
    for caller, (login, secret) in logins.items():
        doors[caller] = Door(platform.url)
        doors[caller].sign_in(login, secret)
    scene = Scene(platform, doors, logins)
    _add_sibling_and_operator(scene, doors, logins)
    _add_trainees(scene, doors, logins)
    _add_things(scene)
    return scene


def _add_sibling_and_operator(
    scene: Scene, doors: dict[str, Door], logins: dict[str, tuple[str, str]]
) -> None:
    _made(scene.staff, "/api/enrollment/branches", XICHENG)
    for caller, role, branch in (
        ("sibling", "officer", XICHENG["id"]), ("plain", "operator", ""),
    ):  # fmt: skip
        invitation = _invitation(role, branch)
        _made(doors["first"], "/api/invitations", invitation)
        doors[caller] = chain.take_up_invitation(scene.platform, invitation["email"])
        logins[caller] = (invitation["login"], chain.PASSWORD)


def _add_trainees(
    scene: Scene, doors: dict[str, Door], logins: dict[str, tuple[str, str]]
) -> None:
    """One with the only seat of a class, one behind her, one of another branch.

    The first has a seat in two classes more, to leave them.
    """
    course = scene.platform.demo["course_id"]
    names = ("class", "left", "left_on_page", "open")
    for name in names:
        size = 1 if name == "class" else 50
        opened = rosters.open_class(scene.staff, course, size, f"{name}班")
        scene.values[name] = opened
    seated, seatless = rosters.rows(2, scene.values["class"])
    [elsewhere] = rosters.rows(1, scene.values["open"])
    people = {"seated": seated, "seatless": seatless, "elsewhere": elsewhere}
    for row in people.values():
        del row["branch_id"]
        row["email"] = f"{row['phone']}@biyong.example"
    more = [
        seated | {"row": 9 + place, "class_id": scene.values[name]}
        for place, name in enumerate(names[1:3])
    ]
    rows = {"same": ("dongcheng", [seated, seatless, *more])}
    rows["sibling"] = (XICHENG["id"], [elsewhere])
    for caller, (branch, sent) in rows.items():
        rosters.put(doors[caller], "routes.1", sent, branch)

    def outcomes(caller: str) -> list[dict[str, Any]]:
        return rosters.receipt(doors[caller], "routes.1", rows[caller][0])

    decided = until(lambda: outcomes("same"), 30)
    until(lambda: outcomes("sibling"), 30)
    assert [one["outcome"] for one in decided] == [
        "enrolled", "waitlisted", "enrolled", "enrolled",
    ]  # fmt: skip
    scene.values["enrolment_seated"] = decided[0]["enrolment_id"]
    for name, outcome in zip(names[1:3], decided[2:], strict=True):
        scene.values[f"enrolment_{name}"] = outcome["enrolment_id"]
    for caller, row in people.items():
        doors[caller] = chain.take_up_invitation(scene.platform, row["email"])
        logins[caller] = (row["phone"], chain.PASSWORD)


def _add_things(scene: Scene) -> None:
    """The lecture made, a draft, an upload, and names that stand for nothing."""
    course = scene.platform.demo["course_id"]
    shown = scene.staff.call("GET", f"/api/catalog/courses/{course}", dict[str, Any])
    lecture = shown["lessons"][0]["lecture_id"]
    ticket = until(lambda: _ticket(scene, lecture), chain.MAKING_SECONDS) or {}
    seated = scene.doors["seated"]
    [enrolment, *_] = seated.call("GET", "/api/enrollment/enrolments", list[Any])
    taken_back = _fresh_roster(scene)
    path = f"/api/enrollment/branches/dongcheng/rosters/{taken_back}"
    _made(scene.staff, f"{path}/taking-back", {})
    until(lambda: _is_taken_back(scene, path), 30)
    upload = _made(scene.staff, "/api/media/uploads", {"title": "传", "bytes": 9})
    picture = scene.staff.call(
        "POST", "/api/media/pictures", dict[str, Any], raw=a_picture()
    )
    scene.values |= {
        "course": course, "lesson": "l1", "lecture": lecture, "edition": "1",
        "draft": _draft(scene), "upload": str(upload["id"]), "part": "1",
        "year": "2026", "branch": "dongcheng", "chunk": "routes.1", "roster": "routes",
        "taken_back": taken_back,
        "draft_lesson": "a",
        "module": "policy", "zh": "zh", "login": "nobody", "nothing": NOBODYS,
        "program": "go/main.go", "program_language": "java",
        "sheet": "biyong.css", "documented": "catalog", "reader": "trainee",
        "forged": "1-2-3-4", "project": "triz",
        "playlist": ticket["playlist"].removeprefix("/v/").split("/", 1)[1],
        "vtt": f"{lecture}/1/captions/zh-CN/1.vtt", "language": "zh-CN",
        "picture": picture["id"], "width": "640",
        "token": ticket["token"],
        "person": enrolment["person_id"], "officer": "officer",
        "learning": "learning", "number": "BY-2026-0000000000",
    }  # fmt: skip
    scene.values["roster_draft"] = _roster_draft(scene)


def _is_taken_back(scene: Scene, path: str) -> bool:
    return bool(scene.staff.call("GET", path, dict[str, Any])["state"] == "taken-back")


def _ticket(scene: Scene, lecture: str) -> dict[str, Any] | None:
    """The seated one's own right to stream, once the lecture is made."""
    door = scene.doors["seated"]
    path = f"/api/media/lectures/{lecture}/grants"
    try:
        return door.call("POST", path, dict[str, Any])
    except Refused as refused:
        if refused.slug not in {"not-ready", "not-enrolled", "unknown-lecture"}:
            raise
        return None
