"""States of pages that no line of the route table brings about.

Lists with nothing in them and with much, forms with faults, a course with everything,
a certificate, what is parked; and pages while a service stands still.
"""

import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from biyong.door import Door
from biyong.mails import invitation_to

from tests.e2e.shown import Shown
from tests.e2e.states_of_accounts import pages_of_management
from tests.e2e.states_of_classes import pages_of_classes
from tests.e2e.states_of_courses import pages_of_staff
from tests.e2e.states_of_hours import pages_of_certificates, pages_of_corrections
from tests.e2e.states_of_own_account import (
    LONG_NAME,
    keep_proofs_fresh,
    pages_of_own_account,
)
from tests.e2e.states_of_participants import pages_of_participants
from tests.e2e.states_of_people import pages_of_members
from tests.e2e.states_of_personal_data import pages_of_people
from tests.e2e.states_of_rosters import pages_of_officers
from tests.e2e.states_of_second_factor import pages_of_second_factor
from tests.platform import chain, rosters
from tests.platform.running import Platform, until
from tests.platform.test_operations import park
from tests.routes.scene import Scene

OWN = secrets.token_hex(3)
PARKED = "a-key-as-long-as-keys-become." * 3
DOCUMENTED = ("enrollment", "learning", "media", "notify", "gateway")
AWAY: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "catalog": {
        "anonymous": ("/", "/courses"),
        "seated": ("/", "/my-classes"),
        "staff": ("/staff/courses", "/staff/classes"),
    },
    "enrollment": {
        "same": ("/", "/rosters", "/requests"),
        "seated": ("/", "/requests/own", "/my-classes"),
        "staff": ("/staff/classes",),
        "anonymous": ("/",),
    },
    "learning": {
        "seated": ("/record", "/my-classes"),
        "staff": ("/staff/certificates",),
    },
    "notify": {"seated": ("/inbox",)},
}
"""Pages that lose a part, or all, while a service stands still."""
OWNERS = {"/inbox", "/requests", "/requests/own"}
"""Pages of one service alone: without it they are refused, and say why."""


def more_pages(scene: Scene, folder: Path) -> list[Shown]:
    """All of them while every service is there; what they need is made on the way."""
    course = chain.publish_course(scene.platform, folder)
    graduate = _seat_graduate(scene, course)
    found = [
        *_homes(scene),
        *_of_visitors(scene),
        *_of_trainees(scene),
        *_of_operators(scene),
    ]
    found += [*pages_of_officers(scene), *pages_of_staff(scene, course)]
    found += pages_of_participants(scene)
    found += pages_of_classes(scene)
    found += pages_of_second_factor(scene)
    found += pages_of_own_account(scene)
    found += pages_of_members(scene)
    found += pages_of_people(scene)
    found += pages_of_management(scene)
    found += _of_graduate(scene, graduate, course)
    keep_proofs_fresh(scene.platform)
    return found


def pages_without(service: str) -> Iterator[Shown]:
    """Those that miss this service."""
    for caller, paths in AWAY[service].items():
        for path in paths:
            status = 503 if path in OWNERS else 200
            yield Shown(f"GET {path}", caller, path, status, away=service)


def _homes(scene: Scene) -> Iterator[Shown]:
    """The first page, which is another for each role."""
    for caller in ("same", "staff", "first", "anonymous"):
        yield Shown("GET /", caller, "/")
    of_class = f"/classes/{scene.values['open']}"
    yield Shown("GET /classes/<class_id>", "anonymous", of_class)


def _of_visitors(scene: Scene) -> Iterator[Shown]:
    invited_as = f"looked-at-{OWN}"
    invited = f"{invited_as}@biyong.example"
    body = {
        "login": invited_as, "name": "受邀人", "role": "officer",
        "email": invited, "branch_id": "dongcheng",
    }  # fmt: skip
    scene.doors["first"].call("POST", "/api/invitations", dict[str, Any], body)
    mails = scene.platform.home / "mails"
    invitation = until(lambda: invitation_to(mails, invited), 60)
    rule, path = "/invitations/<invitation>", f"/invitations/{invitation}"
    yield Shown(f"GET {rule}", "anonymous", path)
    short = {"password": "short"}
    yield Shown(f"POST {rule}", "anonymous", path, 422, short)
    none = {"login": "", "password": ""}
    yield Shown("POST /sign-in", "anonymous", "/sign-in", 422, none)
    full = f"/classes/{scene.platform.demo['classes']['full']}"
    yield Shown("GET /courses", "anonymous", "/courses?q=nothing-such")
    yield Shown("GET /classes/<class_id>", "anonymous", full)
    yield Shown("GET /events", "anonymous", "/events?q=nothing-such")


def _of_trainees(scene: Scene) -> Iterator[Shown]:
    """Somebody on a waiting list, who has nothing yet."""
    for path in ("/", "/my-classes", "/record", "/inbox"):
        yield Shown(f"GET {path}", "seatless", path)
    waits = f"/classes/{scene.values['class']}"
    yield Shown("GET /classes/<class_id>", "seatless", waits)


def _of_operators(scene: Scene) -> Iterator[Shown]:
    """With something parked, and an enrolment to follow."""
    park(scene.platform, scene.values["enrolment_left"], PARKED)
    yield Shown("GET /operations", "plain", "/operations")
    rule, path = "/operations/<service>/parked", "/operations/learning/parked"
    yield Shown(f"GET {rule}", "plain", f"{path}?key={PARKED}")
    wrong = {"action": "edit", "key": PARKED, "event": f"{PARKED}.1.0", "data": "{"}
    yield Shown(f"POST {rule}", "plain", path, 422, wrong)
    trace = "/operations/trace"
    followed = f"{trace}?id={scene.values['enrolment_left']}"
    yield Shown(f"GET {trace}", "plain", followed)
    yield Shown(f"GET {trace}", "plain", trace)
    search = "/operations/search"
    for words, status in (("学员", 200), ("nothing such", 200), ("", 422)):
        yield Shown(f"POST {search}", "plain", search, status, {"words": words})
    for service in DOCUMENTED:
        yield Shown("GET /docs/<service>", "staff", f"/docs/{service}", alike=True)
    for words in ("nothing-such", "areas"):
        yield Shown("GET /docs", "plain", f"/docs?q={words}")
    yield Shown("GET /docs/<service>", "staff", "/docs/catalog?q=areas")


def take_off(platform: Platform) -> None:
    """What was parked for these pages is parked no more."""
    with platform.store() as client:
        client["learning"]["retry_queue"].delete_one({"_id": PARKED})


def _seat_graduate(scene: Scene, course: chain.Course) -> str:
    """The address of somebody with a seat, invited."""
    email = f"graduate-{OWN}@biyong.example"
    [row] = rosters.rows(1, course.class_id)
    del row["branch_id"]
    rosters.put(
        scene.doors["same"], f"graduate-{OWN}.1", [row | {"email": email}], "dongcheng"
    )
    return email


def _of_graduate(scene: Scene, email: str, course: chain.Course) -> Iterator[Shown]:
    """Somebody with hours, a certificate and news."""
    door = chain.take_up_invitation(scene.platform, email)
    ticket = chain.grant(door, course.lecture_id)
    chain.watch_to_the_end(door, ticket)
    number = chain.certificate(door)["number"]
    scene.doors = {**scene.doors, "graduate": door}
    for path in ("/", "/my-classes", "/record", "/inbox"):
        yield Shown(f"GET {path}", "graduate", path)
    yield Shown("GET /record", "graduate", "/record?year=2020")
    learn = f"/learn/{course.course_id}/l1"
    yield Shown("GET /learn/<course_id>/<lesson_id>", "graduate", learn)
    shown = f"/courses/{course.course_id}"
    yield Shown("GET /courses/<course_id>", "graduate", shown)
    yield Shown("GET /verify/<number>", "anonymous", f"/verify/{number}")
    yield from pages_of_corrections(scene, number)
    yield from pages_of_certificates(scene, number)
    fresh = _correct_name(scene, door, number)
    yield Shown("GET /verify/<number>", "anonymous", f"/verify/{fresh}")
    yield Shown("GET /certificates/<number>", "graduate", f"/certificates/{fresh}")
    yield Shown("GET /account/password", "graduate", "/account/password")


def _correct_name(scene: Scene, graduate: Door, old: str) -> str:
    """The number of the certificate that is issued in place of the old one."""
    person_id = graduate.call("GET", "/api/session", dict[str, Any])["person_id"]
    path = f"/api/enrollment/people/{person_id}"
    version = scene.staff.call("GET", path, dict[str, Any])["version"]
    better = {"name": LONG_NAME}
    scene.staff.call("PATCH", path, dict[str, Any], better, match=f'"{version}"')
    return str(until(lambda: _other_certificate(graduate, old), 60))


def _other_certificate(graduate: Door, old: str) -> str:
    """The number of a certificate that is not the old one; none while there is none."""
    found = graduate.call("GET", "/api/learning/certificates", list[dict[str, Any]])
    return next((one["number"] for one in found if one["number"] != old), "")
