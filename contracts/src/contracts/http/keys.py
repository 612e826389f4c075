"""What the gateway is asked and answers about lists of accounts and about keys."""

import datetime
from typing import Annotated

import msgspec

from contracts.http.gateway import LONGEST_PAGE
from contracts.http.shape import Answer, Cursor, Name, NoId, Query, Shape


class AccountsQuery(Query):
    """Which accounts: of a role (without one, all but trainees'), of a branch, in a
    state; behind a cursor."""

    role: Annotated[
        str, msgspec.Meta(pattern=r"^(trainee|officer|staff|operator)?\Z")
    ] = ""
    branch: NoId = ""
    state: Annotated[
        str, msgspec.Meta(pattern=r"^(invited|active|reset|disabled)?\Z")
    ] = ""
    after: Cursor = ""
    limit: Annotated[int, msgspec.Meta(ge=1, le=LONGEST_PAGE)] = 100


class KeyIn(Shape):
    """An API key to make: what for, by which scope, for how many days. Staff may name
    the branch for which it acts; an officer's acts for the own one."""

    name: Name
    scope: Annotated[str, msgspec.Meta(pattern=r"^[a-z]+-[a-z]+\Z")]
    days: Annotated[int, msgspec.Meta(ge=1, le=365)] = 90
    branch_id: NoId = ""


class KeyOut(Answer):
    """An API key as it is listed; `account` made it. It is good until `until` unless it
    was `revoked`, and never does more than who made it may do now."""

    id: str
    account: str
    name: str
    scope: str
    branch_id: str
    created: datetime.datetime
    until: datetime.datetime
    used: datetime.datetime | None
    revoked: datetime.datetime | None


class NewKeyOut(KeyOut):
    """A new key with its token, which is answered this once. A program sends it as
    `Authorization: Bearer TOKEN`."""

    token: str


class KeysQuery(Query):
    """One's own keys; `all` for everybody's, behind a cursor, for operators."""

    all: bool = False
    after: Cursor = ""
    limit: Annotated[int, msgspec.Meta(ge=1, le=LONGEST_PAGE)] = 100
