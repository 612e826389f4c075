"""What enrollment is asked and answers about requests to join a class."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from contracts.http.shape import MOST_IDS, Answer, Cursor, Id, Line, NoId, Query, Shape


class JoinIn(Shape):
    """What a trainee asks: by which of the own branches (none named where there is but
    one), and in a line `why`, which the branch reads."""

    branch_id: NoId = ""
    why: Line = ""


class JoinBranchOut(Answer):
    """A branch that the trainee can ask: it is open and holds the person today."""

    branch_id: str
    branch_name: str


class OwnRequestOut(Answer):
    """What a trainee asked of a class, the last time. Its `state` is `pending`,
    `approved`, `refused` for a `reason`, `withdrawn`, or `lapsed`: then the class takes
    nobody any more, or the branch no longer holds the person."""

    id: str
    class_id: str
    branch_id: str
    branch_name: str
    state: str
    why: str
    reason: str
    asked: datetime
    decided: datetime | None = None


class OwnRequestsOut(Answer):
    """What a trainee asked, the newest first, and the branches that can be asked."""

    items: list[OwnRequestOut]
    branches: list[JoinBranchOut]


class RequestsQuery(Query):
    """Which requests: those that wait to be decided, the oldest first, or with
    `decided` the others, the last decided first."""

    decided: bool = False
    after: Cursor = ""
    limit: Annotated[int, msgspec.Meta(ge=1, le=MOST_IDS)] = 50


class JoinRequestOut(Answer):
    """A request as the branch sees it that decides, while it holds the person; `seat`
    is how the person stands whom an approval brought into the class."""

    id: str
    class_id: str
    person_id: str
    name: str
    member_no: str
    branch_id: str
    branch_name: str
    state: str
    why: str
    reason: str
    asked: datetime
    decided: datetime | None = None
    seat: str = ""


class DecisionsIn(Shape):
    """The decision about each of these requests, one after the other; whoever refuses
    says in a line the `reason`, which the trainee reads."""

    ids: Annotated[list[Id], msgspec.Meta(min_length=1, max_length=MOST_IDS)]
    decision: Literal["approved", "refused"]
    reason: Line = ""


class DecisionOut(Answer):
    """What became of one request: its `state`, and the `seat` that an approval brought;
    or the code of why nothing was `refused` or approved."""

    id: str
    state: str = ""
    seat: str = ""
    refused: str = ""
