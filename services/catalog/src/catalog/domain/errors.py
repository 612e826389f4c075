"""Why a rule of the catalogue said no."""


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


class WrongState(Refusal):
    """The course or class is not in the state for this."""

    slug = "wrong-state"


class WrongDates(Refusal):
    """A class ends before it starts."""

    slug = "wrong-dates"
