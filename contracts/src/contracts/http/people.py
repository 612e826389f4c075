"""What enrollment is asked and answers about looking people up and mending them."""

import datetime
from typing import Annotated

import msgspec

from contracts.http.enrollment import Limit, PersonOut
from contracts.http.shape import Answer, Id, Name, Query, Shape, Text


class PeopleSearchIn(Shape):
    """A search: `words` are a part of a name, a phone, or a member number in `branch`
    (without one, in the own); `after` is where the page before ended."""

    words: Text
    branch: Text = ""
    after: Text = ""
    limit: Limit = 50


class OwnNameIn(Shape):
    """The own name as it is written."""

    name: Name


class DoublesQuery(Query):
    """Where a page of pairs begins."""

    after: Text = ""
    limit: Annotated[int, msgspec.Meta(ge=1, le=100)] = 20


class DoubleOut(Answer):
    """Two records that look like one human; `why` is `id-number` or
    `phone-and-name`."""

    id: str
    why: str
    people: list[PersonOut]


class DismissalOut(Answer):
    """A pair that is of two people."""

    id: str


class MergeIn(Shape):
    """The record that counts for another from now on."""

    person_id: Id


class MergeOut(Answer):
    """That a record counts for `survivor_id`; `undone_at` is set once it does not.

    `given_up` are enrolments that were withdrawn since the other record had a seat in
    the same class.
    """

    person_id: str
    survivor_id: str
    by: str
    at: datetime.datetime
    undone_by: str
    undone_at: datetime.datetime | None
    given_up: list[str]


class TransferIn(Shape):
    """Which branch a person leaves and which one they join, from `day` on (an ISO
    date); either may be empty. `member_no` is the number in the branch that is
    joined."""

    day: Text
    leaves: Text = ""
    joins: Text = ""
    member_no: Text = ""
