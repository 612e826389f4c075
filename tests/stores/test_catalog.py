"""The catalogue's stores keep what the use cases ask of them, on every engine."""

import datetime
from dataclasses import replace
from typing import Any

import pytest
from catalog.domain.content import LECTURE, Lesson
from catalog.domain.course import ARCHIVED, DRAFT, Course
from catalog.domain.lecture import FAILED, MAKING, READY, Lecture
from catalog.domain.outline import Area, Module, Project
from catalog.domain.training_class import CLOSED, Quota, TrainingClass
from catalog.events.to_events import to_event
from catalog.store import documents
from catalog.store.classes import CLASS_FORM, StoredClasses
from catalog.store.courses import COURSE_FORM, StoredCourses
from catalog.store.lectures import StoredLectures
from catalog.store.outline import StoredOutline
from catalog.usecases.ports import Sought
from chassis.storage.aggregates import NotFound, mapping_of

from tests.engines import Kept
from tests.stores.rows import outbox, overtaken, said, version
from tests.unit.catalog.fakes import after_edit

LESSONS = (Lesson("l1", "触电急救", LECTURE, "v1"), Lesson("l2", "考试", "test"))
COURSE = Course("a", "安全生产", "safety", "现场", "王老师", LESSONS)
LONG_AGO = datetime.date(2024, 1, 1)
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
    rows = kept.aggregates("catalog", documents.CourseDocument, COURSE_FORM, to_event)
    return StoredCourses(rows)


@pytest.fixture
def classes(kept: Kept) -> StoredClasses:
    return StoredClasses(
        kept.aggregates("catalog", documents.ClassDocument, CLASS_FORM, to_event)
    )


@pytest.fixture
def lectures(kept: Kept) -> StoredLectures:
    kept.declare("catalog", documents.LectureDocument)
    return StoredLectures()


@pytest.fixture
def outline(kept: Kept) -> StoredOutline:
    return StoredOutline(
        kept.aggregates("catalog", documents.AreaDocument, mapping_of(Area), to_event),
        kept.aggregates(
            "catalog", documents.ProjectDocument, mapping_of(Project), to_event
        ),
    )


def titled(title: str) -> Course:
    return replace(COURSE, title=title)


def published(**changed: str) -> Course:
    return replace(COURSE, **changed).publish()[0]


def shown(
    courses: StoredCourses,
    *words: str,
    module: str = "",
    after: str = "",
    limit: int = 10,
) -> list[str]:
    """By id: those found by title, then those found elsewhere."""
    found = courses.find_published(module, words, True, after, limit)
    if words:
        found += courses.find_published(module, words, False, after, limit)
    return [one.id for one in found]


def test_a_course_comes_back_as_it_was_put(courses: StoredCourses) -> None:
    courses.create(COURSE)
    assert courses.get("a") == COURSE
    assert courses.get("b") is None


def test_a_course_that_is_there_stays(courses: StoredCourses) -> None:
    courses.create(COURSE)
    courses.create(titled("别的课"))
    assert courses.get("a") == COURSE


def test_a_course_is_published_and_told_in_one_write(courses: StoredCourses) -> None:
    courses.create(COURSE)
    assert said(courses.rows, "a") == []
    courses.change("a", Course.publish)
    assert courses.get("a") == COURSE.publish()[0]
    [event] = outbox(courses.rows, "a")
    assert event["id"] == "a.2.0"
    assert [lesson["lecture_id"] for lesson in event["data"]["lessons"]] == ["v1", ""]


def test_a_course_that_moved_is_decided_on_again(courses: StoredCourses) -> None:
    courses.create(COURSE)
    decide = overtaken(lambda: courses.change("a", Course.publish), Course.publish)
    assert courses.change("a", decide).edition == 2
    assert said(courses.rows, "a") == ["a.2.0", "a.3.0"]


def test_a_decision_for_nothing_leaves_the_course(courses: StoredCourses) -> None:
    courses.create(replace(COURSE, state=ARCHIVED))
    courses.change("a", Course.archive)
    assert version(courses.rows, "a") == 1
    assert said(courses.rows, "a") == []


def test_a_course_that_is_not_there_cannot_change(courses: StoredCourses) -> None:
    with pytest.raises(NotFound):
        courses.change("a", Course.publish)


def test_published_courses_are_shown_by_id_a_page_at_a_time(
    courses: StoredCourses,
) -> None:
    for id_ in ("d", "b", "c", "a"):
        courses.create(published(id=id_))
    courses.create(replace(COURSE, id="e", state=DRAFT))
    courses.create(replace(published(id="f"), state=ARCHIVED))
    assert shown(courses, limit=3) == ["a", "b", "c"]
    assert shown(courses, after="c", limit=3) == ["d"]


def test_published_courses_are_shown_by_module(courses: StoredCourses) -> None:
    for id_, module in (("a", "safety"), ("b", "law"), ("c", "safety")):
        courses.create(published(id=id_, module=module))
    assert shown(courses, module="safety") == ["a", "c"]
    assert shown(courses, module="nothing") == []


def test_a_course_is_found_by_all_words_of_what_it_says(courses: StoredCourses) -> None:
    courses.create(published(id="b"))
    courses.create(published(id="a", title="劳动法 Law", summary="安全"))
    assert shown(courses, "安全", "生产") == ["b"]
    assert shown(courses, "安全") == ["b", "a"]
    assert shown(courses, "急救") == ["a", "b"]
    assert shown(courses, "急救", "law") == ["a"]
    assert shown(courses, "生产", "law") == []
    assert shown(courses, "王老") == ["a", "b"]


def test_a_course_with_the_longest_texts_there_may_be_is_kept_and_found(
    courses: StoredCourses,
) -> None:
    def text(length: int, begin: int) -> str:
        return "".join(chr(0x4E00 + (begin + n) % 20_000) for n in range(length))

    lessons = tuple(
        Lesson(f"l{n}", text(200, n * 200), LECTURE, "v1") for n in range(200)
    )
    long = replace(
        COURSE, title=text(200, 7), summary=text(4000, 9000), lessons=lessons
    )
    courses.create(long.publish()[0])
    for part in (long.title, long.summary, lessons[0].title, lessons[-1].title):
        assert shown(courses, part[:2], part[-2:]) == ["a"]


def test_a_course_is_found_by_what_was_published_last(courses: StoredCourses) -> None:
    courses.create(COURSE)
    assert shown(courses, "安全") == []
    courses.change("a", Course.publish)
    courses.change("a", lambda one: (after_edit(one, "劳动法", "", "", LESSONS), ()))
    assert (shown(courses, "安全"), shown(courses, "劳动")) == (["a"], [])
    courses.change("a", Course.publish)
    assert (shown(courses, "安全"), shown(courses, "劳动")) == ([], ["a"])


def test_a_course_comes_back_with_its_fastest_rates(courses: StoredCourses) -> None:
    slow = replace(COURSE, fastest=1.5).publish()[0]
    courses.create(after_edit(slow, COURSE.title, "现场", "王老师", LESSONS, 1.25))
    found = courses.get("a")
    assert found is not None
    assert found.published is not None
    assert (found.fastest, found.published.fastest) == (1.25, 1.5)


def test_published_courses_are_counted_by_module(courses: StoredCourses) -> None:
    assert courses.count_by_module() == {}
    for id_, module in (("a", "safety"), ("b", "law"), ("c", "safety")):
        courses.create(published(id=id_, module=module))
    courses.create(replace(COURSE, id="d", module="law", state=DRAFT))
    courses.create(replace(COURSE, id="e", module="art", state=ARCHIVED))
    assert courses.count_by_module() == {"safety": 2, "law": 1}


def test_a_new_class_is_told_in_the_same_write(classes: StoredClasses) -> None:
    classes.create(CLASS, CLASS.open(LONG_AGO))
    assert classes.get("c1") == CLASS
    assert classes.get("c2") is None
    [event] = outbox(classes.rows, "c1")
    assert event["id"] == "c1.1.0"
    assert event["data"]["quotas"] == [{"branch_id": "east", "seats": 10}]


def test_a_class_that_is_there_stays_and_is_told_once(
    classes: StoredClasses,
) -> None:
    classes.create(CLASS, CLASS.open(LONG_AGO))
    other = replace(CLASS, capacity=99)
    classes.create(other, other.open(LONG_AGO))
    assert classes.get("c1") == CLASS
    assert said(classes.rows, "c1") == ["c1.1.0"]


def test_a_class_is_closed_and_told_once(classes: StoredClasses) -> None:
    classes.create(CLASS, ())
    for _ in range(2):
        assert classes.change("c1", TrainingClass.close).state == CLOSED
    assert classes.get("c1") == replace(CLASS, state=CLOSED, revision=2)
    assert said(classes.rows, "c1") == ["c1.2.0"]


def test_two_who_close_a_class_at_once_tell_it_once(classes: StoredClasses) -> None:
    classes.create(CLASS, ())
    close = TrainingClass.close
    classes.change("c1", overtaken(lambda: classes.change("c1", close), close))
    assert said(classes.rows, "c1") == ["c1.2.0"]


def a_class(id_: str, first: str, last: str, **changed: str) -> TrainingClass:
    return replace(CLASS, id=id_, starts_on=first, ends_on=last, **changed)


@pytest.fixture
def some_classes(classes: StoredClasses) -> StoredClasses:
    for one in (
        a_class("over", "2024-02-01", "2024-02-29"),
        a_class("r1", "2024-01-01", "2024-03-01"),
        a_class("r2", "2024-03-01", "2024-03-09", course_id="b"),
        a_class("r3", "2024-03-01", "2024-03-09", title="集体协商实务班"),
        a_class("n1", "2024-03-02", "2024-03-09"),
        a_class("n2", "2024-03-02", "2024-03-09", title="集体协商实务班"),
        a_class("n3", "2024-04-01", "2024-04-09"),
        a_class("shut", "2024-03-01", "2024-03-09", state=CLOSED, course_id="c"),
    ):
        classes.create(one, ())
    return classes


DAY = "2024-03-01"
Position = tuple[str, ...] | None


def running(
    classes: StoredClasses,
    after: Position = None,
    course: str = "",
    words: tuple[str, ...] = (),
    limit: int = 10,
) -> list[str]:
    found = classes.find_running(Sought(course, words), DAY, DAY, after, limit)
    return [one.id for one in found]


def coming(
    classes: StoredClasses,
    after: Position = None,
    course: str = "",
    words: tuple[str, ...] = (),
    limit: int = 10,
) -> list[str]:
    found = classes.find_coming(Sought(course, words), DAY, DAY, after, limit)
    return [one.id for one in found]


def test_classes_that_run_come_latest_first_and_those_to_come_next_first(
    some_classes: StoredClasses,
) -> None:
    assert running(some_classes) == ["r2", "r3", "r1"]
    assert coming(some_classes) == ["n1", "n2", "n3"]
    assert running(some_classes, limit=2) == ["r2", "r3"]
    assert running(some_classes, (DAY, "r2")) == ["r3", "r1"]
    assert running(some_classes, (DAY, "r3")) == ["r1"]
    assert coming(some_classes, ("2024-03-02", "n1")) == ["n2", "n3"]
    assert coming(some_classes, ("2024-03-02", "n2"), limit=1) == ["n3"]


def test_classes_are_found_by_course_and_by_words_of_the_title(
    some_classes: StoredClasses,
) -> None:
    assert running(some_classes, course="b") == ["r2"]
    assert coming(some_classes, course="b") == []
    assert running(some_classes, words=("协商", "实务")) == ["r3"]
    assert coming(some_classes, ("2024-03-02", "n1"), words=("协商",)) == ["n2"]
    assert coming(some_classes, words=("协商", "法律")) == []


def test_closed_classes_come_by_their_last_days_and_so_do_those_that_are_over(
    some_classes: StoredClasses,
) -> None:
    for one in (
        a_class("shut2", "2024-01-01", DAY, state=CLOSED, title="集体协商实务班"),
        a_class("over2", "2024-02-01", "2024-02-29", state=CLOSED, course_id="c"),
        a_class("over3", "2023-01-01", "2023-02-01"),
    ):
        some_classes.create(one, ())

    def closed(*asked: Any) -> list[str]:
        return [one.id for one in some_classes.find_closed(*asked)]

    def over(*asked: Any) -> list[str]:
        return [one.id for one in some_classes.find_over(*asked)]

    assert closed(Sought("", ()), DAY, None, 9) == ["shut2", "shut"]
    assert closed(Sought("", ()), DAY, (DAY, "shut2"), 9) == ["shut"]
    assert closed(Sought("c", ()), DAY, None, 9) == ["shut"]
    assert closed(Sought("", ("协商",)), DAY, None, 9) == ["shut2"]
    assert over(Sought("", ()), DAY, None, 9) == ["over", "over2", "over3"]
    assert over(Sought("", ()), DAY, ("2024-02-29", "over"), 1) == ["over2"]
    assert over(Sought("", ()), DAY, ("2024-02-29", "over2"), 9) == ["over3"]
    assert over(Sought("c", ()), DAY, None, 9) == ["over2"]
    assert over(Sought(), "2024-03-02", None, 9) == [
        "r1",
        "shut2",
        "over",
        "over2",
        "over3",
    ]


def test_a_class_that_is_not_over_is_named_whether_open_or_closed(
    some_classes: StoredClasses,
) -> None:
    found = some_classes.get_unfinished("c", "2024-03-09")
    assert found is not None
    assert found.id == "shut"
    assert some_classes.get_unfinished("c", "2024-03-10") is None
    assert some_classes.get_unfinished("d", DAY) is None


def test_of_the_lectures_asked_for_those_told_of_are_named(
    lectures: StoredLectures,
) -> None:
    ready = Lecture("v1", 1, READY, 100, 61.5)
    lectures.put([("v1", 5, ready), ("v2", 2, Lecture("v2", 1, MAKING, 10))])
    assert lectures.find_by_ids(["v1", "v9"]) == {"v1": ready}
    assert lectures.find_by_ids([]) == {}


def test_newer_word_of_a_lecture_is_kept_and_older_is_not(
    lectures: StoredLectures,
) -> None:
    older, newer = Lecture("v1", 2, MAKING, 40), Lecture("v1", 2, FAILED, reason="坏")
    for version_, word_ in ((4, older), (5, newer), (4, older), (5, older)):
        lectures.put([("v1", version_, word_)])
    assert lectures.find_by_ids(["v1"]) == {"v1": newer}


def test_areas_stand_in_order_and_are_replaced_whole(outline: StoredOutline) -> None:
    modules = (Module("safety", "安全", ("用电", "消防")), Module("law", "法律", ()))
    first, second = Area("z", "一", 1, modules), Area("a", "二", 2, ())
    for area in (second, replace(first, name="旧", modules=modules[1:]), first):
        outline.put_area(area.code, lambda _, area=area: area)
    assert outline.find_areas() == [first, second]


def test_projects_stand_in_order_and_are_replaced_whole(outline: StoredOutline) -> None:
    first = Project("z", "一", 1, "online", "简介")
    second = Project("a", "二", 2, "onsite", "")
    for project in (second, replace(first, place=9, summary="旧"), first):
        outline.put_project(project.code, lambda _, project=project: project)
    assert outline.find_projects() == [first, second]
