"""States of the classes that staff open: tabs, one with quotas, closed, with faults."""

from collections.abc import Iterator
from typing import Any

from tests.e2e.shown import Fields, Shown
from tests.routes.scene import Scene

RULE = "/staff/classes"
TITLE = "一个名称很长的班：集体协商业务骨干二〇二六年第四季度线上线下混合培训（上）"


def pages_of_classes(scene: Scene) -> Iterator[Shown]:
    """The tabs, what is found and not, a class just opened, one that is closed."""
    course = scene.platform.demo["course_id"]
    for asked in (
        "state=coming", "state=running", "state=over", "state=closed",
        "state=cancelled",
        "q=nothing-such", f"course={course}",
    ):  # fmt: skip
        yield Shown(f"GET {RULE}", "staff", f"{RULE}?{asked}")
    yield Shown(f"GET {RULE}/new", "staff", f"{RULE}/new?q=nothing-such")
    draft = scene.values["draft"]
    yield Shown(f"GET {RULE}/new", "staff", f"{RULE}/new?course={draft}")
    wrong: Fields = {
        "course": course, "title": "", "starts_on": "2026-12-32", "ends_on": "",
        "form": "online", "capacity": "many", "quota_branch_2": "没有这个单位",
    }  # fmt: skip
    yield Shown(f"POST {RULE}/new", "staff", f"{RULE}/new", 422, wrong)
    one = f"{RULE}/<class_id>"
    path = f"{RULE}/{_open(scene, course)}"
    yield Shown(f"GET {one}", "staff", f"{path}?done=opened")
    yield Shown(f"GET {one}/notices", "staff", f"{path}/notices?sent=1")
    yield Shown(f"GET {RULE}/new", "staff", f"{RULE}/new?copy={path.split('/')[-1]}")
    late: Fields = {
        "version": "9", "title": "我写的", "starts_on": "2026-12-01",
        "ends_on": "2099-12-31", "form": "online",
    }  # fmt: skip
    yield Shown(f"POST {one}/edit", "staff", f"{path}/edit", 412, late)
    yield from _pages_of_seats(scene, path, one)
    closed = _open(scene, course)
    scene.staff.call("POST", f"/api/catalog/classes/{closed}/closing", dict[str, Any])
    yield Shown(f"GET {one}", "staff", f"{RULE}/{closed}?done=closed")
    wrong = {"reason": ""}
    there = scene.values["class"]
    yield Shown(
        f"POST {one}/cancellation", "staff", f"{RULE}/{there}/cancellation", 422, wrong
    )
    reason = {"reason": "教学点停电检修"}
    at = f"/api/catalog/classes/{closed}/cancellation"
    scene.staff.call("POST", at, dict[str, Any], reason)
    yield Shown(f"GET {one}", "staff", f"{RULE}/{closed}?done=cancelled")
    for who in ("anonymous", "seated"):
        yield Shown("GET /classes/<class_id>", who, f"/classes/{closed}")
    yield Shown("GET /classes/<class_id>/people", "same", f"/classes/{closed}/people")
    yield from _pages_of_calendar()


def _pages_of_calendar() -> Iterator[Shown]:
    """The list, a month without dates, who is in no class, an address just made."""
    for who in ("seated", "seatless", "same", "staff"):
        yield Shown("GET /calendar", who, "/calendar?view=list")
    yield Shown("GET /calendar", "seated", "/calendar?month=2030-02")
    yield Shown("POST /calendar/address", "seated", "/calendar/address", 200, {})


def _pages_of_seats(scene: Scene, path: str, one: str) -> Iterator[Shown]:
    """What would change, what cannot be, who was too late, and a class open to all."""
    seats: Fields = {
        "version": "1", "capacity": "600",
        "quota_branch_1": "东城区总工会（dongcheng）", "quota_seats_1": "5",
    }  # fmt: skip
    yield Shown(f"GET {one}/seats", "staff", f"{path}/seats")
    yield Shown(f"POST {one}/seats", "staff", f"{path}/seats", 200, seats)
    wrong: Fields = {"version": "1", "capacity": "0", "quota_seats_1": "many"}
    yield Shown(f"POST {one}/seats", "staff", f"{path}/seats", 422, wrong)
    late = seats | {"version": "9", "sure": "y"}
    yield Shown(f"POST {one}/seats", "staff", f"{path}/seats", 412, late)
    body = {
        "course_id": scene.platform.demo["course_id"], "title": "人人可报的班",
        "capacity": 5, "form": "online", "starts_on": "2026-12-01",
        "ends_on": "2099-12-31", "admission": "open",
    }  # fmt: skip
    made = scene.staff.call("POST", "/api/catalog/classes", dict[str, Any], body)
    for caller in ("anonymous", "seatless"):
        yield Shown("GET /classes/<class_id>", caller, f"/classes/{made['id']}")


def _open(scene: Scene, course: str) -> str:
    """A class with all that one can have; its id."""
    body = {
        "course_id": course, "title": TITLE, "capacity": 500, "form": "blended",
        "starts_on": "2026-12-01", "ends_on": "2099-12-31", "point": "东城区教学点",
        "quotas": [{"branch_id": "dongcheng", "seats": 300}],
    }  # fmt: skip
    made = scene.staff.call("POST", "/api/catalog/classes", dict[str, Any], body)
    return str(made["id"])
