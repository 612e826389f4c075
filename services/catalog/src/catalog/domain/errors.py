"""Refusals of the catalogue: which rule said no."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from catalog.domain.stamp import Stamp


class Refusal(Exception):
    """A rule said no. `slug` is stable, the message says what to do."""

    slug = "refused"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.members: dict[str, object] = {}


class UnknownModule(Refusal):
    """No area has this module."""

    slug = "unknown-module"


class UnknownCourse(Refusal):
    """No course has this id."""

    slug = "unknown-course"


class UnknownClass(Refusal):
    """No class has this id."""

    slug = "unknown-class"


class UnknownEdition(Refusal):
    """The course has no such edition."""

    slug = "unknown-edition"


class EditConflict(Refusal):
    """What is edited has changed since its editor read it.

    The members say which version there is, by whom and when it was written, and in
    which fields it differs from what the editor would write. `current` is how it
    stands; the route adds it as it answers it.
    """

    slug = "edit-conflict"

    def __init__(
        self, current: object, version: int, edited: Stamp, fields: Sequence[str]
    ) -> None:
        super().__init__("在您之后有人改过：请对照现在的内容，合并后再保存")
        self.current = current
        self.members = {
            "version": version,
            "edited_by": edited.by,
            "edited_at": edited.at,
            "fields": list(fields),
        }


class NotPublishable(Refusal):
    """The course is not whole; `missing` lists what it lacks, first come first."""

    slug = "not-publishable"

    def __init__(self, message: str, missing: Sequence[Any]) -> None:
        super().__init__(message)
        self.members = {"missing": [asdict(gap) for gap in missing]}


class LessonIdTaken(Refusal):
    """Two lessons of a course have one id."""

    slug = "lesson-id-taken"


class LectureMisplaced(Refusal):
    """A lesson that is no lecture names one."""

    slug = "lecture-misplaced"


class ModuleCodeTaken(Refusal):
    """Two modules have one code."""

    slug = "module-code-taken"


class ModuleFixed(Refusal):
    """A course stays in the module it was drafted in."""

    slug = "module-fixed"


class QuotaRepeated(Refusal):
    """Two quotas of a class are for one branch."""

    slug = "quota-repeated"


class CourseNotCompletable(Refusal):
    """A course has lessons that nothing can complete yet."""

    slug = "course-not-completable"


class BadCursor(Refusal):
    """A cursor that the catalogue did not give out."""

    slug = "bad-cursor"


class BadCode(Refusal):
    """A code in a path that is none."""

    slug = "bad-code"


class WrongState(Refusal):
    """The course or class is not in the state for this."""

    slug = "wrong-state"


class CancellationFinal(Refusal):
    """People lost their seats by a cancellation and were told: it stays."""

    slug = "cancellation-final"


class CancellationUnderWay(Refusal):
    """Nobody can say yet whether a cancellation took something from somebody."""

    slug = "cancellation-under-way"


class UnknownProject(Refusal):
    """No project has this code."""

    slug = "unknown-project"


class WrongDates(Refusal):
    """A class ends before it starts, or is over before it opens."""

    slug = "wrong-dates"
