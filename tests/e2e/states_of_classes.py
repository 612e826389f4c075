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
    closed = _open(scene, course)
    scene.staff.call("POST", f"/api/catalog/classes/{closed}/closing", dict[str, Any])
    yield Shown(f"GET {one}", "staff", f"{RULE}/{closed}?done=closed")


def _open(scene: Scene, course: str) -> str:
    """A class with all that one can have; its id."""
    body = {
        "course_id": course, "title": TITLE, "capacity": 500, "form": "blended",
        "starts_on": "2026-12-01", "ends_on": "2099-12-31", "point": "东城区教学点",
        "quotas": [{"branch_id": "dongcheng", "seats": 300}],
    }  # fmt: skip
    made = scene.staff.call("POST", "/api/catalog/classes", dict[str, Any], body)
    return str(made["id"])
