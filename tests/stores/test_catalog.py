"""The catalogue's stores keep what the use cases ask of them, on every engine."""

from dataclasses import replace

import pytest
from catalog.domain.course import ARCHIVED, DRAFT, LECTURE, PUBLISHED, Course, Lesson
from catalog.domain.lecture import FAILED, MAKING, READY, Lecture
from catalog.domain.outline import Area, Module, Project
from catalog.domain.training_class import CLOSED, Quota, TrainingClass
from catalog.events.published import word
from catalog.store import documents
from catalog.store.courses import (
    COURSE_FORM,
    StoredClasses,
    StoredCourses,
    StoredLectures,
)
from catalog.store.outline import StoredOutline
from chassis.storage.aggregates import NotThere, form_of

from tests.engines import Kept
from tests.stores.rows import outbox, overtaken, said, version

LESSONS = (Lesson("l1", "触电急救", LECTURE, "v1"), Lesson("l2", "考试", "test"))
COURSE = Course("a", "安全生产", "safety", "现场", "王老师", LESSONS)
CLASS = TrainingClass(
    id="c1",
    course_id="a",
    title="三月班",
    capacity=30,
    quotas=(Quota("east", 10),),
    starts_on="2024-03-01",
    ends_on="2024-03-09",
    point="市工会",
    form="blended",
)


@pytest.fixture
def courses(kept: Kept) -> StoredCourses:
    rows = kept.aggregates("catalog", documents.CourseDocument, COURSE_FORM, word)
    return StoredCourses(rows)


@pytest.fixture
def classes(kept: Kept) -> StoredClasses:
    form = form_of(TrainingClass)
    return StoredClasses(
        kept.aggregates("catalog", documents.ClassDocument, form, word)
    )


@pytest.fixture
def lectures(kept: Kept) -> StoredLectures:
    kept.declare("catalog", documents.LectureDocument)
    return StoredLectures()


@pytest.fixture
def outline(kept: Kept) -> StoredOutline:
    return StoredOutline(
        kept.aggregates("catalog", documents.AreaDocument, form_of(Area), word),
        kept.aggregates("catalog", documents.ProjectDocument, form_of(Project), word),
    )


def titled(title: str) -> Course:
    return replace(COURSE, title=title)


def shown(
    courses: StoredCourses,
    *words: str,
    module: str = "",
    after: str = "",
    limit: int = 10,
) -> list[str]:
    return [one.id for one in courses.published(module, words, after, limit)]


def test_a_course_comes_back_as_it_was_put(courses: StoredCourses) -> None:
    courses.add(COURSE)
    assert courses.get("a") == COURSE
    assert courses.get("b") is None


def test_a_course_that_is_there_stays(courses: StoredCourses) -> None:
    courses.add(COURSE)
    courses.add(titled("别的课"))
    assert courses.get("a") == COURSE


def test_a_course_is_published_and_told_in_one_write(courses: StoredCourses) -> None:
    courses.add(COURSE)
    assert said(courses.rows, "a") == []
    courses.change("a", Course.publish)
    assert courses.get("a") == COURSE.publish()[0]
    [event] = outbox(courses.rows, "a")
    assert event["id"] == "a.2.0"
    assert [lesson["lecture_id"] for lesson in event["data"]["lessons"]] == ["v1", ""]


def test_a_course_that_moved_is_decided_on_again(courses: StoredCourses) -> None:
    courses.add(COURSE)
    decide = overtaken(lambda: courses.change("a", Course.publish), Course.publish)
    assert courses.change("a", decide).edition == 2
    assert said(courses.rows, "a") == ["a.2.0", "a.3.0"]


def test_a_decision_for_nothing_leaves_the_course(courses: StoredCourses) -> None:
    courses.add(replace(COURSE, state=ARCHIVED))
    courses.change("a", Course.archive)
    assert version(courses.rows, "a") == 1
    assert said(courses.rows, "a") == []


def test_a_course_that_is_not_there_cannot_change(courses: StoredCourses) -> None:
    with pytest.raises(NotThere):
        courses.change("a", Course.publish)


def test_published_courses_are_shown_by_id_a_page_at_a_time(
    courses: StoredCourses,
) -> None:
    for id_ in ("d", "b", "c", "a"):
        courses.add(replace(COURSE, id=id_, state=PUBLISHED))
    courses.add(replace(COURSE, id="e", state=DRAFT))
    courses.add(replace(COURSE, id="f", state=ARCHIVED))
    assert shown(courses, limit=3) == ["a", "b", "c"]
    assert shown(courses, after="c", limit=3) == ["d"]


def test_published_courses_are_shown_by_module(courses: StoredCourses) -> None:
    for id_, module in (("a", "safety"), ("b", "law"), ("c", "safety")):
        courses.add(replace(COURSE, id=id_, module=module, state=PUBLISHED))
    assert shown(courses, module="safety") == ["a", "c"]
    assert shown(courses, module="nothing") == []


def test_a_course_is_found_by_all_words_of_what_it_says(courses: StoredCourses) -> None:
    courses.add(replace(COURSE, id="a", state=PUBLISHED))
    courses.add(replace(COURSE, id="b", title="劳动法 Law", state=PUBLISHED))
    assert shown(courses, "安全", "生产") == ["a"]
    assert shown(courses, "急救") == ["a", "b"]
    assert shown(courses, "急救", "law") == ["b"]
    assert shown(courses, "安全", "law") == []


def test_a_course_is_found_by_what_it_says_now(courses: StoredCourses) -> None:
    courses.add(replace(COURSE, state=PUBLISHED))
    courses.change("a", lambda held: (replace(held, title="劳动法"), ()))
    assert shown(courses, "劳动") == ["a"]
    assert shown(courses, "安全") == []


def test_published_courses_are_counted_by_module(courses: StoredCourses) -> None:
    assert courses.count_by_module() == {}
    for id_, module in (("a", "safety"), ("b", "law"), ("c", "safety")):
        courses.add(replace(COURSE, id=id_, module=module, state=PUBLISHED))
    courses.add(replace(COURSE, id="d", module="law", state=DRAFT))
    courses.add(replace(COURSE, id="e", module="art", state=ARCHIVED))
    assert courses.count_by_module() == {"safety": 2, "law": 1}


def test_a_new_class_is_told_in_the_same_write(classes: StoredClasses) -> None:
    classes.add(CLASS, CLASS.open())
    assert classes.get("c1") == CLASS
    assert classes.get("c2") is None
    [event] = outbox(classes.rows, "c1")
    assert event["id"] == "c1.1.0"
    assert event["data"]["quotas"] == [{"branch_id": "east", "seats": 10}]


def test_a_class_that_is_there_stays_and_is_told_once(classes: StoredClasses) -> None:
    classes.add(CLASS, CLASS.open())
    other = replace(CLASS, capacity=99)
    classes.add(other, other.open())
    assert classes.get("c1") == CLASS
    assert said(classes.rows, "c1") == ["c1.1.0"]


def test_a_class_is_closed_and_told_once(classes: StoredClasses) -> None:
    classes.add(CLASS, ())
    for _ in range(2):
        assert classes.change("c1", TrainingClass.close).state == CLOSED
    assert classes.get("c1") == replace(CLASS, state=CLOSED)
    assert said(classes.rows, "c1") == ["c1.2.0"]


def test_two_who_close_a_class_at_once_tell_it_once(classes: StoredClasses) -> None:
    classes.add(CLASS, ())
    close = TrainingClass.close
    classes.change("c1", overtaken(lambda: classes.change("c1", close), close))
    assert said(classes.rows, "c1") == ["c1.2.0"]


def test_open_classes_are_shown_by_first_day(classes: StoredClasses) -> None:
    for id_, course, day in (("x", "a", "03"), ("y", "b", "01"), ("z", "a", "02")):
        one = replace(CLASS, id=id_, course_id=course, starts_on=f"2024-03-{day}")
        classes.add(one, ())
    classes.add(replace(CLASS, id="w", starts_on="2024-01-01", state=CLOSED), ())
    assert [one.id for one in classes.open_ones("", 10)] == ["y", "z", "x"]
    assert [one.id for one in classes.open_ones("", 2)] == ["y", "z"]
    assert [one.id for one in classes.open_ones("a", 10)] == ["z", "x"]
    assert classes.open_ones("c", 10) == []


def test_of_the_lectures_asked_for_those_told_of_are_named(
    lectures: StoredLectures,
) -> None:
    ready = Lecture("v1", 1, READY, 100, 61.5)
    lectures.put([("v1", 5, ready), ("v2", 2, Lecture("v2", 1, MAKING, 10))])
    assert lectures.named(["v1", "v9"]) == {"v1": ready}
    assert lectures.named([]) == {}


def test_newer_word_of_a_lecture_is_kept_and_older_is_not(
    lectures: StoredLectures,
) -> None:
    older, newer = Lecture("v1", 2, MAKING, 40), Lecture("v1", 2, FAILED, reason="坏")
    for version_, word_ in ((4, older), (5, newer), (4, older), (5, older)):
        lectures.put([("v1", version_, word_)])
    assert lectures.named(["v1"]) == {"v1": newer}


def test_areas_stand_in_order_and_are_replaced_whole(outline: StoredOutline) -> None:
    modules = (Module("safety", "安全", ("用电", "消防")), Module("law", "法律", ()))
    first, second = Area("z", "一", 1, modules), Area("a", "二", 2, ())
    outline.put_area(second)
    outline.put_area(replace(first, name="旧", modules=modules[1:]))
    outline.put_area(first)
    assert outline.areas() == [first, second]


def test_projects_stand_in_order_and_are_replaced_whole(outline: StoredOutline) -> None:
    first = Project("z", "一", 1, "online", "简介")
    second = Project("a", "二", 2, "onsite", "")
    outline.put_project(second)
    outline.put_project(replace(first, place=9, summary="旧"))
    outline.put_project(first)
    assert outline.projects() == [first, second]
