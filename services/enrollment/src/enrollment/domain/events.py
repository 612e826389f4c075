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
class PersonDeleted:
    """What says who a person is was deleted; the id means nobody any more."""

    person_id: str


@dataclass(frozen=True)
class BranchChanged:
    """A branch was renamed, moved, closed or reopened: as it is now."""

    branch_id: str
    name: str
    parent_id: str
    line: tuple[str, ...]
    closed: bool
    change: str
    by: str


@dataclass(frozen=True)
class PersonNameChanged:
    """The name of a person was corrected, by a branch, by staff or by the person."""

    person_id: str
    by: str


@dataclass(frozen=True)
class PersonMerged:
    """What is stored under a person counts for the survivor from now on."""

    person_id: str
    survivor_id: str


@dataclass(frozen=True)
class PersonUnmerged:
    """What is stored under a person counts for nobody else any more."""

    person_id: str
    survivor_id: str


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
    """A person left; `was_seated` tells whether a seat became free, and when, `cause`
    why where it was for a cause."""

    was_seated: bool
    seated_until: datetime.datetime | None
    cause: str = ""


@dataclass(frozen=True)
class SeatsChanged:
    """A class has another capacity or other quotas: as they are now. `revision` rises
    with each change."""

    class_id: str
    capacity: int
    quotas: tuple[dict[str, Any], ...]
    revision: int


@dataclass(frozen=True)
class _AboutRequest:
    request_id: str
    class_id: str
    person_id: str
    branch_id: str


@dataclass(frozen=True)
class RequestMade(_AboutRequest):
    """A trainee asks the own branch to join a class."""


@dataclass(frozen=True)
class RequestDecided(_AboutRequest):
    """A request was approved, refused, withdrawn, or lapsed; never why, but for the
    `cause` that made it lapse."""

    decision: str
    cause: str = ""


@dataclass(frozen=True)
class ReceiptIssued:
    """Every row of a chunk has its outcome."""

    chunk_id: str
    roster_id: str
    branch_id: str
    dry_run: bool
    rows: tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class ChangesDecided:
    """Every row of a chunk of changes has its outcome."""

    chunk_id: str
    branch_id: str
    dry_run: bool
    rows: tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class MessageRefused:
    """A message of a branch was not taken; nothing was changed."""

    branch_id: str
    message_id: str
    key: str
    reason: str
    place: str
    detail: str
