"""What the gateway is asked and answers about people's own data."""

import datetime

from contracts.http.shape import Answer, Name, Shape


class StaffDeletionIn(Shape):
    """Why staff have a person deleted; the audit log keeps it."""

    reason: Name


class StayingOut(Answer):
    """Rows that stay after a deletion: where, of what kind, how many, and the code of
    the reason."""

    service: str
    kind: str
    rows: int
    why: str


class DeletionOut(Answer):
    """A person's deletion; `report` says what stayed once its `state` is done."""

    person_id: str
    state: str
    asked_by: str
    reason: str
    asked_at: datetime.datetime
    due: datetime.datetime
    done_at: datetime.datetime | None
    report: list[StayingOut]


class ConsentIn(Shape):
    """Whether the signed-in account agrees to the notice in this version."""

    version: Name
    is_given: bool


class ConsentOut(Answer):
    """The version that is asked for, empty for none, and whether it is agreed to."""

    version: str
    is_given: bool
