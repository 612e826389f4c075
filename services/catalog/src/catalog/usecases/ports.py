"""Ports of the catalogue: what its use cases ask of the world."""

import datetime
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from catalog.domain.course import Course
from catalog.domain.edition import Edition
from catalog.domain.lecture import Lecture
from catalog.domain.outline import Area, Project
from catalog.domain.training_class import TrainingClass

Events = Sequence[object]


@dataclass(frozen=True)
class Shelf:
    """Which courses staff look at: in a state, of a module, with all these words.

    An empty state leaves out what is archived, an empty module nothing. `is_changed`
    asks for those alone whose draft says more than is published.
    """

    state: str = ""
    module: str = ""
    words: tuple[str, ...] = ()
    is_changed: bool = False


@dataclass(frozen=True)
class Sought:
    """Which classes are looked for: of a course, of a project, with all these words.

    What is empty leaves out nothing.
    """

    course_id: str = ""
    words: tuple[str, ...] = ()
    project: str = ""


class Outline(Protocol):
    """Areas and projects."""

    def put_area(self, code: str, decide: Callable[[Area | None], Area | None]) -> Area:
        """Read an area, decide, write under the version that was read.

        `decide` is given None where there is none, and gives None to change nothing.
        """

    def put_project(
        self, code: str, decide: Callable[[Project | None], Project | None]
    ) -> Project:
        """The same for a project."""

    def find_areas(self) -> list[Area]:
        """All areas in order."""

    def find_projects(self) -> list[Project]:
        """All projects in order."""


class Courses(Protocol):
    """Courses."""

    def get(self, id_: str) -> Course | None:
        """The course with this id, or None."""

    def create(self, course: Course) -> None:
        """Put a new course; the same one again stays."""

    def change(
        self, id_: str, decide: Callable[[Course], tuple[Course, Events] | None]
    ) -> Course:
        """Read a course, decide, write under the version that was read."""

    def find_by_ids(self, ids: Sequence[str]) -> dict[str, Course]:
        """The courses with these ids."""

    def find_published(
        self,
        module: str,
        words: Sequence[str],
        in_title: bool,
        after: str,
        limit: int,
    ) -> list[Course]:
        """Published courses of a module and with all these words, by id.

        Those whose title has all the words, or those that have them elsewhere too.
        """

    def find_in_modules(
        self, modules: Sequence[str], words: Sequence[str], after: str, limit: int
    ) -> list[Course]:
        """Published courses of these modules that lack one of the words, by id."""

    def count_by_module(self) -> dict[str, int]:
        """The number of published courses of each module."""

    def find_by_title(
        self, shelf: Shelf, after: tuple[str, ...] | None, limit: int
    ) -> list[Course]:
        """Courses of a shelf by title, those after a title and id."""

    def find_last_edited(
        self, shelf: Shelf, until: str, after: tuple[str, ...] | None, limit: int
    ) -> list[Course]:
        """Courses of a shelf that nobody edited after `until`, the last edited first.

        Those after the moment of an edit and an id.
        """

    def find_edited_since(self, shelf: Shelf, since: str) -> list[Course]:
        """Courses of a shelf that somebody edited after `since`."""

    def count_by_state(self, shelf: Shelf) -> dict[str, int]:
        """The number of courses in each state, and of those with unpublished edits.

        Of a shelf's module and words; its own state does not count.
        """


class Editions(Protocol):
    """Editions of courses that have had a next one."""

    def put(self, edition: Edition) -> None:
        """Put an edition away; the same one again stays."""

    def get(self, course_id: str, number: int) -> Edition | None:
        """The edition of this number, or None."""

    def find_before(self, course_id: str, number: int, limit: int) -> list[Edition]:
        """The editions before a number, the last one first."""


class Classes(Protocol):
    """Training classes."""

    def get(self, id_: str) -> TrainingClass | None:
        """The class with this id, or None."""

    def create(self, training_class: TrainingClass, events: Events) -> None:
        """Put a new class with its events; the same one again stays."""

    def change(
        self,
        id_: str,
        decide: Callable[[TrainingClass], tuple[TrainingClass, Events] | None],
    ) -> TrainingClass:
        """Read a class, decide, write under the version that was read."""

    def find_by_ids(self, ids: Sequence[str]) -> dict[str, TrainingClass]:
        """The classes with these ids."""

    def find_running(
        self,
        sought: Sought,
        day: str,
        today: str,
        after: tuple[str, ...] | None,
        limit: int,
    ) -> list[TrainingClass]:
        """Open classes that had begun on `day` and are not over `today`.

        The latest begun first; those after a first day and id.
        """

    def find_coming(
        self,
        sought: Sought,
        day: str,
        today: str,
        after: tuple[str, ...] | None,
        limit: int,
    ) -> list[TrainingClass]:
        """Open classes that had not begun on `day`, the next to begin first."""

    def find_closed(
        self,
        sought: Sought,
        day: str,
        after: tuple[str, ...] | None,
        limit: int,
    ) -> list[TrainingClass]:
        """Closed classes that were not over on `day`, the next to end first.

        Those after a last day and id.
        """

    def find_over(
        self,
        sought: Sought,
        day: str,
        after: tuple[str, ...] | None,
        limit: int,
    ) -> list[TrainingClass]:
        """Classes that were over on `day`, open or closed, the latest to end first."""

    def find_cancelled(
        self, sought: Sought, after: tuple[str, ...] | None, limit: int
    ) -> list[TrainingClass]:
        """Cancelled classes, over or not, the latest to end first."""

    def get_unfinished(self, course_id: str, today: str) -> TrainingClass | None:
        """A class of the course that is not over, open or closed, if there is one."""


class Lectures(Protocol):
    """Lectures as media published them: a projection."""

    def put(self, rows: Iterable[tuple[str, int, Lecture]]) -> None:
        """Put rows of lectures, each with its version; newer ones stay."""

    def find_by_ids(self, ids: Sequence[str]) -> dict[str, Lecture]:
        """The lectures with these ids that media has published."""


class Branches(Protocol):
    """The tree of branches."""

    def find_kin(self, branch_id: str) -> frozenset[str] | None:
        """The branch, those above and those below it; None if nobody can say now."""


class Cancellations(Protocol):
    """What cancelling a class did to people."""

    def has_leavers(self, class_id: str) -> bool | None:
        """Whether somebody was told that the class is cancelled; None while nobody can
        say yet."""


Today = Callable[[], datetime.date]
"""The day in the college's zone."""
Now = Callable[[], datetime.datetime]
"""The moment, in UTC."""
