"""Fill an empty platform through its public doors, as its people would."""

import datetime
import ipaddress
import json
import time
from collections.abc import Callable, Mapping
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from chassis.clock import COLLEGE_ZONE

from biyong.demo.lecture import make_lecture
from biyong.demo.people import Invented, invented
from biyong.door import Door, Refused, path_to
from biyong.mails import invitation_to
from biyong.upload import upload_lecture

PASSWORD = "biyong-demo"  # noqa: S105 - the demo's, printed at every start
WAIT_SECONDS = 45.0
TRAINEES, LOOK_SECONDS = 200, 0.15
BRANCHES = (
    ("beijing", "北京市总工会", ""),
    ("dongcheng", "东城区总工会", "beijing"),
    ("jianguomen", "建国门街道总工会", "dongcheng"),
)
OFFICERS = {"shi": "beijing", "dongcheng": "dongcheng", "jianguomen": "jianguomen"}
MAIN_MODULE = "labour-relations"
SLIDES: list[tuple[str, list[str]]] = [
    (
        "为什么要集体协商",
        ["把工资、工时、安全放到桌面上谈", "谈在前面，纠纷就少在后面"],
    ),
    ("法律依据", ["劳动法第三十三条", "劳动合同法第五十一条", "工会法第二十一条"]),
    ("谁来谈", ["双方代表人数对等，每方至少三人", "职工方首席代表由工会主席担任"]),
    ("要约", ["任何一方可以书面提出", "对方二十日内书面答复"]),
    (
        "准备",
        ["收集企业经营与同行业工资资料", "听职工意见，排出先后", "定上限、底线与退路"],
    ),
    ("协商", ["轮流主持，逐条记录", "谈不拢时中止，约定再谈的日子"]),
    ("草案", ["提交职工代表大会讨论", "三分之二以上出席，半数以上同意"]),
    ("报送与生效", ["签字后十日内报送人社部门", "十五日内无异议即生效"]),
    ("履行", ["向全体职工公布", "每年检查，情况变了可以变更"]),
    ("小结", ["先准备，后开口", "谈成的写下来，写下来的做到"]),
]
Tell = Callable[[str], None]


class OpenToOthers(Exception):
    """The demo's password is known, and others than this machine reach the platform."""


class NotFilled(Exception):
    """The demo could not be put in; the message says where it stopped."""


def require_own_machine(*addresses: str) -> None:
    """Refuse the demo's known password where others can sign in with it.

    Each address is a URL that people use or one the gateway listens on; empty ones say
    nothing. Raises OpenToOthers.
    """
    for address in addresses:
        host = urlsplit(address).hostname if "//" in address else address
        if address and not _is_own_machine(host or ""):
            raise OpenToOthers(
                f"the demo's accounts have the known password {PASSWORD}, and others "
                f"reach {address}: leave the demo out, or say --known-password if they "
                "may sign in with it"
            )


def _is_own_machine(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class Demo:
    """Puts a small college into an empty platform, step by step."""

    def __init__(self, url: str, folder: Path, mails: Path, tell: Tell) -> None:
        self.url, self.folder, self.mails, self.tell = url, folder, mails, tell

    def fill(self, operator_password: str) -> dict[str, Any]:
        """Logins and class ids. Raises NotFilled, Refused, Away."""
        operator = Door(self.url)
        operator.sign_in("operator", operator_password)
        self.tell("invite staff")
        staff = self._member(operator, "jiaowu", "教务老师", "staff", "")
        self.tell("branches")
        for id_, name, parent in BRANCHES:
            body = {"id": id_, "name": name, "parent": parent}
            staff.call("POST", "/api/enrollment/branches", dict, body)
        officers = {
            login: self._member(staff, login, f"{_branch_name(b)}经办人", "officer", b)
            for login, b in OFFICERS.items()
        }
        self.tell("course system")
        course_id = self._put_courses(staff)
        classes = self._open_classes(staff, course_id)
        self.tell("200 trainees")
        people = invented(TRAINEES, [branch for branch, _, _ in BRANCHES])
        self._push_roster(officers["shi"], people, classes)
        _write_sample(self.folder / "roster.csv", classes["open"])
        self.tell("trainees take up invitations")
        trainees = [person for person in people if person.email]
        for person in trainees:
            self._signed_in(person.phone, person.email)
        return _told(course_id, classes, trainees)

    def _member(
        self, door: Door, login: str, name: str, role: str, branch: str
    ) -> Door:
        """Invite somebody by mail, read the mail, take the invitation up."""
        address = f"{login}@biyong.example"
        body = {
            "login": login, "name": name, "email": address, "role": role,
            "branch_id": branch, "branch_name": _branch_name(branch),
        }  # fmt: skip
        try:
            door.call("POST", "/api/invitations", dict, body)
        except Refused as refused:
            if refused.slug != "login-taken":
                raise
        return self._signed_in(login, address)

    def _signed_in(self, login: str, address: str) -> Door:
        """A session: by the password if it is set, else by the invitation's mail."""
        own = Door(self.url)
        try:
            own.sign_in(login, PASSWORD)
        except Refused:
            own.accept(self._invitation(address), PASSWORD)
        return own

    def _invitation(self, address: str) -> str:
        def look() -> str | None:
            return invitation_to(self.mails, address)

        return str(_await(look, f"the invitation to {address}"))

    def _put_courses(self, staff: Door) -> str:
        """The college's course system, courses in every module, the lecture's id."""
        system = json.loads(
            files("biyong").joinpath("data/course-system.json").read_text("utf-8")
        )
        for place, area in enumerate(system["areas"]):
            body = {"name": area["name"], "place": place, "modules": area["modules"]}
            staff.call("PUT", path_to("catalog", "areas", area["code"]), dict, body)
        for place, project in enumerate(system["projects"]):
            body = {k: project[k] for k in ("name", "form", "summary")} | {
                "place": place
            }
            staff.call(
                "PUT", path_to("catalog", "projects", project["code"]), dict, body
            )
        main = ""
        for area in system["areas"]:
            for module in area["modules"]:
                for topic in module["topics"]:
                    _put_course(staff, module, topic)
                if module["code"] == MAIN_MODULE:
                    main = self._put_main_course(staff)
        return main

    def _put_main_course(self, staff: Door) -> str:
        """The course with the lecture; its making goes on after this returns."""
        path = self.folder / "lecture.mp4"
        self.tell("the demo lecture")
        make_lecture(path, "集体协商实务", SLIDES)
        lecture_id = self._once(
            "lecture", lambda: upload_lecture(staff, path, "协商一课", lambda _: None)
        )
        body = {
            "title": "集体协商实务",
            "module": MAIN_MODULE,
            "summary": "从要约到生效，一次把集体协商走通。",
            "teacher": "市总工会权益部（工会师资）",
            "lessons": [
                {"lesson_id": "l1", "title": "从要约到生效", "lecture_id": lecture_id}
            ],
        }
        return _published(staff, body)

    def _open_classes(self, staff: Door, course_id: str) -> dict[str, str]:
        """One class that fills up, with a quota, and one with room."""
        today = datetime.datetime.now(COLLEGE_ZONE).date()
        end = today + datetime.timedelta(days=30)
        first = {
            "course_id": course_id, "title": "集体协商实务班（第一期）", "capacity": 40,
            "starts_on": today.isoformat(), "ends_on": end.isoformat(),
            "form": "online", "point": "",
            "quotas": [{"branch_id": "jianguomen", "seats": 10}],
        }  # fmt: skip
        second = first | {
            "title": "集体协商实务班（第二期）", "capacity": 300,
            "quotas": [],
        }  # fmt: skip
        made = {}
        for name, body in (("full", first), ("open", second)):
            made[name] = self._once(f"class-{name}", partial(_opened, staff, body))
        return made

    def _once(self, name: str, make: Callable[[], str]) -> str:
        """What was made before this was interrupted, else made now and noted."""
        notes = self.folder / "made.json"
        made: dict[str, str] = json.loads(notes.read_text()) if notes.exists() else {}
        if name not in made:
            made[name] = make()
            notes.parent.mkdir(parents=True, exist_ok=True)
            notes.write_text(json.dumps(made))
        return made[name]

    def _push_roster(
        self, officer: Door, people: list[Invented], classes: Mapping[str, str]
    ) -> None:
        """Sixty for the class that fills up, the rest for the other."""
        rows = [
            {
                "row": place + 2, "name": p.name, "member_no": p.member_no,
                "phone": p.phone, "email": p.email, "branch_id": p.branch_id,
                "class_id": classes["full" if place < 60 else "open"],
            }
            for place, p in enumerate(people)
        ]  # fmt: skip
        path = "/api/enrollment/branches/beijing/chunks/demo.1"
        body = {"roster_id": "demo", "rows": rows}
        officer.call("PUT", path, dict, body)

        def look() -> bool | None:
            said = officer.call("GET", path, dict[str, Any])
            return True if said["state"] == "decided" else None

        _await(look, "the demo roster's receipt")


def _put_course(staff: Door, module: Mapping[str, Any], topic: str) -> None:
    body = {
        "title": topic,
        "module": module["code"],
        "summary": f"{module['name']}模块：{'、'.join(module['topics'])}",
        "lessons": [
            {"lesson_id": "l1", "title": f"{topic}：讲授", "kind": "onsite"},
            {"lesson_id": "l2", "title": f"{topic}：研讨", "kind": "onsite"},
        ],
    }
    _published(staff, body)


def _write_sample(path: Path, class_id: str) -> None:
    """A roster to try: two people to enrol, one row to mend."""
    lines = (
        "姓名,会员号,手机号,班级编号,邮箱",
        f"王小明,S-0001,13700000001,{class_id},xiaoming@biyong.example",
        f"李小红,S-0002,13700000002,{class_id},",
        f"张小刚,,13700000003,{class_id},",
    )
    path.write_text("\n".join(lines) + "\n", "utf-8-sig")


def _opened(staff: Door, body: Mapping[str, Any]) -> str:
    return str(staff.call("POST", "/api/catalog/classes", dict[str, Any], body)["id"])


def _published(staff: Door, body: Mapping[str, Any]) -> str:
    key = f"demo-{body['module']}-{body['title']}".encode("punycode").decode()
    made = staff.call("POST", "/api/catalog/courses", dict[str, Any], body, key=key)
    path = path_to("catalog", "courses", made["id"], "publication")
    staff.call("POST", path, dict, key=f"{key}-published")
    return str(made["id"])


def _branch_name(branch: str) -> str:
    return next(
        (name for id_, name, _ in BRANCHES if id_ == branch), "北京市工会干部学院"
    )


def _told(
    course_id: str, classes: Mapping[str, str], trainees: list[Invented]
) -> dict[str, Any]:
    logins = [{"login": "jiaowu", "role": "staff"}]
    logins += [
        {"login": o, "role": "officer", "branch": b} for o, b in OFFICERS.items()
    ]
    logins += [{"login": p.phone, "role": "trainee", "name": p.name} for p in trainees]
    return {
        "password": PASSWORD,
        "logins": logins,
        "course_id": course_id,
        "classes": dict(classes),
    }


def _await(look: Callable[[], Any], what: str) -> Any:
    until = time.monotonic() + WAIT_SECONDS
    while (found := look()) is None:
        if time.monotonic() > until:
            raise NotFilled(f"{what} did not come within {WAIT_SECONDS:.0f} s")
        time.sleep(LOOK_SECONDS)
    return found
