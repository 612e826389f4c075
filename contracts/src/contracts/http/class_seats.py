"""What enrollment is asked and answers about the seats of classes, and taking one."""

from typing import Annotated

import msgspec

from contracts.http.shape import Answer, Id, Ids, NoId, Query, Shape

MOST_SEATS = 100_000
MOST_QUOTAS = 500


class SeatQuotaIn(Shape):
    """A cap for a branch and those below it."""

    branch_id: Id
    seats: Annotated[int, msgspec.Meta(ge=0, le=MOST_SEATS)]


class SeatPlanIn(Shape):
    """How many seats a class has, and how many of them branches may take, as a whole:
    who is not named here has no quota."""

    capacity: Annotated[int, msgspec.Meta(ge=1, le=MOST_SEATS)]
    quotas: Annotated[list[SeatQuotaIn], msgspec.Meta(max_length=MOST_QUOTAS)] = []


class SeatQuotaOut(Answer):
    """The quota of a branch and those below it: `seats` at most, of which so many are
    `taken`."""

    branch_id: str
    seats: int
    taken: int


class SeatPlanOut(Answer):
    """The seats of a class as they stand. `admission` says whether people may enrol
    themselves (`open`) or only by their branch (`branch`); `version` rises with each
    change of capacity and quotas, not with who takes a seat."""

    class_id: str
    capacity: int
    taken: int
    waiting: int
    closed: bool
    admission: str
    version: int
    quotas: list[SeatQuotaOut]


class PromotedOut(Answer):
    """How many people of a branch get a seat who wait for one."""

    branch_id: str
    people: int


class ForeseenSeatsOut(Answer):
    """What a change of seats would bring about now: the class `before` and `after` it,
    and whom of the waiting list it promotes."""

    before: SeatPlanOut
    after: SeatPlanOut
    promoted: list[PromotedOut]


class OwnSeatsQuery(Query):
    """The classes whose seats are asked for."""

    class_ids: Ids


class BranchQuotaOut(Answer):
    """A quota as an officer sees it: `seats` at most, so many `taken`, and so many
    `free` to be had now, which other quotas and the class itself may make fewer."""

    branch_id: str
    branch_name: str
    seats: int
    taken: int
    free: int


class OwnSeatsOut(Answer):
    """A class as it stands for the caller's branch: how many of it and of those below
    it are `seated` or wait, how many more could have a seat now, and the quotas of
    these branches."""

    class_id: str
    branch_id: str
    capacity: int
    taken: int
    closed: bool
    seated: int
    waiting: int
    free: int
    quotas: list[BranchQuotaOut]


class EnrolmentIn(Shape):
    """Which of the own branches the trainee comes from, whose quota counts; none named
    where there is but one."""

    branch_id: NoId = ""
