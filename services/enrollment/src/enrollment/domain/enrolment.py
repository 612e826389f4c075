"""A person in a class: seated or waiting, then perhaps withdrawn."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from enrollment.domain import events
from enrollment.domain.cancellations import cause_of
from enrollment.domain.withdrawals import last_return_day

SEATED, WAITING, WITHDRAWN = "seated", "waiting", "withdrawn"


@dataclass(frozen=True)
class Enrolment:
    """Attempt `attempt` of a person in a class.

    `first` is what the roster's row was told; `state` is how it stands now, and
    `seated_until` when a seat was given up. `line` is the branch's, root first;
    `chunk_id` names the chunk that brought it, or its row if that replaced somebody;
    `left_by` the decision of the seat book that withdrew it, if that took a roster
    back or made a change.
    """

    class_id: str
    course_id: str
    person_id: str
    attempt: int
    line: tuple[str, ...]
    chunk_id: str
    ticket: int
    first: str
    state: str
    seated_until: datetime.datetime | None = None
    left_by: str = ""

    @property
    def id(self) -> str:
        """Class, person and attempt."""
        return enrolment_id(self.class_id, self.person_id, self.attempt)

    @property
    def branch_id(self) -> str:
        """The branch that enrolled the person."""
        return self.line[-1]

    @property
    def cause(self) -> str:
        """Why it ended, where that was for a cause that people are told."""
        return cause_of(self.left_by)

    @property
    def returns_until(self) -> str:
        """The last day, an ISO date, on which who left may be given back; empty where
        nothing is to be undone."""
        day = last_return_day(self.left_by) if self.state == WITHDRAWN else None
        return day.isoformat() if day else ""

    def creation_events(self) -> list[object]:
        """The event of a new enrolment: a seat was taken, or waited for."""
        event = events.SeatTaken if self.first == SEATED else events.SeatWaitlisted
        return [event(**self._event_fields())]

    def withdraw(
        self, at: datetime.datetime, by: str = ""
    ) -> tuple["Enrolment", list[object]] | None:
        """The enrolment once its person has left; None if they left before."""
        if self.state == WITHDRAWN:
            return None
        until = at if self.state == SEATED else None
        left = replace(self, state=WITHDRAWN, seated_until=until, left_by=by)
        return left, [left._withdrawn_event(was_seated=until is not None)]

    def promote(self) -> tuple["Enrolment", list[object]] | None:
        """The enrolment moved from the waiting list to a seat; None unless waiting."""
        if self.state != WAITING:
            return None
        return replace(self, state=SEATED), [
            events.SeatPromoted(**self._event_fields())
        ]

    def to_snapshot(self) -> list[object]:
        """How it stands now; of one that left before that was noted, where it began."""
        if self.state == WITHDRAWN:
            was_seated = self.seated_until is not None or self.first == SEATED
            return [self._withdrawn_event(was_seated)]
        if self.state == SEATED and self.first != SEATED:
            return [events.SeatPromoted(**self._event_fields())]
        return self.creation_events()

    def _withdrawn_event(self, was_seated: bool) -> events.SeatWithdrawn:
        return events.SeatWithdrawn(
            **self._event_fields(),
            was_seated=was_seated,
            seated_until=self.seated_until,
            cause=self.cause,
        )

    def _event_fields(self) -> dict[str, Any]:
        return {
            "enrolment_id": self.id,
            "class_id": self.class_id,
            "course_id": self.course_id,
            "person_id": self.person_id,
            "branch_id": self.branch_id,
            "ticket": self.ticket,
        }


def latest_attempts(attempts: Iterable[Enrolment]) -> dict[str, Enrolment]:
    """Each person's last attempt of those in one class, by person."""
    by_attempt = sorted(attempts, key=lambda enrolment: enrolment.attempt)
    return {enrolment.person_id: enrolment for enrolment in by_attempt}


def hide_given_up(enrolments: Iterable[Enrolment]) -> list[Enrolment]:
    """One human's enrolments without those that were withdrawn in a class where another
    one stands."""
    known = list(enrolments)
    standing = {one.class_id for one in known if one.state != WITHDRAWN}
    return [
        one for one in known if one.state != WITHDRAWN or one.class_id not in standing
    ]


def enrolment_id(class_id: str, person_id: str, attempt: int) -> str:
    """The id of an enrolment: one for each attempt."""
    return f"{class_id}.{person_id}.{attempt}"
