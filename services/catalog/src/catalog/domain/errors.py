"""Refusals of the catalogue: which rule said no."""


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


class NotPublishable(Refusal):
    """The course is not whole."""

    slug = "not-publishable"


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


class WrongDates(Refusal):
    """A class ends before it starts, or is over before it opens."""

    slug = "wrong-dates"
