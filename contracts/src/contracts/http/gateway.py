"""What the gateway is asked and answers about sessions and accounts."""

import datetime
from typing import Annotated

import msgspec

from contracts.http.shape import Answer, Name, Query, Shape, Text

LONGEST_PAGE = 500
"""Security events in one answer: some 150 kB."""
Password = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Role = Annotated[str, msgspec.Meta(pattern=r"^(officer|staff|operator)\Z")]


class SessionIn(Shape):
    """Login and password of a script."""

    login: Name
    password: Password


class SessionOut(Answer):
    """Who is signed in. A script keeps `device` and sends it as X-Device when it signs
    in again: a known device is let in whatever strangers tried."""

    token: str
    device: str
    login: str
    name: str
    roles: list[str]
    person_id: str
    branch_id: str


class EndedOut(Answer):
    """That the session is ended."""

    ended: bool


class EndedSessionsOut(Answer):
    """How many other sessions were ended."""

    ended: int


class InvitationIn(Shape):
    """Somebody to invite; officers need a branch."""

    login: Name
    name: Name
    email: Name
    role: Role
    branch_id: Text = ""
    branch_name: Text = ""


class InvitationOut(Answer):
    """Who is invited, by login and account, and what was `done`."""

    login: str
    account: str
    done: str


class AcceptanceIn(Shape):
    """The password an invitation is answered with."""

    password: Password


class FindAccountIn(Shape):
    """The login of the account that is looked for."""

    login: Name


class PasswordIn(Shape):
    """The password until now, and the next."""

    old: Password
    new: Password


class ResetIn(Shape):
    """The letter's address, for accounts of whom enrollment knows none."""

    email: Text = ""


class RoleIn(Shape):
    """A role to give; an officer's names the branch."""

    role: Role
    branch_id: Text = ""


class AccountOut(Answer):
    """An account as those see it who manage it."""

    id: str
    login: str
    name: str
    roles: list[str]
    branch_id: str
    state: str


class SessionOfAccountOut(Answer):
    """A live login session; `is_this` is the one that asks."""

    id: str
    began: datetime.datetime
    seen: datetime.datetime
    until: datetime.datetime
    network: str
    is_this: bool


class SessionsOut(Answer):
    """All live login sessions of an account: few, for old ones end."""

    sessions: list[SessionOfAccountOut]


class SecurityEventsQuery(Query):
    """The cursor of the last event that was read, or a moment like 2026-11-28."""

    after: Text = ""
    limit: Annotated[int, msgspec.Meta(ge=1, le=LONGEST_PAGE)] = 100


class SecurityEventOut(Answer):
    """What somebody did about signing in and rights; `cursor` names it. What does not
    belong to it is empty."""

    at: datetime.datetime
    cursor: str
    what: str
    outcome: str
    network: str
    request: str
    who: str = ""
    account: str = ""
    role: str = ""
    route: str = ""
    login: str = ""


class SecurityEventsOut(Answer):
    """Security events, the oldest first."""

    events: list[SecurityEventOut]
    next: str


class InvitedOut(Answer):
    """That a person is invited again."""

    person_id: str
    invited: bool
