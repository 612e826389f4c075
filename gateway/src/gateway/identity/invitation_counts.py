"""How many people are how far on the way into their accounts, counted in the stores."""

import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from contracts.http.enrollment import WaysOut, WaysQuery

from gateway.identity.account import ACTIVE
from gateway.identity.invitation_states import CLOSED, NO_ADDRESS, NOT_INVITED, STATES
from gateway.identity.invite_people import InvitePeople
from gateway.identity.invitees import MAIL, SMS

AskWays = Callable[[WaysQuery], WaysOut]
"""The ways to the people whom a visitor sees, page by page."""


@dataclass(frozen=True)
class InvitationCounts:
    """How many are in each state, of `people` in all; all there are if `is_whole`."""

    by_state: Mapping[str, int]
    people: int
    is_whole: bool


def count_invitations(
    people: InvitePeople,
    ask_ways: AskWays,
    branch: str,
    most_pages: int,
    seconds: float,
) -> InvitationCounts:
    """The people of a branch, counted: of so many pages at most, and none is begun
    after so many seconds.

    A page is one question to enrollment, and one to the accounts for each way. Raises
    the Problem of a service that is away.
    """
    counts, seen, after = Counter[str](), set[str](), ""
    until = time.monotonic() + seconds
    for _ in range(most_pages):
        page = ask_ways(WaysQuery(branch=branch, after=after))
        for way, ids in ((MAIL, page.mail), (SMS, page.phone), (NO_ADDRESS, page.none)):
            fresh = [id_ for id_ in ids if id_ not in seen]
            seen.update(fresh)
            counts.update(_count_way(people, way, fresh))
        after = page.next
        if not after or time.monotonic() >= until:
            break
    by_state = {state: counts[state] for state in STATES}
    return InvitationCounts(by_state, len(seen), not after)


def _count_way(people: InvitePeople, way: str, ids: list[str]) -> Mapping[str, int]:
    """The states of these, all of whom can be written to in this way."""
    if not ids:
        return {}
    accounts = people.accounts.count_by_people(ids)
    settled = accounts.active + accounts.closed
    counts = {ACTIVE: accounts.active, CLOSED: accounts.closed}
    waiting = len(ids) - settled
    if way == NO_ADDRESS or (way == SMS and waiting and not people.has_sms()):
        return counts | {NO_ADDRESS: waiting}
    not_invited = waiting - accounts.invited
    return counts | {way: accounts.invited, NOT_INVITED: not_invited}
