"""The pages of the course editor before a catalogue that knows one course."""

from typing import Any

from chassis.http.problem import Problem
from gateway.identity.account import STAFF, Account
from gateway.pages.staff.course_edit import CourseEditPages
from gateway.pages.staff.editor_names import EditorNames

from tests.unit.gateway import samples
from tests.unit.gateway.scene import Scene, scene

VIDEO = samples.LECTURE_OF_LESSON | {"seconds": 20.0}
LESSON = samples.LESSON | {"title": "第一讲题目", "lecture": VIDEO}
CONTENT = samples.CONTENT | {
    "title": "集体协商", "module": "policy", "teacher": "王芳", "lessons": [LESSON],
}  # fmt: skip
DRAFT = samples.DRAFT | CONTENT | {
    "state": "draft", "edition": 0, "edited_by": "a1", "published": None,
    "edited_at": "2026-11-28T10:00:00+00:00", "published_by": "", "published_at": "",
}  # fmt: skip
AREAS = [
    {
        "code": "a", "name": "一域", "place": 1, "version": 1,
        "modules": [{"code": "policy", "name": "政策", "topics": [], "courses": 1}],
    }
]  # fmt: skip
DRAFTS = {
    "items": [DRAFT], "next": "",
    "counts": {"draft": 7, "published": 5, "changed": 2, "archived": 1},
}  # fmt: skip

CONFLICT = Problem(412, "edit-conflict", "", version=4)


class Accounts:
    """Knows one account."""

    def get(self, id_: str) -> Account | None:
        return Account("a1", "jiaowu", "李教务", (STAFF,)) if id_ == "a1" else None


NAMES = EditorNames(Accounts())


def editor(pages: Any = CourseEditPages, **catalog: Any) -> Scene:
    """Pages of staff; the catalogue answers as usual, and otherwise as given."""
    shown = scene(pages(NAMES), STAFF)
    answers = {"areas": AREAS, "drafts": DRAFTS, "drafts/k1": DRAFT} | catalog
    shown.services["catalog"].answers = {f"/{n}": a for n, a in answers.items()}
    return shown


def send(shown: Scene, path: str, **form: Any) -> Any:
    """What a form of the site is answered."""
    headers = {"Accept": "text/html", "Origin": "http://localhost:80"}
    return shown.client.post(path, data=form, headers=headers)
