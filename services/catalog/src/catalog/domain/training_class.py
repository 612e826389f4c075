"""Training classes: a course run with dates, seats and a place."""

import datetime
from dataclasses import asdict, dataclass, fields, replace

from fields import Illegal
from fields.codes import plain_date

from catalog.domain import events
from catalog.domain.errors import EditConflict, QuotaRepeated, WrongDates, WrongState
from catalog.domain.stamp import UNSTAMPED

OPEN, CLOSED, CANCELLED, OVER = "open", "closed", "cancelled", "over"
FORMS = ("online", "onsite", "blended")
BY_BRANCH = "branch"
"""How people get into a class where nothing else was said: their branch enrols them."""


@dataclass(frozen=True)
class Quota:
    """A cap on the seats of a branch and those below it."""

    branch_id: str
    seats: int


@dataclass(frozen=True)
class Particulars:
    """What of a class can be changed: its title, days, place and form."""

    title: str
    starts_on: str
    ends_on: str
    point: str
    form: str


@dataclass(frozen=True)
class TrainingClass:
    """A class as published. Days are ISO dates in the college's zone.

    `state` is what staff decided; that it is over follows from the day. `reason` says
    why it was cancelled, `project` of which training project it is, if of any.
    `revision` rises with all that people do to the class here. Enrollment alone decides
    about seats: after the opening `capacity` and `quotas` are its answer, of its
    `seats_revision`.
    """

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
    revision: int = 1
    admission: str = BY_BRANCH
    seats_revision: int = 1
    reason: str = ""
    project: str = ""

    def state_on(self, today: datetime.date) -> str:
        """Open or closed; over after its last day, unless it was cancelled."""
        is_over = self.state != CANCELLED and self.ends_on < today.isoformat()
        return OVER if is_over else self.state

    def open(self, today: datetime.date) -> list[object]:
        """The event of a class that opens. Raises WrongDates, QuotaRepeated."""
        if self._read_last_day() < today.isoformat():
            raise WrongDates("这个班在开班之前已经结束：请改日期")
        branches = [quota.branch_id for quota in self.quotas]
        for branch in branches:
            if branches.count(branch) > 1:
                raise QuotaRepeated(f"单位 {branch} 有两个限额：请只留一个")
        return self.to_snapshot()

    def to_snapshot(self) -> list[object]:
        """The events of a class as it is: its opening, of which it is no part whether
        it is closed, and its cancellation."""
        cancelled = events.ClassCancelled(self.id, self.course_id, self.reason)
        return [
            events.ClassOpened(
                self.id,
                self.course_id,
                self.title,
                self.capacity,
                tuple(asdict(quota) for quota in self.quotas),
                self.starts_on,
                self.ends_on,
                self.point,
                self.form,
                self.admission,
            ),
            *([cancelled] if self.state == CANCELLED else ()),
        ]

    def follow_seats(
        self, capacity: int, quotas: tuple[Quota, ...], seats_revision: int
    ) -> tuple["TrainingClass", list[object]] | None:
        """The class with the seats that enrollment decided; None for an older answer
        than is known."""
        if seats_revision <= self.seats_revision:
            return None
        followed = replace(
            self, capacity=capacity, quotas=quotas, seats_revision=seats_revision
        )
        return followed, []

    def close(self) -> tuple["TrainingClass", list[object]] | None:
        """The class taking no more people; None if it was closed. Raises WrongState."""
        if self.state == CLOSED:
            return None
        self._require_standing()
        closed = replace(self, state=CLOSED, revision=self.revision + 1)
        return closed, [events.ClassClosed(self.id)]

    def cancel(
        self, reason: str, today: datetime.date
    ) -> tuple["TrainingClass", list[object]] | None:
        """The class not taking place; None if that was so for this reason.

        Raises WrongState for one that is over, or was cancelled for another reason.
        """
        if self.state == CANCELLED and self.reason == reason:
            return None
        self._require_standing()
        if self.state_on(today) == OVER:
            raise WrongState("这个班已经结束，不能再取消：学习记录和证书照旧有效")
        cancelled = replace(
            self, state=CANCELLED, reason=reason, revision=self.revision + 1
        )
        return cancelled, [events.ClassCancelled(self.id, self.course_id, reason)]

    def open_again(
        self, today: datetime.date
    ) -> tuple["TrainingClass", list[object]] | None:
        """The class taking people again; None if it does. Raises WrongDates."""
        if self.state == OPEN:
            return None
        if self.ends_on < today.isoformat():
            raise WrongDates("这个班的结束日期已过：先改日期再重新开放，或照它再开一期")
        again = replace(self, state=OPEN, reason="", revision=self.revision + 1)
        return again, [events.ClassReopened(self.id, self.course_id)]

    def _require_standing(self) -> None:
        if self.state == CANCELLED:
            raise WrongState("这个班已取消：先撤销取消，或照它再开一期")

    @property
    def particulars(self) -> Particulars:
        """What of it can be changed."""
        return Particulars(**{name: getattr(self, name) for name in OF_PARTICULARS})

    def edit(
        self, wanted: Particulars, today: datetime.date, seen: int | None = None
    ) -> tuple["TrainingClass", list[object]] | None:
        """The class with other particulars; None where they are just those already.

        So an edit that is sent again is no conflict with itself. `seen` is the revision
        that its editor saw, None for whichever there is. A last day that is moved must
        not have passed. Raises EditConflict, WrongDates, WrongState.
        """
        known = self.particulars
        if wanted == known:
            return None
        self._require_standing()
        if seen not in (None, self.revision):
            fields = [
                name
                for name in OF_PARTICULARS
                if getattr(known, name) != getattr(wanted, name)
            ]
            raise EditConflict(self, self.revision, UNSTAMPED, fields)
        edited = replace(self, **asdict(wanted), revision=self.revision + 1)
        last = edited._read_last_day()
        if last != self.ends_on and last < today.isoformat():
            raise WrongDates("新的结束日期已经过去：请改日期")
        changed = events.ClassChanged(self.id, self.course_id, **asdict(wanted))
        return edited, [changed]

    def _read_last_day(self) -> str:
        """The last day, of dates that can be. Raises WrongDates."""
        try:
            first, last = plain_date(self.starts_on), plain_date(self.ends_on)
        except Illegal as illegal:
            raise WrongDates("没有这一天：请核对开始和结束日期") from illegal
        if last < first:
            raise WrongDates("结束日期早于开始日期：请改日期")
        return last


OF_PARTICULARS = tuple(field.name for field in fields(Particulars))
