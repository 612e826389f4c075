"""Courses and classes are found in one order, a page at a time."""

import base64
import datetime
import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from catalog.domain.content import Lesson
from catalog.domain.course import Course
from catalog.domain.errors import BadCursor
from catalog.domain.outline import Project
from catalog.domain.stamp import UNSTAMPED
from catalog.domain.training_class import CLOSED, TrainingClass
from catalog.usecases.find_classes import find_classes
from catalog.usecases.find_courses import find_courses
from catalog.usecases.find_projects import find_projects
from catalog.usecases.paging import Page
from catalog.usecases.put_area import put_project

from tests.unit.catalog.fakes import FakeClasses, FakeCourses, FakeOutline, after_edit

TODAY = datetime.date(2026, 11, 28)
OUTLINE = FakeOutline()
LESSONS = (Lesson("l1", "仲裁庭实录", "lecture", "v1"),)


def a_course(id_: str, title: str, summary: str = "", teacher: str = "") -> Course:
    """A published course."""
    return Course(id_, title, "m1", summary, teacher, LESSONS).publish()[0]


def a_class(id_: str, first: str, last: str, title: str = "一班") -> TrainingClass:
    return TrainingClass(id_, "k1", title, 30, (), first, last, "", "online")


def walk(
    read: Callable[[str], Page[Course]] | Callable[[str], Page[TrainingClass]],
    between: Callable[[int], None] = lambda _: None,
) -> list[str]:
    """The ids of all pages, with something done after each."""
    ids: list[str] = []
    cursor, pages = "", 0
    while True:
        page = read(cursor)
        ids += [one.id for one in page.items]
        if not page.next:
            return ids
        cursor, pages = page.next, pages + 1
        between(pages)


def a_shelf() -> FakeCourses:
    """Seven courses about one thing, three of which say so in the title."""
    titled = {"b", "d", "f"}
    return FakeCourses(
        *(
            a_course(id_, "消防演练" if id_ in titled else "别的", "消防演练的要点")
            for id_ in "abcdefg"
        )
    )


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 100])
def test_titles_come_first_then_the_rest_and_no_page_repeats(limit: int) -> None:
    shelf = a_shelf()
    found = walk(
        lambda cursor: find_courses(shelf, OUTLINE, "消防演练", "", cursor, limit)
    )
    assert found == list("bdfaceg")


def test_what_is_added_between_two_pages_neither_repeats_nor_skips_others() -> None:
    shelf = a_shelf()

    def add(page: int) -> None:
        for title in ("消防演练", "别的"):
            new = a_course(f"{'ah'[page % 2]}{page}{title}", title, "消防演练")
            shelf.create(new)

    found = walk(lambda c: find_courses(shelf, OUTLINE, "消防演练", "", c, 2), add)
    assert len(found) == len(set(found))
    assert [id_ for id_ in found if len(id_) == 1] == list("bdfaceg")


def test_without_words_all_published_courses_come_by_id() -> None:
    shelf = a_shelf()
    shelf.create(Course("bb", "草稿", "m1", "", "", LESSONS))
    assert walk(lambda c: find_courses(shelf, OUTLINE, "", "", c, 3)) == list("abcdefg")
    assert walk(lambda c: find_courses(shelf, OUTLINE, "", "m2", c, 3)) == []
    assert walk(lambda c: find_courses(shelf, OUTLINE, "，。", "", c, 3)) == []


def test_teacher_and_lessons_are_found_however_long_the_summary_is() -> None:
    summary = "".join(chr(0x4E00 + at) for at in range(4000))
    shelf = FakeCourses(a_course("a", "综合班", summary, "欧阳锋"))
    for query in ("欧阳锋", "仲裁庭", "综合", summary[-3:]):
        assert walk(lambda c, q=query: find_courses(shelf, OUTLINE, q, "", c, 9)) == [
            "a"
        ]


def test_only_what_is_published_is_found() -> None:
    shelf = FakeCourses(a_course("a", "公开课", teacher="王老师"))
    secret = (*LESSONS, Lesson("l2", "未审之讲", "lecture", "v2"))
    shelf.change("a", lambda c: (after_edit(c, "新名", "密稿", "欧阳锋", secret), ()))
    for query in ("新名", "密稿", "欧阳锋", "未审"):
        assert find_courses(shelf, OUTLINE, query, "", "", 9).items == []
    for query in ("公开课", "王老师", "仲裁庭"):
        assert len(find_courses(shelf, OUTLINE, query, "", "", 9).items) == 1


def _cursor(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    [
        "x", "c1", "!!!", "工会", "A" * 399, "[", "\x00",
        _cursor(1), _cursor([]), _cursor([0]), _cursor([0, ""]), _cursor({"a": 1}),
        _cursor([2, "", "a", "b"]), _cursor([-1, "", "a", "b"]),
        _cursor([0, "", 1, 2]), _cursor([0, None, "a", "b"]),
        _cursor([0.0, "", "a", "b"]), _cursor([0, "", {"$gt": ""}, "b"]),
        _cursor([0, "", "a", "b", "c"]), _cursor([0, "nie", "a", "b"]),
        _cursor([0, "", "\ud800"]), _cursor([0, "\ud800", "a", "b"]),
    ],
)  # fmt: skip
def test_a_cursor_that_was_not_given_out_is_refused(cursor: str) -> None:
    with pytest.raises(BadCursor):
        find_courses(a_shelf(), OUTLINE, "", "", cursor, 3)
    with pytest.raises(BadCursor):
        find_classes(FakeClasses(), TODAY, "", "", cursor, 3)


def some_classes() -> FakeClasses:
    return FakeClasses(
        a_class("long-over", "2020-01-01", "2020-02-01"),
        a_class("just-over", "2026-11-01", "2026-11-27"),
        a_class("last-day", "2026-11-02", "2026-11-28"),
        a_class("begun", "2026-11-20", "2026-12-20"),
        a_class("begins", "2026-11-28", "2026-12-28"),
        a_class("next", "2026-11-29", "2026-12-29"),
        a_class("later", "2027-01-01", "2027-02-01", "集体协商实务班"),
        a_class("later2", "2027-01-01", "2027-02-01", "集体协商实务班"),
        replace(a_class("closed", "2026-11-28", "2026-12-28"), state=CLOSED),
    )


@pytest.mark.parametrize("limit", [1, 2, 3, 60])
def test_classes_that_run_or_come_are_listed_the_nearest_first(limit: int) -> None:
    classes = some_classes()
    found = walk(lambda c: find_classes(classes, TODAY, "", "", c, limit))
    assert found == ["begins", "begun", "last-day", "next", "later", "later2"]


def test_a_class_that_begins_between_two_pages_is_listed_once() -> None:
    classes, days = some_classes(), [TODAY]

    def midnight(_: int) -> None:
        days[0] = TODAY + datetime.timedelta(days=1)

    found = walk(lambda c: find_classes(classes, days[0], "", "", c, 1), midnight)
    assert found.count("next") == 1
    assert found == ["begins", "begun", "next", "later", "later2"]


def test_classes_are_found_by_course_and_by_words_of_their_title() -> None:
    classes = some_classes()
    found = walk(lambda c: find_classes(classes, TODAY, "", "集体协商实务班", c, 1))
    assert found == ["later", "later2"]
    assert find_classes(classes, TODAY, "k2", "", "", 9).items == []
    assert find_classes(classes, TODAY, "", "，", "", 9).items == []


def more_classes() -> FakeClasses:
    """Those of before, and closed ones that end on different days."""
    closed = {
        "shut-late": "2027-01-30",
        "shut-today": "2026-11-28",
        "shut": "2026-12-28",
    }
    rows = list(some_classes().rows.values())
    for id_, last in closed.items():
        rows.append(replace(a_class(id_, "2026-11-01", last), state=CLOSED))
    over = a_class("shut-over", "2026-11-01", "2026-11-27", "集体协商实务班")
    return FakeClasses(*rows, replace(over, state=CLOSED))


BY_STATE = {
    "running": ["begins", "begun", "last-day"],
    "coming": ["next", "later", "later2"],
    "closed": ["shut-today", "closed", "shut", "shut-late"],
    "over": ["just-over", "shut-over", "long-over"],
}


@pytest.mark.parametrize("limit", [1, 2, 60])
@pytest.mark.parametrize("state", BY_STATE)
def test_every_class_is_in_one_state_and_listed_once_there(
    state: str, limit: int
) -> None:
    classes = more_classes()
    found = walk(lambda c: find_classes(classes, TODAY, "", "", c, limit, state))
    assert found == BY_STATE[state]
    assert sorted(id_ for ids in BY_STATE.values() for id_ in ids) == sorted(
        classes.rows
    )


def test_a_class_that_ends_between_two_pages_is_neither_repeated_nor_new() -> None:
    classes = more_classes()
    for state in ("over", "closed"):
        days = [TODAY]

        def midnight(_: int, days: list[datetime.date] = days) -> None:
            days[0] = TODAY + datetime.timedelta(days=1)

        found = walk(
            lambda c, state=state, days=days: find_classes(
                classes, days[0], "", "", c, 1, state
            ),
            midnight,
        )
        assert found == BY_STATE[state]


def test_classes_of_a_state_are_found_by_course_and_words() -> None:
    classes, words = more_classes(), "集体协商"
    assert [
        walk(lambda c, s=state: find_classes(classes, TODAY, "", words, c, 1, s))
        for state in BY_STATE
    ] == [[], ["later", "later2"], [], ["shut-over"]]
    assert find_classes(classes, TODAY, "k2", "", "", 9, "over").items == []


def test_a_cursor_of_two_stages_is_refused_where_a_state_has_one() -> None:
    classes = more_classes()
    cursor = find_classes(classes, TODAY, "", "", "", 4).next
    with pytest.raises(BadCursor):
        find_classes(classes, TODAY, "", "", cursor, 4, "coming")


def test_projects_are_found_by_words_of_all_they_say() -> None:
    outline = FakeOutline()
    triz = Project("triz", "创新方法TRIZ培训", 1, "课程", "面向技术骨干")
    bim = Project("bim", "BIM培训", 2, "实操", "")
    for project in (triz, bim):
        put_project(outline, project, UNSTAMPED, None)
    assert find_projects(outline, "") == [triz, bim]
    assert (
        find_projects(outline, "ｔｒｉｚ") == find_projects(outline, "骨干") == [triz]
    )
    assert find_projects(outline, "培训 实操") == [bim]
    assert find_projects(outline, "，") == find_projects(outline, "烹饪") == []
