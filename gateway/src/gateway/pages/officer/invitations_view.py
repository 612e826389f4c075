"""What the pages of invitations show, from accounts and members."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from contracts.http.enrollment import MemberOut

from gateway.identity.account import ACTIVE
from gateway.identity.invitation_counts import InvitationCounts
from gateway.identity.invitation_rounds import (
    DONE,
    REST_SECONDS,
    RUNNING,
    STOPPED,
    InvitationRound,
)
from gateway.identity.invitation_states import (
    CLOSED,
    NO_ADDRESS,
    NOT_INVITED,
    InvitationState,
)
from gateway.identity.invitees import MAIL, SMS
from gateway.pages.formats import format_moment
from gateway.texts import N_
from gateway.texts.language import gettext, translate_refusal

PAGE_PEOPLE = 100
AT_ONCE_PAGES, MOST_PAGES = 1, 100
"""How far people are counted while the page waits: 1,000, more than most branches have,
by one question to enrollment and three to the accounts; and how far beside it: 100,000.
Whoever sees more picks a branch."""
COUNT_SECONDS = 8.0
"""For counting beside the page: htmx waits ten."""
STATES = {
    ACTIVE: (N_("已启用"), "ok"),
    MAIL: (N_("已发邮件，未启用"), "wait"),
    SMS: (N_("已发短信，未启用"), "wait"),
    NOT_INVITED: (N_("还没有收到邀请"), "no"),
    NO_ADDRESS: (N_("没有收得到信的地址"), "no"),
    CLOSED: (N_("已停用或等本人重设密码"), ""),
}
ROUND_STATES = {
    RUNNING: (N_("正在邀请"), "wait"),
    DONE: (N_("已邀请完"), "ok"),
    STOPPED: (N_("没有做完"), "no"),
}
COUNTS = {
    "mailed": (N_("发了邮件"), "ok"),
    "messaged": (N_("发了短信"), "ok"),
    "active": (N_("早已启用"), ""),
    "recent": (N_("一分钟内刚邀请过"), ""),
    "no_address": (N_("没有收得到信的地址"), "no"),
    "limited": (N_("今天的短信已发完"), "no"),
    "closed": (N_("已停用或等本人重设密码"), ""),
}


@dataclass(frozen=True)
class CountView:
    """So many people of one kind."""

    text: str
    tone: str
    count: int


@dataclass(frozen=True)
class InvitedMember:
    """A member of a branch and how far the account is."""

    person_id: str
    name: str
    member_no: str
    state: str
    tone: str
    invited: str
    may_invite: bool


@dataclass(frozen=True)
class RoundView:
    """A round as its page shows it; `may_repeat` once it is over for a minute."""

    state: str
    tone: str
    began: str
    reason: str
    people: int
    counts: list[CountView]
    is_running: bool
    may_repeat: bool


def view_counts(counts: InvitationCounts) -> list[CountView]:
    """How many are in each state."""
    return [
        CountView(gettext(STATES[state][0]), STATES[state][1], count)
        for state, count in counts.by_state.items()
        if count
    ]


def view_members(
    members: Sequence[MemberOut], states: Mapping[str, InvitationState]
) -> list[InvitedMember]:
    """Members as the list shows them."""
    return [view_member(member, states[member.person_id]) for member in members]


def view_member(member: MemberOut, state: InvitationState) -> InvitedMember:
    """A member as the list shows it."""
    text, tone = STATES[state.state]
    invited = format_moment(state.invited_at) if state.invited_at else ""
    return InvitedMember(
        member.person_id,
        member.name,
        member.member_no,
        gettext(text),
        tone,
        invited,
        state.may_invite,
    )


def view_numbers(numbers: Mapping[str, int]) -> list[CountView]:
    """What became of people who were invited again, by the names of COUNTS; nothing of
    what there is none of."""
    return [
        CountView(gettext(words), tone, numbers[name])
        for name, (words, tone) in COUNTS.items()
        if numbers.get(name)
    ]


def view_round(latest: InvitationRound) -> RoundView:
    """A round as its page shows it."""
    text, tone = ROUND_STATES[latest.state]
    counts = view_numbers({name: getattr(latest, name) for name in COUNTS})
    is_running = latest.state == RUNNING
    return RoundView(
        gettext(text),
        tone,
        format_moment(latest.began),
        translate_refusal(latest.reason, "") if latest.reason else "",
        latest.people,
        counts,
        is_running,
        not is_running and time.time() - latest.began >= REST_SECONDS,
    )
