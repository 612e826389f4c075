"""The ports of the catalogue in memory."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from catalog.domain.content import FASTEST, Content, Lesson
from catalog.domain.course import ARCHIVED, PUBLISHED, Course
from catalog.domain.edition import Edition
from catalog.domain.lecture import Lecture
from catalog.domain.outline import Area, Project
from catalog.domain.training_class import CANCELLED, CLOSED, OPEN, TrainingClass
from catalog.domain.words import words_of
from catalog.usecases.ports import Shelf, Sought

T = TypeVar("T", Area, Project)


class FakeOutline:
    """Areas and projects."""

    def __init__(self, *areas: Area) -> None:
        self.area_rows = {area.code: area for area in areas}
        self.project_rows: dict[str, Project] = {}

    def put_area(self, code: str, decide: Callable[[Area | None], Area | None]) -> Area:
        return _put(self.area_rows, code, decide)

    def put_project(
        self, code: str, decide: Callable[[Project | None], Project | None]
    ) -> Project:
        return _put(self.project_rows, code, decide)

    def find_areas(self) -> list[Area]:
        return list(self.area_rows.values())

    def find_projects(self) -> list[Project]:
        return list(self.project_rows.values())


def _put(rows: dict[str, T], code: str, decide: Callable[[T | None], T | None]) -> T:
    decided = decide(rows.get(code))
    if decided is not None:
        rows[code] = decided
    return rows[code]


def after_edit(
    course: Course,
    title: str,
    summary: str,
    teacher: str,
    lessons: tuple[Lesson, ...],
    fastest: float = FASTEST,
) -> Course:
    """The course after this edit."""
    content = Content(title, course.module, lessons, summary, teacher, fastest)
    return course.edit(content) or course


class FakeCourses:
    """Courses and what they told."""

    def __init__(self, *courses: Course) -> None:
        self.rows = {course.id: course for course in courses}
        self.told: list[object] = []

    def get(self, id_: str) -> Course | None:
        return self.rows.get(id_)

    def create(self, course: Course) -> None:
        self.rows.setdefault(course.id, course)

    def change(
        self,
        id_: str,
        decide: Callable[[Course], tuple[Course, Sequence[object]] | None],
    ) -> Course:
        decided = decide(self.rows[id_])
        if decided is not None:
            self.rows[id_], told = decided
            self.told += told
        return self.rows[id_]

    def find_by_ids(self, ids: Sequence[str]) -> dict[str, Course]:
        return {id_: self.rows[id_] for id_ in ids if id_ in self.rows}

    def find_published(
        self,
        module: str,
        words: Sequence[str],
        in_title: bool,
        after: str,
        limit: int,
    ) -> list[Course]:
        def wanted(course: Course) -> bool:
            if course.state != PUBLISHED or course.id <= after or not course.published:
                return False
            if module and course.module != module:
                return False
            titled = set(words) <= set(words_of(course.published.title))
            found = set(words) <= set(words_of(*_texts(course.published)))
            return titled if in_title or not words else found and not titled

        rows = sorted(self.rows.values(), key=lambda course: course.id)
        return [course for course in rows if wanted(course)][:limit]

    def find_in_modules(
        self, modules: Sequence[str], words: Sequence[str], after: str, limit: int
    ) -> list[Course]:
        rows = sorted(self.rows.values(), key=lambda course: course.id)
        return [
            course
            for course in rows
            if course.state == PUBLISHED
            and course.published
            and course.id > after
            and course.module in modules
            and not set(words) <= set(words_of(*_texts(course.published)))
        ][:limit]

    def count_by_module(self) -> dict[str, int]:
        found = [c.module for c in self.rows.values() if c.state == PUBLISHED]
        return {module: found.count(module) for module in found}

    def find_by_title(
        self, shelf: Shelf, after: tuple[str, ...] | None, limit: int
    ) -> list[Course]:
        rows = sorted(self._on_shelf(shelf), key=lambda one: (one.title, one.id))
        return [c for c in rows if after is None or (c.title, c.id) > after][:limit]

    def find_last_edited(
        self, shelf: Shelf, until: str, after: tuple[str, ...] | None, limit: int
    ) -> list[Course]:
        places = {c.id: (c.edited.at, c.id) for c in self._on_shelf(shelf)}
        found = [
            id_
            for id_, place in sorted(places.items(), key=lambda p: p[1], reverse=True)
            if place[0] <= until and (after is None or place < after)
        ]
        return [self.rows[id_] for id_ in found[:limit]]

    def find_edited_since(self, shelf: Shelf, since: str) -> list[Course]:
        return [one for one in self._on_shelf(shelf) if one.edited.at > since]

    def count_by_state(self, shelf: Shelf) -> dict[str, int]:
        counts = dict.fromkeys(("draft", "published", "changed", "archived"), 0)
        for course in self.rows.values():
            if _is_wanted(course, shelf):
                counts[course.state] += 1
                if course.state == PUBLISHED:
                    counts["changed"] += course.has_unpublished_edits
        return counts

    def _on_shelf(self, shelf: Shelf) -> list[Course]:
        return [
            course
            for course in self.rows.values()
            if _is_wanted(course, shelf)
            and (course.state == shelf.state or not shelf.state)
            and (shelf.state or course.state != ARCHIVED)
            and (course.has_unpublished_edits or not shelf.is_changed)
        ]


def _is_wanted(course: Course, shelf: Shelf) -> bool:
    words = words_of(course.title, course.teacher, course.summary)
    return shelf.module in ("", course.module) and set(shelf.words) <= set(words)


class FakeEditions:
    """Editions put away."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, int], Edition] = {}

    def put(self, edition: Edition) -> None:
        self.rows.setdefault((edition.course_id, edition.number), edition)

    def get(self, course_id: str, number: int) -> Edition | None:
        return self.rows.get((course_id, number))

    def find_before(self, course_id: str, number: int, limit: int) -> list[Edition]:
        rows = sorted(self.rows.items(), key=lambda row: row[0], reverse=True)
        found = [e for (id_, n), e in rows if id_ == course_id and n < number]
        return found[:limit]


def _texts(shown: Content) -> list[str]:
    lessons = [lesson.title for lesson in shown.lessons]
    return [shown.title, shown.teacher, shown.summary, *lessons]


class FakeClasses:
    """Training classes and what they told."""

    def __init__(self, *classes: TrainingClass) -> None:
        self.rows = {one.id: one for one in classes}
        self.told: list[object] = []

    def get(self, id_: str) -> TrainingClass | None:
        return self.rows.get(id_)

    def create(self, training_class: TrainingClass, events: Sequence[object]) -> None:
        if training_class.id not in self.rows:
            self.rows[training_class.id] = training_class
            self.told += events

    def change(
        self,
        id_: str,
        decide: Callable[
            [TrainingClass], tuple[TrainingClass, Sequence[object]] | None
        ],
    ) -> TrainingClass:
        decided = decide(self.rows[id_])
        if decided is not None:
            self.rows[id_], told = decided
            self.told += told
        return self.rows[id_]

    def find_by_ids(self, ids: Sequence[str]) -> dict[str, TrainingClass]:
        return {id_: self.rows[id_] for id_ in ids if id_ in self.rows}

    def find_running(
        self,
        sought: Sought,
        day: str,
        today: str,
        after: tuple[str, ...] | None,
        limit: int,
    ) -> list[TrainingClass]:
        found = [c for c in self._find_open(sought, today) if c.starts_on <= day]
        by_id = sorted(found, key=lambda one: one.id)
        rows = sorted(by_id, key=lambda one: one.starts_on, reverse=True)
        return _beyond(rows, after)[:limit]

    def find_coming(
        self,
        sought: Sought,
        day: str,
        today: str,
        after: tuple[str, ...] | None,
        limit: int,
    ) -> list[TrainingClass]:
        found = [c for c in self._find_open(sought, today) if c.starts_on > day]
        return _beyond(sorted(found, key=lambda c: (c.starts_on, c.id)), after)[:limit]

    def find_closed(
        self,
        sought: Sought,
        day: str,
        after: tuple[str, ...] | None,
        limit: int,
    ) -> list[TrainingClass]:
        found = [
            c for c in self._find_all(sought) if c.state == CLOSED and c.ends_on >= day
        ]
        rows = sorted(found, key=lambda one: (one.ends_on, one.id))
        return _beyond_end(rows, after)[:limit]

    def find_over(
        self,
        sought: Sought,
        day: str,
        after: tuple[str, ...] | None,
        limit: int,
    ) -> list[TrainingClass]:
        standing = [c for c in self._find_all(sought) if c.state != CANCELLED]
        found = [c for c in standing if c.ends_on < day]
        by_id = sorted(found, key=lambda one: one.id)
        rows = sorted(by_id, key=lambda one: one.ends_on, reverse=True)
        return _beyond_end(rows, after)[:limit]

    def find_cancelled(
        self, sought: Sought, after: tuple[str, ...] | None, limit: int
    ) -> list[TrainingClass]:
        found = [c for c in self._find_all(sought) if c.state == CANCELLED]
        by_id = sorted(found, key=lambda one: one.id)
        rows = sorted(by_id, key=lambda one: one.ends_on, reverse=True)
        return _beyond_end(rows, after)[:limit]

    def get_unfinished(self, course_id: str, today: str) -> TrainingClass | None:
        rows = (c for c in self.rows.values() if c.course_id == course_id)
        standing = (c for c in rows if c.state != CANCELLED)
        return next((c for c in standing if c.ends_on >= today), None)

    def _find_open(self, sought: Sought, today: str) -> list[TrainingClass]:
        return [
            one
            for one in self._find_all(sought)
            if one.state == OPEN and one.ends_on >= today
        ]

    def _find_all(self, sought: Sought) -> list[TrainingClass]:
        return [
            one
            for one in self.rows.values()
            if sought.course_id in ("", one.course_id)
            and sought.project in ("", one.project)
            and set(sought.words) <= set(words_of(one.title))
        ]


def _beyond(
    rows: list[TrainingClass], after: tuple[str, ...] | None
) -> list[TrainingClass]:
    places = [(one.starts_on, one.id) for one in rows]
    return rows if after is None else rows[places.index((after[0], after[1])) + 1 :]


def _beyond_end(
    rows: list[TrainingClass], after: tuple[str, ...] | None
) -> list[TrainingClass]:
    places = [(one.ends_on, one.id) for one in rows]
    return rows if after is None else rows[places.index((after[0], after[1])) + 1 :]


class FakeCancellations:
    """What cancelling did; at first nobody was told."""

    def __init__(self) -> None:
        self.answer: bool | None = False

    def has_leavers(self, class_id: str) -> bool | None:
        return self.answer


class FakeLectures:
    """Lectures as media published them; at first nothing."""

    def __init__(self, *lectures: Lecture) -> None:
        self.rows = {lecture.id: lecture for lecture in lectures}

    def put(self, rows: Iterable[tuple[str, int, Lecture]]) -> None:
        raise NotImplementedError

    def find_by_ids(self, ids: Sequence[str]) -> dict[str, Lecture]:
        return {id_: self.rows[id_] for id_ in ids if id_ in self.rows}


class FakeBranches:
    """Lines of branches; `away` means that nobody can say now."""

    def __init__(self, *lines: Sequence[str], away: bool = False) -> None:
        self.lines, self.away = lines, away

    def find_kin(self, branch_id: str) -> frozenset[str] | None:
        if self.away:
            return None
        lines = (line for line in self.lines if branch_id in line)
        return frozenset(branch for line in lines for branch in line)
