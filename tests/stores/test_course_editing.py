"""What people edit at once in the catalogue is lost by nobody, on every engine."""

import datetime
from collections.abc import Callable
from dataclasses import replace

import msgspec
import pytest
from catalog.api.inputs import to_content
from catalog.domain.content import LECTURE, Content, Lesson
from catalog.domain.course import ARCHIVED, DRAFT, PUBLISHED, Course
from catalog.domain.edition import Edition
from catalog.domain.errors import EditConflict
from catalog.domain.outline import Area, Project, edit_part
from catalog.domain.stamp import UNSTAMPED, Stamp
from catalog.events.to_events import to_event
from catalog.store import documents
from catalog.store.classes import CLASS_FORM, StoredClasses
from catalog.store.courses import COURSE_FORM, StoredCourses
from catalog.store.editions import EDITION_FORM, StoredEditions
from catalog.store.outline import StoredOutline
from catalog.usecases.draft_course import edit_course
from catalog.usecases.find_drafts import BY_EDIT, BY_TITLE, find_drafts
from catalog.usecases.find_editions import find_editions
from catalog.usecases.ports import Shelf
from catalog.usecases.publish_course import publish_course
from chassis.storage.aggregates import Aggregates, mapping_of
from contracts.http.drafts import CourseIn

from tests.engines import Kept
from tests.full_course import FULL
from tests.stores.rows import overtaken

TODAY = datetime.date(2026, 11, 28)
LESSONS = (Lesson("l1", "触电急救", LECTURE, "v1"), Lesson("l2", "考试", "test"))
CONTENT = Content("安全生产", "safety", LESSONS, "现场", "王老师", picture="p1")
ANNA, BERT = Stamp("anna", "2026-11-28T04:00:00"), Stamp("bert", "2026-11-28T05:00:00")
COURSE = Course.of("a", CONTENT, ANNA)


@pytest.fixture
def courses(kept: Kept) -> StoredCourses:
    return StoredCourses(
        kept.aggregates("catalog", documents.CourseDocument, COURSE_FORM, to_event)
    )


@pytest.fixture
def editions(kept: Kept) -> StoredEditions:
    return StoredEditions(
        kept.aggregates("catalog", documents.EditionDocument, EDITION_FORM, to_event)
    )


@pytest.fixture
def classes(kept: Kept) -> StoredClasses:
    return StoredClasses(
        kept.aggregates("catalog", documents.ClassDocument, CLASS_FORM, to_event)
    )


@pytest.fixture
def outline(kept: Kept) -> StoredOutline:
    return StoredOutline(
        kept.aggregates("catalog", documents.AreaDocument, mapping_of(Area), to_event),
        kept.aggregates(
            "catalog", documents.ProjectDocument, mapping_of(Project), to_event
        ),
    )


def an_old_course(id_: str, **more: object) -> dict[str, object]:
    """A course as the first release kept it."""
    lesson = {
        "lesson_id": "l1",
        "title": "触电急救",
        "kind": LECTURE,
        "lecture_id": "v1",
    }
    return {
        "_id": id_, "version": 4, "outbox": [], "out_due": None, "title": "安全生产",
        "module": "safety", "summary": "现场", "teacher": "王老师",
        "lessons": [lesson], "state": DRAFT, "edition": 0, "words": ["安全"],
    } | more  # fmt: skip


def test_courses_of_the_first_release_are_found_as_all_others(
    courses: StoredCourses,
) -> None:
    courses.create(replace(COURSE, id="new"))
    rows = courses.rows.collection
    rows.insert_one(an_old_course("draft"))
    rows.insert_one(an_old_course("shown", state=PUBLISHED, edition=2))
    rows.insert_one(an_old_course("gone", state=ARCHIVED, edition=1))
    for _ in range(2):
        courses.fill_old()
    for order in BY_EDIT, BY_TITLE:
        found = find_drafts(courses, Shelf(), "安全 现场", order, "", 9, BERT.at)
        assert {course.id for course in found.page.items} == {"new", "draft", "shown"}
    assert found.page.items[0].edited in (UNSTAMPED, ANNA)
    assert found.counts == {"draft": 2, "published": 1, "changed": 0, "archived": 1}
    [shown] = courses.find_published("", ["触电"], False, "", 9)
    assert (shown.id, shown.published) == ("shown", shown.content)
    assert {row["version"] for row in rows.find({"words": "安全"})} == {4}


def test_a_course_of_the_first_release_is_edited_and_its_edition_is_kept(
    courses: StoredCourses, editions: StoredEditions, classes: StoredClasses
) -> None:
    old = an_old_course("a", state=PUBLISHED, edition=2)
    courses.rows.collection.insert_one(old)
    courses.fill_old()
    wanted = replace(CONTENT, title="安全生产新编")
    edit_course(courses, "a", wanted, BERT, 1)
    publish_course(courses, classes, editions, "a", TODAY, BERT, 2)
    assert [e.number for e in find_editions(courses, editions, "a", "", 9).items] == [
        3, 2,
    ]  # fmt: skip


class Publishing:
    """Publishes course `a` after something else was done in between."""

    def __init__(
        self, courses: StoredCourses, classes: StoredClasses, editions: StoredEditions
    ) -> None:
        self.courses, self.classes, self.editions = courses, classes, editions

    def publish(self, seen: int | None = None) -> Course:
        return publish_course(
            self.courses, self.classes, self.editions, "a", TODAY, BERT, seen
        )


class Overtaken(StoredEditions):
    """Once an edition was put away, another publishes first."""

    def __init__(self, rows: Aggregates[Edition], by: Callable[[], object]) -> None:
        super().__init__(rows)
        self.others = iter([by])

    def put(self, edition: Edition) -> None:
        super().put(edition)
        for other in self.others:
            other()


@pytest.fixture
def publishing(
    courses: StoredCourses, classes: StoredClasses, editions: StoredEditions
) -> Publishing:
    return Publishing(courses, classes, editions)


def test_a_course_comes_back_with_every_field_and_who_edited_it(
    courses: StoredCourses,
) -> None:
    courses.create(COURSE)
    assert courses.get("a") == COURSE
    written = to_content(msgspec.convert(FULL | {"module": "safety"}, CourseIn))
    edited = edit_course(courses, "a", written, BERT, 1)
    found = courses.get("a")
    assert found == edited
    assert found is not None
    assert found.content == written
    assert (found.revision, found.edits) == (2, (ANNA, BERT))


def test_of_two_editors_at_once_the_later_is_told_of_the_first(
    courses: StoredCourses,
) -> None:
    courses.create(COURSE)
    bert = replace(CONTENT, title="安全生产二")
    anna = replace(CONTENT, summary="车间")

    def of_anna(course: Course) -> tuple[Course, tuple[()]] | None:
        edited = course.edit(anna, ANNA, 1)
        return edited and (edited, ())

    def bert_first() -> None:
        edit_course(courses, "a", bert, BERT, 1)

    with pytest.raises(EditConflict) as conflict:
        courses.change("a", overtaken(bert_first, of_anna))
    found = courses.get("a")
    assert found is not None
    assert (found.content, found.revision, found.edited) == (bert, 2, BERT)
    assert conflict.value.current == found
    assert conflict.value.members == {
        "version": 2, "edited_by": "bert", "edited_at": BERT.at,
        "fields": ["title", "summary"],
    }  # fmt: skip


def test_what_was_published_while_one_looked_elsewhere_is_not_published_over(
    courses: StoredCourses, publishing: Publishing
) -> None:
    courses.create(COURSE)
    publishing.publish(1)
    with pytest.raises(EditConflict):
        publishing.publish(1)
    assert publishing.publish(2).edition == 2


def test_each_edition_is_in_the_course_or_put_away(
    courses: StoredCourses, editions: StoredEditions, publishing: Publishing
) -> None:
    courses.create(COURSE)
    for number in range(1, 4):
        publishing.publish()
        edit_course(courses, "a", replace(CONTENT, title=f"改{number}"), ANNA, None)
    found = find_editions(courses, editions, "a", "", 60).items
    assert [one.number for one in found] == [3, 2, 1]
    assert [one.content.title for one in found] == ["改2", "改1", "安全生产"]
    assert found[2] == Edition("a", 1, CONTENT, BERT)
    pages = [find_editions(courses, editions, "a", "", 1)]
    while pages[-1].next:
        pages.append(find_editions(courses, editions, "a", pages[-1].next, 1))
    assert [edition for page in pages for edition in page.items] == found
    assert editions.get("a", 3) is None
    assert (editions.get("a", 2), editions.get("b", 2)) == (found[1], None)


def test_of_two_who_publish_at_once_no_edition_is_lost(
    courses: StoredCourses, editions: StoredEditions, publishing: Publishing
) -> None:
    courses.create(COURSE)
    publishing.publish()
    overtaken_ = Overtaken(editions.rows, publishing.publish)
    late = Publishing(courses, publishing.classes, overtaken_)
    assert late.publish().edition == 3
    numbers = [
        one.number for one in find_editions(courses, editions, "a", "", 60).items
    ]
    assert numbers == [3, 2, 1]


def a_course(id_: str, title: str, minute: int, **changed: object) -> Course:
    stamp = Stamp("anna", f"2026-11-28T04:{minute:02}:00+00:00")
    made = Course.of(id_, replace(CONTENT, title=title), stamp)
    return replace(made, **changed)  # type: ignore[arg-type]


@pytest.fixture
def some_courses(courses: StoredCourses) -> StoredCourses:
    long = "".join(chr(0x4E00 + at) for at in range(4000))
    live = replace(a_course("p", "工会财务", 5).publish()[0], edits=())
    for course in (
        a_course("d", "民主管理", 1),
        replace(a_course("e", "安全", 3), module="law"),
        a_course("l", "长", 2, summary=long),
        a_course("x", "旧课", 4, state=ARCHIVED),
        live,
        replace(live, id="q", summary="改过", edits=(Stamp("", "2026-11-28T09"),)),
    ):
        courses.create(course)
    return courses


def listed(courses: StoredCourses, shelf: Shelf, order: str, limit: int = 2) -> str:
    """The ids of all pages."""
    ids, cursor = "", ""
    while True:
        found = find_drafts(courses, shelf, "", order, cursor, limit, "2026-11-29")
        ids += "".join(course.id for course in found.page.items)
        if not (cursor := found.page.next):
            return ids


@pytest.mark.parametrize(
    ("shelf", "by_edit", "by_title"),
    [
        (Shelf(), "qeldp", "epqdl"),
        (Shelf(state=DRAFT), "eld", "edl"),
        (Shelf(state=PUBLISHED), "qp", "pq"),
        (Shelf(state=PUBLISHED, is_changed=True), "q", "q"),
        (Shelf(state=ARCHIVED), "x", "x"),
        (Shelf(module="law"), "e", "e"),
    ],
)
def test_staff_see_a_shelf_by_edits_or_by_titles_a_page_at_a_time(
    some_courses: StoredCourses, shelf: Shelf, by_edit: str, by_title: str
) -> None:
    assert listed(some_courses, shelf, BY_EDIT) == by_edit
    assert sorted(listed(some_courses, shelf, BY_TITLE)) == sorted(by_title)
    titled = [some_courses.get(id_) for id_ in listed(some_courses, shelf, BY_TITLE)]
    titles = [course.title for course in titled if course]
    assert titles == sorted(titles)


@pytest.mark.parametrize(
    ("words", "found"),
    [(("财务",), "pq"), (("改过",), "q"), (("王老", "民主"), "d"), (("一丁",), "l")],
)
def test_staff_find_drafts_by_words_however_long_they_are(
    some_courses: StoredCourses, words: tuple[str, ...], found: str
) -> None:
    rows = some_courses.find_by_title(Shelf(words=words), None, 10)
    assert "".join(sorted(course.id for course in rows)) == found
    assert some_courses.count_by_state(Shelf(words=words))["published"] == len(
        set(found) & set("pq")
    )


def test_drafts_are_counted_by_state(some_courses: StoredCourses) -> None:
    counts = {"draft": 3, "published": 2, "changed": 1, "archived": 1}
    assert some_courses.count_by_state(Shelf()) == counts
    assert some_courses.count_by_state(Shelf(state=ARCHIVED)) == counts
    one = {"draft": 1, "published": 0, "changed": 0, "archived": 0}
    assert some_courses.count_by_state(Shelf(module="law")) == one


def test_courses_and_classes_are_read_by_their_ids(
    some_courses: StoredCourses, classes: StoredClasses
) -> None:
    assert set(some_courses.find_by_ids(["q", "nobody", "d"])) == {"d", "q"}
    assert classes.find_by_ids(["nobody"]) == {}


def test_published_courses_of_a_module_are_found_unless_they_have_the_words(
    some_courses: StoredCourses,
) -> None:
    find = some_courses.find_in_modules
    assert [one.id for one in find(["safety"], ["生产"], "", 9)] == ["p", "q"]
    assert [one.id for one in find(["safety"], ["生产"], "p", 9)] == ["q"]
    assert find(["safety"], ["财务"], "", 9) == find(["law"], ["生产"], "", 9) == []


Decide = Callable[[Area | None], Area | None]


def test_of_two_who_put_an_area_at_once_the_later_is_told_of_the_first(
    outline: StoredOutline,
) -> None:
    area = Area("a", "领域", 1, ())

    def by(stamp: Stamp, name: str, seen: int | None) -> Decide:
        return lambda known: edit_part(known, replace(area, name=name), stamp, seen)

    assert outline.put_area("a", by(ANNA, "甲", 0)).revision == 1
    with pytest.raises(EditConflict):
        outline.put_area("a", by(BERT, "乙", 0))

    def bert_first() -> None:
        outline.put_area("a", by(BERT, "乙", 1))

    with pytest.raises(EditConflict) as conflict:
        outline.put_area("a", overtaken(bert_first, by(ANNA, "丙", 1)))
    [found] = outline.find_areas()
    assert (found.name, found.revision, found.edited) == ("乙", 2, BERT)
    assert conflict.value.members["fields"] == ["name"]


def test_of_two_who_begin_an_area_at_once_the_later_is_told_of_the_first(
    outline: StoredOutline,
) -> None:
    area = Area("a", "领域", 1, ())

    def bert_first() -> None:
        outline.put_area("a", lambda known: edit_part(known, area, BERT, 0))

    def of_anna(known: Area | None) -> Area | None:
        return edit_part(known, replace(area, name="甲"), ANNA, 0)

    with pytest.raises(EditConflict):
        outline.put_area("a", overtaken(bert_first, of_anna))
    assert outline.find_areas() == [replace(area, edited=BERT)]
