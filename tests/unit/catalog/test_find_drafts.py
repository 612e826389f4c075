"""Staff find drafts in one order, whatever is edited while they read."""

from dataclasses import replace

import pytest
from catalog.domain.content import Content
from catalog.domain.course import ARCHIVED, Course
from catalog.domain.errors import BadCursor
from catalog.domain.stamp import Stamp
from catalog.usecases.archive_course import archive_course
from catalog.usecases.draft_course import edit_course
from catalog.usecases.find_drafts import BY_EDIT, BY_TITLE, find_drafts
from catalog.usecases.ports import Shelf

from tests.unit.catalog.fakes import FakeCourses

NOW = "2026-11-28T12:00"


def a_course(id_: str, hour: int, title: str = "课") -> Course:
    stamp = Stamp("anna", f"2026-11-28T{hour:02}:00")
    return Course.of(id_, Content(title, "m1", (), "摘要", "王老师"), stamp)


def some_courses() -> FakeCourses:
    return FakeCourses(*(a_course(id_, at) for at, id_ in enumerate("abcdefg", 1)))


def edit(courses: FakeCourses, id_: str, minute: int) -> None:
    """Somebody gives a course another summary after the first page was read."""
    content = replace(courses.rows[id_].content, summary=f"{minute}")
    stamp = Stamp("bert", f"2026-11-28T13:{minute:02}")
    edit_course(courses, id_, content, stamp, None)


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 60])
@pytest.mark.parametrize("again", ["", "g", "a", "adg", "gfedcba", "aaaddd"])
def test_what_is_edited_between_two_pages_is_neither_repeated_nor_passed_over(
    limit: int, again: str
) -> None:
    courses, ids, cursor, minute = some_courses(), "", "", 0
    while True:
        page = find_drafts(courses, Shelf(), "", BY_EDIT, cursor, limit, NOW).page
        ids += "".join(course.id for course in page.items)
        if not (cursor := page.next):
            break
        for id_ in again:
            minute += 1
            edit(courses, id_, min(minute, 15))
    assert ids == "gfedcba"
    anew = find_drafts(courses, Shelf(), "", BY_EDIT, "", 60, "2026-11-28T14").page
    assert {course.id for course in anew.items} == set("abcdefg")


def test_what_is_begun_or_archived_meanwhile_moves_no_other() -> None:
    courses = some_courses()
    first = find_drafts(courses, Shelf(), "", BY_EDIT, "", 3, NOW).page
    courses.create(a_course("new", 13))
    archive_course(courses, "c", Stamp("bert", "2026-11-28T13:30"), None)
    rest = find_drafts(courses, Shelf(), "", BY_EDIT, first.next, 9, NOW).page
    assert [course.id for course in [*first.items, *rest.items]] == list("gfedba")


def test_drafts_are_listed_by_title_too() -> None:
    courses = FakeCourses(
        a_course("a", 1, "乙"), a_course("b", 2, "甲"), a_course("c", 3, "乙")
    )
    first = find_drafts(courses, Shelf(), "", BY_TITLE, "", 2, NOW).page
    rest = find_drafts(courses, Shelf(), "", BY_TITLE, first.next, 2, NOW).page
    assert [course.id for course in [*first.items, *rest.items]] == ["a", "c", "b"]


def test_words_are_looked_for_in_what_is_edited_and_counted_by_state() -> None:
    courses = some_courses()
    edit(courses, "b", 42)
    courses.rows["x"] = replace(a_course("x", 1), state=ARCHIVED, summary="42")
    found = find_drafts(courses, Shelf(), "42", BY_EDIT, "", 9, "2026-11-28T14")
    assert [course.id for course in found.page.items] == ["b"]
    assert found.counts == {"draft": 1, "published": 0, "changed": 0, "archived": 1}
    nothing = find_drafts(courses, Shelf(), "，", BY_EDIT, "", 9, NOW)
    assert (nothing.page.items, dict(nothing.counts)) == ([], {})


@pytest.mark.parametrize("order", [BY_EDIT, BY_TITLE])
def test_a_cursor_of_another_list_is_refused(order: str) -> None:
    courses = some_courses()
    for cursor in ("x", "W10", "WzAsIiIsImEiXQ"):
        with pytest.raises(BadCursor):
            find_drafts(courses, Shelf(), "", order, cursor, 3, NOW)
