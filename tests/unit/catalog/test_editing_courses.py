"""Courses as several people edit, publish, archive and restore them."""

import datetime
from dataclasses import replace

import pytest
from catalog.domain.content import Content, Lesson
from catalog.domain.course import ARCHIVED, DRAFT, MOST_EDITS, PUBLISHED, Course
from catalog.domain.edition import Edition
from catalog.domain.errors import (
    BadCursor,
    EditConflict,
    ModuleFixed,
    NotPublishable,
    UnknownEdition,
    WrongState,
)
from catalog.domain.events import CourseArchived, CoursePublished
from catalog.domain.outline import Area, Module
from catalog.domain.stamp import UNSTAMPED, Stamp
from catalog.usecases.archive_course import archive_course, unarchive_course
from catalog.usecases.draft_course import edit_course
from catalog.usecases.find_editions import (
    THE_DRAFT,
    compare_editions,
    find_editions,
    require_edition,
    restore_edition,
)
from catalog.usecases.paging import Cursor
from catalog.usecases.publish_course import publish_course
from catalog.usecases.put_area import put_area

from tests.unit.catalog.fakes import (
    FakeClasses,
    FakeCourses,
    FakeEditions,
    FakeOutline,
)

TODAY = datetime.date(2026, 11, 28)
LESSON = Lesson("l1", "第一讲", "lecture", "v1")
CONTENT = Content("工会财务", "m1", (LESSON,), "简介", "李老师")
ANNA, BERT = Stamp("anna", "2026-11-28T04"), Stamp("bert", "2026-11-28T05")
COURSE = Course.of("k1", CONTENT, ANNA)


def publish(courses: FakeCourses, editions: FakeEditions) -> Course:
    return publish_course(courses, FakeClasses(), editions, "k1", TODAY, BERT, None)


def test_a_course_says_what_it_was_begun_with_and_by_whom() -> None:
    assert COURSE.content == CONTENT
    assert (COURSE.revision, COURSE.edited, COURSE.state) == (1, ANNA, DRAFT)


def test_all_that_people_do_to_a_course_is_a_revision_of_its_own() -> None:
    edited = COURSE.edit(replace(CONTENT, title="新"), BERT, 1)
    assert edited is not None
    published = edited.publish(ANNA)[0]
    archived = (published.archive(BERT) or (COURSE, []))[0]
    opened = (archived.unarchive(ANNA) or (COURSE, []))[0]
    revisions = [edited, published, archived, opened]
    assert [course.revision for course in revisions] == [2, 3, 4, 5]
    assert [course.edited for course in revisions] == [BERT, ANNA, BERT, ANNA]
    assert (opened.state, opened.issued) == (PUBLISHED, ANNA)


def test_an_edit_of_what_has_changed_names_who_did_and_what_differs() -> None:
    now = COURSE.edit(replace(CONTENT, title="新", summary="又"), BERT, 1)
    assert now is not None
    with pytest.raises(EditConflict) as conflict:
        now.edit(replace(CONTENT, title="新", teacher="王老师"), ANNA, 1)
    assert conflict.value.current is now
    assert conflict.value.members == {
        "version": 2, "edited_by": "bert", "edited_at": BERT.at,
        "fields": ["summary", "teacher"],
    }  # fmt: skip


def test_an_edit_that_is_sent_again_is_no_conflict_with_itself() -> None:
    courses, new = FakeCourses(COURSE), replace(CONTENT, title="新")
    for _ in range(2):
        edited = edit_course(courses, "k1", new, BERT, 1)
    assert (edited.title, edited.revision) == ("新", 2)


def test_who_takes_a_course_as_it_is_edits_whichever_there_is() -> None:
    courses = FakeCourses(replace(COURSE, revision=9))
    new = replace(CONTENT, title="新")
    assert edit_course(courses, "k1", new, BERT, None).revision == 10


def test_a_course_stays_in_its_module_also_when_nothing_else_is_edited() -> None:
    with pytest.raises(ModuleFixed):
        COURSE.edit(replace(CONTENT, module="m2"), BERT, 1)


def test_a_course_remembers_its_last_edits_and_no_more() -> None:
    course = COURSE
    for number in range(MOST_EDITS + 5):
        stamp = Stamp("bert", f"2026-11-29T{number:02}")
        course = course.edit(replace(CONTENT, title=f"{number}"), stamp) or course
    assert len(course.edits) == MOST_EDITS
    assert course.edited.at == f"2026-11-29T{MOST_EDITS + 4:02}"


def test_a_course_knows_when_it_was_edited_last_by_some_moment() -> None:
    course = COURSE.edit(replace(CONTENT, title="新"), BERT) or COURSE
    assert course.edited_until("2026-11-28T06") == BERT.at
    assert course.edited_until("2026-11-28T04") == ANNA.at
    assert course.edited_until("2026-11-28T03") is None
    assert replace(course, edits=()).edited_until("2026-11-28T03") == ""


def test_each_gap_is_named_where_a_course_is_refused_publication() -> None:
    bare = replace(LESSON, lecture_id="")
    lessons = (bare, replace(bare, lesson_id="l2", title="第二讲"))
    with pytest.raises(NotPublishable, match="第一讲") as refused:
        replace(COURSE, lessons=lessons).publish()
    missing = refused.value.members["missing"]
    assert isinstance(missing, list)
    assert [(gap["code"], gap["lesson_id"]) for gap in missing] == [
        ("lecture-missing", "l1"),
        ("lecture-missing", "l2"),
    ]


def test_an_archived_course_comes_back_as_it_was_and_is_told_of() -> None:
    courses, editions = FakeCourses(COURSE), FakeEditions()
    publish(courses, editions)
    courses.told.clear()
    for _ in range(2):
        assert archive_course(courses, "k1", ANNA, None).state == ARCHIVED
    for _ in range(2):
        assert unarchive_course(courses, "k1", ANNA, None).state == PUBLISHED
    assert courses.told == [
        CourseArchived("k1"),
        CoursePublished("k1", 1, "工会财务", "m1", (vars(LESSON),), 2.0),
    ]


def test_a_draft_that_was_archived_comes_back_as_a_draft() -> None:
    courses = FakeCourses(COURSE)
    archive_course(courses, "k1", ANNA, 1)
    with pytest.raises(EditConflict):
        unarchive_course(courses, "k1", ANNA, 1)
    assert unarchive_course(courses, "k1", ANNA, 2).state == DRAFT
    with pytest.raises(EditConflict):
        archive_course(courses, "k1", ANNA, 1)


def all_editions(courses: FakeCourses, editions: FakeEditions) -> list[Edition]:
    return find_editions(courses, editions, "k1", "", 60).items


def three_editions() -> tuple[FakeCourses, FakeEditions]:
    """Published under three titles, the draft under a fourth."""
    courses, editions = FakeCourses(COURSE), FakeEditions()
    for title in ("二", "三", "四"):
        publish(courses, editions)
        edit_course(courses, "k1", replace(CONTENT, title=title), ANNA, None)
    return courses, editions


def test_every_edition_can_be_listed_and_read() -> None:
    courses, editions = three_editions()
    found = all_editions(courses, editions)
    assert [(one.number, one.content.title) for one in found] == [
        (3, "三"), (2, "二"), (1, "工会财务"),
    ]  # fmt: skip
    for edition in found:
        number = edition.number
        assert require_edition(courses, editions, "k1", number) == edition
    for number in (0, 4):
        with pytest.raises(UnknownEdition):
            require_edition(courses, editions, "k1", number)
    assert all_editions(FakeCourses(COURSE), editions) == []


@pytest.mark.parametrize("limit", [1, 2, 3, 9])
def test_editions_are_listed_a_page_at_a_time_also_while_another_is_published(
    limit: int,
) -> None:
    courses, editions = three_editions()
    numbers, cursor = list[int](), ""
    while True:
        page = find_editions(courses, editions, "k1", cursor, limit)
        numbers += [edition.number for edition in page.items]
        publish(courses, editions)
        if not (cursor := page.next):
            break
    assert numbers == [3, 2, 1]


@pytest.mark.parametrize("part", ["", "x", "-1", "٣", "1" * 10])
def test_a_cursor_of_no_edition_is_refused(part: str) -> None:
    with pytest.raises(BadCursor):
        find_editions(*three_editions(), "k1", Cursor(0, (part,)).dump(), 3)


def test_editions_and_the_draft_are_compared() -> None:
    courses, editions = three_editions()
    assert compare_editions(courses, editions, "k1", 1, 3).fields == ("title",)
    assert compare_editions(courses, editions, "k1", 3, THE_DRAFT).fields == ("title",)
    assert compare_editions(courses, editions, "k1", 2, 2).fields == ()
    with pytest.raises(UnknownEdition):
        compare_editions(courses, editions, "k1", 2, 9)


def test_an_edition_is_restored_as_an_edit_and_nothing_is_published() -> None:
    courses, editions = three_editions()
    seen = courses.rows["k1"].revision
    with pytest.raises(EditConflict):
        restore_edition(courses, editions, "k1", 1, BERT, seen - 1)
    restored = restore_edition(courses, editions, "k1", 1, BERT, seen)
    assert (restored.content, restored.revision) == (CONTENT, seen + 1)
    assert restored.edition == 3
    assert restored.has_unpublished_edits
    archived = archive_course(courses, "k1", BERT, None)
    with pytest.raises(WrongState):
        restore_edition(courses, editions, "k1", 2, BERT, archived.revision)


class StopsBefore(FakeCourses):
    """The process dies before the course is written."""

    def change(self, id_: str, decide: object) -> Course:
        decide(self.rows[id_])  # type: ignore[operator]
        raise ConnectionError


def test_a_process_that_dies_between_the_two_writes_loses_no_edition() -> None:
    courses, editions = three_editions()
    dying = StopsBefore(courses.rows["k1"])
    with pytest.raises(ConnectionError):
        publish(dying, editions)
    before = all_editions(courses, editions)
    assert [one.number for one in before] == [3, 2, 1]
    publish(courses, editions)
    after = all_editions(courses, editions)
    assert after == [Edition("k1", 4, replace(CONTENT, title="四"), BERT), *before]


AREA = Area("a1", "方向", 1, (Module("m1", "模块", ()),))


def test_an_area_is_begun_edited_and_not_written_over_unseen() -> None:
    outline = FakeOutline()
    begun = put_area(outline, AREA, ANNA, 0)
    assert (begun.revision, begun.edited) == (1, ANNA)
    again = put_area(outline, AREA, BERT, 0)
    assert again == begun
    renamed = replace(AREA, name="改")
    for seen in (0, 2):
        with pytest.raises(EditConflict) as conflict:
            put_area(outline, renamed, BERT, seen)
        assert conflict.value.members["fields"] == ["name"]
    assert put_area(outline, renamed, BERT, 1).revision == 2
    assert put_area(outline, AREA, UNSTAMPED, None).revision == 3


def test_an_area_that_is_not_there_has_no_revision_to_edit() -> None:
    with pytest.raises(EditConflict) as conflict:
        put_area(FakeOutline(), AREA, ANNA, 1)
    assert (conflict.value.current, conflict.value.members["version"]) == (None, 0)
