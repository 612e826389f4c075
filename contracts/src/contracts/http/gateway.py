"""What the gateway is asked and answers about sessions and accounts."""

import datetime
from typing import Annotated

import msgspec

from contracts.http.shape import Answer, Id, Name, Query, Shape, Text

MOST_CODES = 200
"""People on one sheet of activation codes: as many as a page lists."""
LONGEST_PAGE = 500
"""Security events in one answer: some 150 kB."""
Password = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Role = Annotated[str, msgspec.Meta(pattern=r"^(officer|staff|operator)\Z")]


class SessionIn(Shape):
    """Login and password of a script; `second` is a code of an authenticator app or a
    recovery code, for accounts with a second factor."""

    login: Name
    password: Password
    second: Text = ""


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


class AskCodeIn(Shape):
    """The login that a one-time code is for; `ticket` is that of the code before, which
    the fresh one replaces."""

    login: Name
    ticket: Text = ""


class SignInCodeOut(Answer):
    """The ticket under which the code is answered within `minutes`. Whether there is
    such an account is not told."""

    ticket: str
    minutes: int


class CodeAnswerIn(Shape):
    """A one-time code as it was typed, and the ticket that it was asked for under;
    `second` as in a session."""

    ticket: Name
    code: Name
    second: Text = ""


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


class ConnectionIn(Shape):
    """Who an account belongs to at a provider: its `sub`, at WeCom the userid, at
    DingTalk the unionId."""

    subject: Name


class ConnectionOut(Answer):
    """The connection of an account with a provider: made by `claims`, its `owner` or
    the `staff`, and last used."""

    provider: str
    made_by: str
    made_at: datetime.datetime
    used_at: datetime.datetime


class ConnectionsOut(Answer):
    """All connections of an account: one for each provider at most."""

    connections: list[ConnectionOut]


class SessionOfAccountOut(Answer):
    """A live login session; `is_this` is the one that asks."""

    id: str
    began: datetime.datetime
    seen: datetime.datetime
    until: datetime.datetime
    network: str
    is_this: bool
    device_name: str = ""
    stays: bool = False


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
    provider: str = ""
    reason: str = ""


class SecurityEventsOut(Answer):
    """Security events, the oldest first."""

    events: list[SecurityEventOut]
    next: str


class CodesIn(Shape):
    """The people to print activation codes for."""

    person_ids: Annotated[list[Name], msgspec.Meta(min_length=1, max_length=MOST_CODES)]


class PrintedCodeOut(Answer):
    """A person's activation code, which is answered this once; whoever types it in
    until `until` (epoch seconds) sets the password of `login`."""

    person_id: str
    name: str
    branch_name: str
    member_no: str
    login: str
    code: str
    until: float


class NoCodeOut(Answer):
    """A person who gets no code, and the `reason`: a code of a refusal."""

    person_id: str
    reason: str


class CodesOut(Answer):
    """Fresh codes, each of which voids the one before, and who gets none."""

    codes: list[PrintedCodeOut]
    without: list[NoCodeOut]


class ActivationIn(Shape):
    """An activation code as it was typed, and the password to set."""

    code: Name
    password: Password


class InvitedOut(Answer):
    """That a person is invited again."""

    person_id: str
    invited: bool


class RoundIn(Shape):
    """A branch all of whose people are invited who have not taken up their accounts;
    those of the branches below it as well."""

    branch_id: Id


class RoundOut(Answer):
    """How far a round of invitations is: `running`, `done` or `stopped` for a reason.

    Of the people looked at so far, `active` have their accounts, `mailed` and
    `messaged` got a letter, `recent` had got one within a minute, for `no_address`
    there is no address, for `limited` no room today, `closed` are disabled or reset.
    """

    branch_id: str
    state: str
    reason: str
    began: float
    people: int
    active: int
    mailed: int
    messaged: int
    recent: int
    no_address: int
    limited: int
    closed: int
