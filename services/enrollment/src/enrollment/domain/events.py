"""Domain events of enrolment, past tense, frozen."""

import datetime
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class PersonRegistered:
    """A branch named a person not known before."""

    person_id: str
    branch_id: str


@dataclass(frozen=True)
class PersonContactsChanged:
    """Phone or mail address of a person were changed, by a branch or by staff."""

    person_id: str
    branch_id: str


@dataclass(frozen=True)
class _AboutSeat:
    enrolment_id: str
    class_id: str
    course_id: str
    person_id: str
    branch_id: str
    ticket: int


@dataclass(frozen=True)
class SeatTaken(_AboutSeat):
    """A person has a seat."""


@dataclass(frozen=True)
class SeatWaitlisted(_AboutSeat):
    """A person waits for a seat."""


@dataclass(frozen=True)
class SeatPromoted(_AboutSeat):
    """A person moved from the waiting list to a seat."""


@dataclass(frozen=True)
class SeatWithdrawn(_AboutSeat):
    """A person left; `was_seated` tells whether a seat became free, and when."""

    was_seated: bool
    seated_until: datetime.datetime | None


@dataclass(frozen=True)
class ReceiptIssued:
    """Every row of a chunk has its outcome."""

    chunk_id: str
    roster_id: str
    branch_id: str
    dry_run: bool
    rows: tuple[dict[str, Any], ...]
