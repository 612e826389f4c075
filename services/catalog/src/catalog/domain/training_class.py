"""Training classes: a course run with dates, seats and a place."""

from dataclasses import asdict, dataclass, replace

from catalog.domain import facts
from catalog.domain.errors import WrongDates

OPEN, CLOSED = "open", "closed"
FORMS = ("online", "onsite", "blended")


@dataclass(frozen=True)
class Quota:
    """A cap on the seats of a branch and those below it."""

    branch_id: str
    seats: int


@dataclass(frozen=True)
class TrainingClass:
    """A class as published. Days are ISO dates in the college's zone."""

    id: str
    course_id: str
    title: str
    capacity: int
    quotas: tuple[Quota, ...]
    starts_on: str
    ends_on: str
    point: str
    form: str
    state: str = OPEN

    def open(self) -> list[object]:
        """What opening it tells. Raises WrongDates."""
        if self.ends_on < self.starts_on:
            raise WrongDates("结束日期早于开始日期：请改日期")
        return self.restate()

    def restate(self) -> list[object]:
        """What its opening told; whether it is closed is no part of that."""
        return [
            facts.ClassOpened(
                self.id,
                self.course_id,
                self.title,
                self.capacity,
                tuple(asdict(quota) for quota in self.quotas),
                self.starts_on,
                self.ends_on,
                self.point,
                self.form,
            )
        ]

    def close(self) -> tuple["TrainingClass", list[object]] | None:
        """Take no more people; None if it was closed."""
        if self.state == CLOSED:
            return None
        return replace(self, state=CLOSED), [facts.ClassClosed(self.id)]
