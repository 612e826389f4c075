"""Fill an empty platform through its public doors, as its people would."""

import datetime
import json
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from chassis.clock import COLLEGE_ZONE

from biyong.demo import PASSWORD, load_data
from biyong.demo.lecture import make_lecture
from biyong.demo.people import Invented, invent_people
from biyong.door import Door, Refused, path_to
from biyong.faults import Fault
from biyong.mails import invitation_to
from biyong.progress import Progress
from biyong.upload import upload_lecture

WAIT_SECONDS = 45.0
"""A mail comes and a roster is decided within a second; a loaded machine takes long."""
LOOK_SECONDS = 0.15
TRAINEES = 200
IN_FULL_CLASS = 60
"""More than the first class has seats for: its waiting list is seen."""
DAYS_OPEN = 30
COLLEGE = "北京市工会干部学院"
MAIN_MODULE = "labour-relations"
OPERATOR = "yunwei"
"""The demo's operator beside the real one, whose password is random: this one's is
known, so it is for a machine that nobody else reaches."""
OPERATOR_LOGIN = {
    "login": OPERATOR,
    "role": "operator",
    "name": "for this demo only: its password is known",
}
ANY = "*"
"""Whichever version there is: what was put in before it was interrupted."""


class NotFilled(Fault):
    """The demo could not be put in; the message says where it stopped."""


class Demo:
    """The demo of one platform, step by step; with an operator's login if nobody else
    reaches the machine."""

    def __init__(
        self,
        url: str,
        folder: Path,
        mails: Path,
        tell: Progress,
        *,
        with_operator: bool = False,
    ) -> None:
        self.url, self.folder, self.mails, self.tell = url, folder, mails, tell
        self.with_operator = with_operator
        self.data = load_data("demo")
        self.branches = {
            branch["id"]: branch["name"] for branch in self.data["branches"]
        }

    def fill(self, operator_password: str) -> dict[str, Any]:
        """Logins and class ids. Raises NotFilled, Refused, Away."""
        operator = Door(self.url)
        operator.sign_in("operator", operator_password)
        self.tell("invite staff")
        staff = self.invite_person(operator, "jiaowu", "教务老师", "staff", "")
        if self.with_operator:
            self.invite_person(operator, OPERATOR, "演示运维", "operator", "")
        self.tell("branches")
        for branch in self.data["branches"]:
            staff.ask("POST", "enrollment", "branches", body=branch)
        officers = {
            login: self.invite_person(
                staff, login, f"{self.branches[branch]}经办人", "officer", branch
            )
            for login, branch in self.data["officers"].items()
        }
        self.tell("course system")
        course_id = self._put_courses(staff)
        classes = self._open_classes(staff, course_id)
        self.tell("200 trainees")
        people = invent_people(TRAINEES, self.data)
        self._push_roster(officers["shi"], people, classes)
        lines = [line.format(class_id=classes["open"]) for line in self.data["roster"]]
        sample = self.folder / "roster.csv"
        sample.write_text("\n".join(lines) + "\n", "utf-8-sig")
        self.tell("trainees take up invitations")
        trainees = [person for person in people if person.email]
        for person in trainees:
            self.sign_in(person.phone, person.email)
        return {
            "password": PASSWORD,
            "logins": self._create_logins(trainees),
            "course_id": course_id,
            "classes": classes,
        }

    def _create_logins(self, trainees: list[Invented]) -> list[dict[str, str]]:
        officers = self.data["officers"].items()
        return [
            {"login": "jiaowu", "role": "staff"},
            *({"login": o, "role": "officer", "branch": b} for o, b in officers),
            *({"login": p.phone, "role": "trainee", "name": p.name} for p in trainees),
            *([OPERATOR_LOGIN] if self.with_operator else []),
        ]

    def invite_person(
        self, door: Door, login: str, name: str, role: str, branch: str
    ) -> Door:
        """Invite somebody by mail, read the mail, take the invitation up."""
        address = f"{login}@biyong.example"
        body = {
            "login": login,
            "name": name,
            "email": address,
            "role": role,
            "branch_id": branch,
            "branch_name": self.branches.get(branch, COLLEGE),
        }
        try:
            door.ask("POST", "invitations", body=body)
        except Refused as refused:
            if refused.slug != "login-taken":
                raise
        return self.sign_in(login, address)

    def sign_in(self, login: str, address: str) -> Door:
        """A session: by the password if it is set, else by the invitation's mail."""
        door = Door(self.url)
        try:
            door.sign_in(login, PASSWORD)
        except Refused:
            look = partial(invitation_to, self.mails, address)
            door.accept(await_result(look, f"the invitation to {address}"), PASSWORD)
        return door

    def _put_courses(self, staff: Door) -> str:
        """The college's course system, courses in every module; the main one's id."""
        system = load_data("course-system")
        for place, area in enumerate(system["areas"]):
            body = {"name": area["name"], "place": place, "modules": area["modules"]}
            path = path_to("catalog", "areas", area["code"])
            staff.call("PUT", path, dict, body, match=ANY)
        for place, project in enumerate(system["projects"]):
            body = {name: project[name] for name in ("name", "form", "summary")}
            body["place"] = place
            path = path_to("catalog", "projects", project["code"])
            staff.call("PUT", path, dict, body, match=ANY)
        main = ""
        for module in (
            module for area in system["areas"] for module in area["modules"]
        ):
            for topic in module["topics"]:
                _put_course(staff, module, topic)
            if module["code"] == MAIN_MODULE:
                main = self._put_main_course(staff)
        return main

    def _put_main_course(self, staff: Door) -> str:
        """The course with the lecture; its making goes on after this returns."""
        course, path = self.data["main_course"], self.folder / "lecture.mp4"
        self.tell("the demo lecture")
        make_lecture(path, course["title"], self.data["slides"])
        lecture_id = self.make_once(
            "lecture", lambda: upload_lecture(staff, path, "协商一课", lambda _: None)
        )
        lesson = {
            "lesson_id": "l1",
            "title": course["lesson"],
            "lecture_id": lecture_id,
        }
        body = {name: course[name] for name in ("title", "summary", "teacher")}
        return publish_course(
            staff, body | {"module": MAIN_MODULE, "lessons": [lesson]}
        )

    def _open_classes(self, staff: Door, course_id: str) -> dict[str, str]:
        """One class that fills up, with a quota, and one with room."""
        today = datetime.datetime.now(COLLEGE_ZONE).date()
        body = {
            "course_id": course_id,
            "starts_on": today.isoformat(),
            "ends_on": (today + datetime.timedelta(days=DAYS_OPEN)).isoformat(),
            "form": "online",
            "point": "",
        }
        return {
            name: self.make_once(
                f"class-{name}", partial(_open_class, staff, body | particulars)
            )
            for name, particulars in self.data["classes"].items()
        }

    def find_made(self) -> dict[str, str]:
        """The ids of what was made, by name."""
        notes = self.folder / "made.json"
        return dict(json.loads(notes.read_text())) if notes.exists() else {}

    def make_once(self, name: str, make: Callable[[], str]) -> str:
        """What was made before this was interrupted, else made now and noted."""
        made = self.find_made()
        if name not in made:
            made[name] = make()
            self.folder.mkdir(parents=True, exist_ok=True)
            part = self.folder / "made.part"
            part.write_text(json.dumps(made))
            part.replace(self.folder / "made.json")
        return made[name]

    def _push_roster(
        self, officer: Door, people: list[Invented], classes: Mapping[str, str]
    ) -> None:
        """Sixty for the class that fills up, the rest for the other."""
        rows = [
            {
                "row": place + 2,
                "class_id": classes["full" if place < IN_FULL_CLASS else "open"],
                **vars(person),
            }
            for place, person in enumerate(people)
        ]
        chunk = ("enrollment", "branches", "beijing", "chunks", "demo.1")
        officer.ask("PUT", *chunk, body={"roster_id": "demo", "rows": rows})

        def is_decided() -> bool | None:
            return officer.ask("GET", *chunk)["state"] == "decided" or None

        await_result(is_decided, "the demo roster's receipt")


def _put_course(staff: Door, module: Mapping[str, Any], topic: str) -> None:
    lessons = [
        {"lesson_id": "l1", "title": f"{topic}：讲授", "kind": "onsite"},
        {"lesson_id": "l2", "title": f"{topic}：研讨", "kind": "onsite"},
    ]
    summary = f"{module['name']}模块：{'、'.join(module['topics'])}"
    body = {"title": topic, "module": module["code"], "summary": summary}
    publish_course(staff, body | {"lessons": lessons})


def _open_class(staff: Door, body: Mapping[str, Any]) -> str:
    return str(staff.ask("POST", "catalog", "classes", body=body)["id"])


def publish_course(staff: Door, body: Mapping[str, Any]) -> str:
    """The id of a course that is published, once. Raises Refused, Away."""
    key = f"demo-{body['module']}-{body['title']}".encode("punycode").decode()
    made = staff.call("POST", "/api/catalog/courses", dict[str, Any], body, key=key)
    path = path_to("catalog", "courses", made["id"], "publication")
    staff.call("POST", path, dict, key=f"{key}-published")
    return str(made["id"])


def await_result(look: Callable[[], Any], what: str) -> Any:
    """What `look` finds, which is asked until then. Raises NotFilled."""
    until = time.monotonic() + WAIT_SECONDS
    while (found := look()) is None:
        if time.monotonic() > until:
            raise NotFilled(f"{what} did not come within {WAIT_SECONDS:.0f} s")
        time.sleep(LOOK_SECONDS)
    return found
