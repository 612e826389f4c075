"""States of the course editor: a course with everything, faults, two teachers."""

import base64
import json
from collections.abc import Iterator
from typing import Any

from tests.e2e.shown import Fields, Shown
from tests.platform import chain
from tests.routes.scene import CUE, Scene

RULE = "/staff/courses/<course_id>"
LESSON, VERSIONS = f"{RULE}/lessons/<lesson_id>", f"GET {RULE}/versions"
PUBLICATION = f"GET {RULE}/publication"
TITLE = "一门名称很长的课：集体协商业务骨干二〇二六年第四季度线上线下混合培训（上）"
FAULTY = "1\n00:00:01,000 --> 00:00:0x,000\nx\n"


def pages_of_staff(scene: Scene, course: chain.Course) -> Iterator[Shown]:
    """The list, a new course, and one that was published, edited and archived."""
    for asked in ("q=nothing-such", "state=archived", "state=changed"):
        yield Shown("GET /staff/courses", "staff", f"/staff/courses?{asked}")
    new = "/staff/courses/new"
    yield Shown(f"POST {new}", "staff", new, 422, {"title": "", "module": ""})
    edited = _edit(scene, course)
    path = f"/staff/courses/{edited}"
    for rule, end in (
        (f"GET {RULE}", "?saved=1"),
        (PUBLICATION, "/publication"),
        (VERSIONS, "/versions"),
        (VERSIONS, "/versions?old=1&new=0"),
        (f"GET {LESSON}", "/lessons/l1"),
    ):
        yield Shown(rule, "staff", path + end)
    yield from _of_forms(path)
    empty = _post(scene, "", {"title": "空", "module": "policy", "lessons": []})
    yield Shown(PUBLICATION, "staff", f"/staff/courses/{empty}/publication")
    archived = _post(scene, "", {"title": "旧课", "module": "policy", "lessons": []})
    _post(scene, f"/{archived}/archival", {})
    yield Shown(PUBLICATION, "staff", f"/staff/courses/{archived}/publication")
    shown = f"/courses/{course.course_id}"
    yield Shown("GET /courses/<course_id>", "staff", shown)


def _of_forms(path: str) -> Iterator[Shown]:
    """A form with faults, and one that another editor was faster than."""
    base = json.dumps({"title": "旧", "module": "policy"})
    lessons = {"lesson_id": "l1", "lesson_title": "", "lesson_kind": "lecture"}
    wrong = {"title": "", "module": "", "version": "1", "lesson_lecture": "", **lessons}
    yield Shown(f"POST {RULE}", "staff", path, 422, wrong)
    late = {"title": "我的课名", "module": "policy", "version": "1", "base": base}
    yield Shown(f"POST {RULE}", "staff", path, 412, late | {"summary": "我写的"})
    captions = f"{path}/lessons/l1/captions"
    faulty: Fields = {"file": ("x.srt", FAULTY), "language": "ru", "label": ""}
    yield Shown(f"POST {LESSON}/captions", "staff", captions, 422, faulty)


def _edit(scene: Scene, course: chain.Course) -> str:
    """Published once, edited since: a picture, captions, a long name; its id."""
    path = f"/api/catalog/courses/{course.course_id}"
    draft_path = f"/api/catalog/drafts/{course.course_id}"
    draft = scene.staff.call("GET", draft_path, dict[str, Any])
    body = {
        name: draft[name] for name in ("module", "teacher", "summary", "lessons")
    } | {"title": TITLE, "picture": scene.values["picture"], "picture_alt": "一色"}
    body["lessons"] = [
        {name: one[name] for name in ("lesson_id", "title", "kind", "lecture_id")}
        for one in draft["lessons"]
    ] + [{"lesson_id": "l2", "title": "面授一讲", "kind": "onsite"}]
    version = f'"{draft["version"]}"'
    scene.staff.call("PUT", path, dict[str, Any], body, match=version)
    captions = f"/api/media/lectures/{course.lecture_id}/captions/zh-CN"
    content = {"content": base64.b64encode(CUE).decode()}
    scene.staff.call("PUT", captions, dict[str, Any], content, match="*")
    return course.course_id


def _post(scene: Scene, path: str, body: object) -> str:
    made = scene.staff.call(
        "POST", f"/api/catalog/courses{path}", dict[str, Any], body, match="*"
    )
    return str(made.get("id", ""))
