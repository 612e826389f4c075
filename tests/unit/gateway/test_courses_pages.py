"""Courses, classes and lectures as pages show them."""

from typing import Any

import msgspec
import pytest
from chassis.http.problem import Problem
from contracts.http.learning import RecordOut
from gateway.pages.learning_record import lessons_done_in
from gateway.pages.public.courses import CoursePages
from gateway.pages.public.home import HomePages
from gateway.pages.trainee.learn import LearnPages
from gateway.pages.trainee.my_classes import MyClassesPages

from tests.unit.gateway.samples import (
    CERTIFICATE,
    CLASS,
    COURSE,
    DRAFT,
    HOURS,
    LESSON,
    PROJECT,
    SEATED,
    SEATS,
    page_of,
)
from tests.unit.gateway.scene import Scene, scene

ONSITE = LESSON | {
    "lesson_id": "l2", "title": "参观", "kind": "onsite", "lecture_id": "",
    "is_completable": False, "lecture": None,
}  # fmt: skip
ELSEWHERE = {
    "courses": [{
        "course_id": "another", "lessons_done": ["l1"], "completed_edition": 0,
        "done_at": None,
    }],
    "watched": {},
}  # fmt: skip
ANSWERS: dict[str, Any] = {
    "catalog/areas": [],
    "catalog/projects": [],
    "catalog/courses": page_of(COURSE),
    "catalog/courses/k1": COURSE,
    "catalog/drafts/k1": DRAFT,
    "catalog/classes": page_of(CLASS),
    "catalog/classes/c1": CLASS,
    "enrollment/enrolments": [SEATED],
    "enrollment/seats": [SEATS],
    "enrollment/contacts": page_of(),
    "enrollment/contacts/college": page_of(),
    "learning/record": ELSEWHERE,
    "learning/hours": HOURS,
    "learning/certificates": [],
    "media/lectures/v1/grants": Problem(409, "not-ready", ""),
    "media/lectures/v1": {
        "lecture_id": "v1", "edition": 1, "title": "讲", "seconds": 60, "place": 1,
        "state": "transcoding", "percent": 3, "reason": "", "detail": "",
        "renditions": [],
    },
}  # fmt: skip


def before(role: str, pages: Any, **changed: Any) -> Scene:
    """These pages before somebody of this role, with other answers than usual."""
    made = scene(pages(), *([] if role == "visitor" else [role]))
    answers = ANSWERS | {name.replace("__", "/"): one for name, one in changed.items()}
    for path, one in answers.items():
        service, _, rest = path.partition("/")
        made.services[service].answers[f"/{rest}"] = one
    return made


def page(role: str, pages: Any, path: str, **changed: Any) -> str:
    """A page that is answered with 200."""
    got = before(role, pages, **changed).get(path)
    assert got.status_code == 200
    return str(got.text)


def test_a_lesson_done_in_another_course_is_not_done_in_this_one() -> None:
    record = msgspec.convert(ELSEWHERE, RecordOut)
    assert lessons_done_in(record.courses, "k1") == set()
    assert lessons_done_in(record.courses, "another") == {"l1"}
    for pages, path in ((LearnPages, "/learn/k1/l1"), (CoursePages, "/courses/k1")):
        shown = page("trainee", pages, path)
        assert "未学" in shown
        assert "完成" not in shown


def test_home_goes_on_with_a_lesson_done_only_in_another_course() -> None:
    shown = page("trainee", HomePages, "/")
    assert 'href="/learn/k1/l1"' in shown


def test_a_finished_class_is_no_longer_to_do() -> None:
    to_do = 'href="/classes/c1"'
    assert to_do in page("trainee", HomePages, "/")
    finished = {"learning__certificates": [CERTIFICATE]}
    shown = page("trainee", HomePages, "/", **finished)
    assert to_do not in shown
    mine = page("trainee", MyClassesPages, "/my-classes", **finished)
    assert to_do in mine
    assert "已结业" in mine
    assert f'href="/verify/{CERTIFICATE["number"]}"' in mine


def test_home_never_offers_a_lesson_that_nothing_completes() -> None:
    course = COURSE | {"lessons": [ONSITE]}
    shown = page("trainee", HomePages, "/", catalog__courses=page_of(course))
    assert "/learn/k1" not in shown


@pytest.mark.parametrize("path", ["/courses/k1", "/classes/c1"])
@pytest.mark.parametrize("role", ["visitor", "trainee", "officer", "staff"])
@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("onsite", "面授，暂不计学时"),
        ("live", "直播，暂不计学时"),
        ("test", "考试，暂不计学时"),
    ],
)
def test_a_lesson_that_nothing_completes_says_so(
    path: str, role: str, kind: str, words: str
) -> None:
    lessons = {"lessons": [LESSON, ONSITE | {"kind": kind}]}
    changed = {
        "catalog__courses__k1": COURSE | lessons,
        "catalog__drafts__k1": DRAFT | lessons,
    }
    shown = page(role, CoursePages, path, **changed)
    assert words in shown
    assert "/learn/k1/l2" not in shown
    assert ("暂不发证书" in shown) == (path == "/classes/c1")
    assert words not in page(role, CoursePages, path)


def test_the_page_of_a_lesson_that_nothing_completes_asks_for_no_video() -> None:
    course = COURSE | {"lessons": [LESSON, ONSITE]}
    client = before("trainee", LearnPages, catalog__courses__k1=course)
    got = client.get("/learn/k1/l2")
    assert got.status_code == 200
    assert "面授，暂不计学时" in got.text
    assert "满 30 分钟" not in got.text
    assert client.get("/learn/k1/l2/making").status_code == 404
    assert client.services["media"].asked == ["/watching"]


def test_who_has_the_certificate_of_a_class_has_finished_and_cannot_leave() -> None:
    usual = page("trainee", CoursePages, "/classes/c1")
    assert "/enrolments/c1.p.1/withdrawal" in usual
    assert "已结业" not in usual
    shown = page(
        "trainee", CoursePages, "/classes/c1", learning__certificates=[CERTIFICATE]
    )
    assert "已结业" in shown
    assert f"/certificates/{CERTIFICATE['number']}" in shown
    assert "withdrawal" not in shown
    other = CERTIFICATE | {"class_id": "c2"}
    assert usual == page(
        "trainee", CoursePages, "/classes/c1", learning__certificates=[other]
    )


@pytest.mark.parametrize(
    ("state", "words"),
    [("open", ""), ("over", "这个班已经结束"), ("closed", "已停止报名")],
)
def test_a_class_says_that_it_is_over_or_closed(state: str, words: str) -> None:
    one = CLASS | {"state": state}
    shown = page("visitor", CoursePages, "/classes/c1", catalog__classes__c1=one)
    for said in ("这个班已经结束", "已停止报名"):
        assert (said in shown) == (said == words)


def test_staff_are_told_what_is_not_published() -> None:
    def told(role: str = "staff", **changed: object) -> str:
        draft = DRAFT | changed
        return page(role, CoursePages, "/courses/k1", catalog__drafts__k1=draft)

    ahead = told(title="新题目", has_unpublished_edits=True)
    assert "有未发布的修改" in ahead
    assert "第 2 版《集体协商实务》" in ahead
    assert "未发布" not in told()
    assert "尚未发布" in told(published=None)
    assert "尚未发布" not in told("visitor", published=None)


@pytest.mark.parametrize(
    ("code", "language", "words"),
    [
        ("zh", "zh", "授课语言：中文"), ("zh", "en", "Taught in: Chinese"),
        ("en", "zh", "授课语言：英文"), ("en", "en", "Taught in: English"),
        ("other", "zh", "授课语言：其他语言"),
        ("other", "en", "Taught in: Another language"),
        ("of a later release", "zh", "授课语言：of a later release"),
    ],
)  # fmt: skip
def test_a_course_says_what_it_is_taught_in(
    code: str, language: str, words: str
) -> None:
    shown = before(
        "visitor", CoursePages, catalog__courses__k1=COURSE | {"language": code}
    )
    assert words in shown.get("/courses/k1", language).text


def test_a_course_of_which_nobody_said_it_names_no_language() -> None:
    assert "授课语言" not in page("visitor", CoursePages, "/courses/k1")


def test_a_search_shows_classes_and_projects_and_leads_to_the_next_page() -> None:
    listed = page_of(COURSE, next_cursor="n/e+x=")
    changed = {"catalog__courses": listed, "catalog__projects": [PROJECT]}
    shown = page("visitor", CoursePages, "/courses?q=TRIZ", **changed)
    assert "创新方法TRIZ培训" in shown
    assert 'href="/classes/c1"' in shown
    assert "q=TRIZ&amp;back=&amp;after=n%2Fe%2Bx%3D" in shown
    plain = page("visitor", CoursePages, "/courses", **changed)
    assert "创新方法TRIZ培训" not in plain
    last = page("visitor", CoursePages, "/courses?q=TRIZ&after=x", **changed)
    assert "创新方法TRIZ培训" not in last


def test_a_search_that_finds_nothing_says_what_to_do() -> None:
    shown = page(
        "visitor", CoursePages, "/courses?q=烹饪",
        catalog__courses=page_of(), catalog__classes=page_of(),
    )  # fmt: skip
    assert "没有找到" in shown


@pytest.mark.parametrize(
    ("role", "leads"),
    [("visitor", True), ("trainee", True), ("staff", True), ("officer", False)],
)
@pytest.mark.parametrize("path", ["/courses/k1", "/classes/c1"])
def test_a_lecture_is_a_link_for_who_may_watch_it_or_sign_in(
    role: str, path: str, leads: bool
) -> None:
    assert ('href="/learn/k1/l1"' in page(role, CoursePages, path)) == leads
