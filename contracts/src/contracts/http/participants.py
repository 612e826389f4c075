"""What is asked and answered about the participants of a class: who they are, how far
they are, and that several leave it together."""

import datetime
from typing import Annotated

import msgspec

from contracts.http.shape import Answer, Id, NoId, Shape, Text

MOST_PEOPLE = 500
"""People of one question: as many as a page of a class's enrolments holds at most."""
MOST_LEAVERS = 200
"""Enrolments that leave together: as many as a chunk of a roster brings, so that one
decision of the seat book is no larger than those that it is made for."""


class PeopleNamedIn(Shape):
    """The people whose names are asked for."""

    person_ids: Annotated[list[Id], msgspec.Meta(max_length=MOST_PEOPLE)]


class NamedMembershipOut(Answer):
    """A member number in a branch, with the branch's name."""

    branch_id: str
    branch_name: str
    member_no: str


class NamedPersonOut(Answer):
    """A person whom the caller reaches today; `memberships` are those that are
    reached. `record_id` is the record by which that is, where two were merged perhaps
    another one."""

    person_id: str
    record_id: str
    name: str
    memberships: list[NamedMembershipOut]


class StandingsIn(Shape):
    """The people of a class whose standings are asked for."""

    person_ids: Annotated[list[Id], msgspec.Meta(max_length=MOST_PEOPLE)]


class StandingOut(Answer):
    """How far a person is in the course of a class: `percent` of all that is watched,
    `lessons_done` of `lessons`, the `hours` that its lectures brought. `completed_at`
    is when the course was completed; `certificate` is the number of that of the class,
    empty where there is none, `is_revoked` says that it does not hold."""

    person_id: str
    percent: int
    lessons_done: int
    lessons: int
    hours: float
    is_complete: bool
    completed_at: datetime.datetime | None
    certificate: str
    is_revoked: bool


class LeaversIn(Shape):
    """The enrolments of a class that are withdrawn together, or given back."""

    enrolment_ids: Annotated[
        list[Id], msgspec.Meta(min_length=1, max_length=MOST_LEAVERS)
    ]


class WithdrawalOut(Answer):
    """What became of enrolments that were to be withdrawn, by their ids: those that
    `left`, those that stay since they are `finished`, and those that are `unknown`,
    which the caller does not reach or which had left before."""

    left: list[str]
    finished: list[str]
    unknown: list[str]


class ReturnOut(Answer):
    """What became of enrolments that were to be given back, by their ids: those whose
    people are `seated` again, or `waiting`, and those that are `unknown`: not reached,
    left otherwise or too long ago, in a class without room, or in it again."""

    seated: list[str]
    waiting: list[str]
    unknown: list[str]


class ReplacementIn(Shape):
    """Who gets the seat of the enrolment `enrolment_id`: the member `member_no` of
    `branch_id`, of the leaver's branch where none is named. `name` and `phone` may be
    left out of somebody whom the branch has under that number already."""

    enrolment_id: Id
    member_no: Text
    branch_id: NoId = ""
    name: Text = ""
    phone: Text = ""
    email: Text = ""
    id_number: Text = ""
