"""The ports of the catalogue in memory."""

from collections.abc import Callable, Iterable, Sequence

from catalog.domain.course import PUBLISHED, Course, PublishedEdition
from catalog.domain.lecture import Lecture
from catalog.domain.outline import Area, Project
from catalog.domain.training_class import OPEN, TrainingClass
from catalog.domain.words import words_of


class FakeOutline:
    """Areas and projects."""

    def __init__(self, *areas: Area) -> None:
        self.area_rows = {area.code: area for area in areas}
        self.project_rows: dict[str, Project] = {}

    def put_area(self, area: Area) -> None:
        self.area_rows[area.code] = area

    def put_project(self, project: Project) -> None:
        self.project_rows[project.code] = project

    def find_areas(self) -> list[Area]:
        return list(self.area_rows.values())

    def find_projects(self) -> list[Project]:
        return list(self.project_rows.values())


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

    def count_by_module(self) -> dict[str, int]:
        found = [c.module for c in self.rows.values() if c.state == PUBLISHED]
        return {module: found.count(module) for module in found}


def _texts(shown: PublishedEdition) -> list[str]:
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

    def find_running(
        self,
        course_id: str,
        words: Sequence[str],
        day: str,
        today: str,
        after: tuple[str, ...] | None,
        limit: int,
    ) -> list[TrainingClass]:
        found = [
            c for c in self._find_open(course_id, words, today) if c.starts_on <= day
        ]
        by_id = sorted(found, key=lambda one: one.id)
        rows = sorted(by_id, key=lambda one: one.starts_on, reverse=True)
        return _beyond(rows, after)[:limit]

    def find_coming(
        self,
        course_id: str,
        words: Sequence[str],
        day: str,
        today: str,
        after: tuple[str, ...] | None,
        limit: int,
    ) -> list[TrainingClass]:
        found = [
            c for c in self._find_open(course_id, words, today) if c.starts_on > day
        ]
        return _beyond(sorted(found, key=lambda c: (c.starts_on, c.id)), after)[:limit]

    def get_unfinished(self, course_id: str, today: str) -> TrainingClass | None:
        rows = (c for c in self.rows.values() if c.course_id == course_id)
        return next((c for c in rows if c.ends_on >= today), None)

    def _find_open(
        self, course_id: str, words: Sequence[str], today: str
    ) -> list[TrainingClass]:
        return [
            one
            for one in self.rows.values()
            if one.state == OPEN
            and one.ends_on >= today
            and course_id in ("", one.course_id)
            and set(words) <= set(words_of(one.title))
        ]


def _beyond(
    rows: list[TrainingClass], after: tuple[str, ...] | None
) -> list[TrainingClass]:
    places = [(one.starts_on, one.id) for one in rows]
    return rows if after is None else rows[places.index((after[0], after[1])) + 1 :]


class FakeLectures:
    """Lectures of which media has published nothing."""

    def put(self, rows: Iterable[tuple[str, int, Lecture]]) -> None:
        raise NotImplementedError

    def find_by_ids(self, ids: Sequence[str]) -> dict[str, Lecture]:
        return {}


class FakeBranches:
    """Lines of branches; `away` means that nobody can say now."""

    def __init__(self, *lines: Sequence[str], away: bool = False) -> None:
        self.lines, self.away = lines, away

    def find_kin(self, branch_id: str) -> frozenset[str] | None:
        if self.away:
            return None
        lines = (line for line in self.lines if branch_id in line)
        return frozenset(branch for line in lines for branch in line)
