"""Invite all of a branch again who have not taken up their accounts."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence

from chassis.http.problem import Problem
from contracts.http.enrollment import MemberOut, MembersQuery
from contracts.http.shape import Page

from gateway.identity.account import ACTIVE, INVITED, OFFICER, STAFF, Account
from gateway.identity.account_store import StoredAccounts
from gateway.identity.errors import RoleMissing, RoundJustNow
from gateway.identity.invitation_rounds import InvitationRound, InvitationRounds
from gateway.identity.invite_people import (
    AGAIN_SECONDS,
    InvitePeople,
    was_invited_since,
)
from gateway.identity.invitees import SMS
from gateway.identity.manage_accounts import Actor
from gateway.identity.security_events import OK, SecurityEvents

PAGE_PEOPLE = 100
PAUSES = 2.0, 60.0
"""In seconds, between tries of a page while a service does not answer."""
NO_RIGHT = "role-missing"
ListMembers = Callable[[Account, MembersQuery], Page[MemberOut]]
"""A page of the members that an account sees."""


class InviteBranch:
    """Begins rounds, and works through them page by page.

    The account that asked must still see the branch at every page. A page that was
    tried before and died invites again only those that its own try did: nobody gets
    more than one letter too many, and nobody is left out.
    """

    def __init__(
        self,
        rounds: InvitationRounds,
        accounts: StoredAccounts,
        people: InvitePeople,
        list_members: ListMembers,
        events: SecurityEvents,
    ) -> None:
        self.rounds, self.accounts, self.people = rounds, accounts, people
        self.list_members, self.events = list_members, events
        self.woken = threading.Event()

    def __call__(self, by: Actor, branch_id: str) -> InvitationRound:
        """A new round. The caller has seen that the branch is in the account's sight.

        Raises RoleMissing, RoundJustNow.
        """
        if not _may_invite(by.account):
            raise RoleMissing("只有单位经办人和教务可以邀请学员")
        begun = self.rounds.create_round(branch_id, by.account.id)
        if begun is None:
            raise RoundJustNow("这个单位正在邀请，或刚邀请过：请过一分钟再试")
        self.events.add_event(
            "branch-invited", OK, address=by.origin.address, who=by.account.id
        )
        self.woken.set()
        return begun

    def work_page(self) -> bool:
        """One page of a round; whether there was one."""
        claimed = self.rounds.claim_round()
        if claimed is None:
            return False
        account = self.accounts.get(claimed.by)
        if account is None or account.is_disabled or not _may_invite(account):
            self.rounds.stop_round(claimed, NO_RIGHT)
            return True
        try:
            self._work_through(claimed, account)
        except Problem as problem:
            if problem.status < 500:
                self.rounds.stop_round(claimed, problem.slug)
            else:
                first, longest = PAUSES
                self.rounds.put_off(claimed, min(first * claimed.tries, longest))
        return True

    def _work_through(self, claimed: InvitationRound, account: Account) -> None:
        asked = MembersQuery(
            branch=claimed.branch_id, after=claimed.cursor, limit=PAGE_PEOPLE
        )
        page = self.list_members(account, asked)
        people = list(dict.fromkeys(member.person_id for member in page.items))
        counts, _ = invite_several(self.people, people, claimed.page_began)
        self.rounds.note_page(claimed, counts, page.next)


def invite_several(
    people: InvitePeople, person_ids: Sequence[str], began: float
) -> tuple[Counter[str], list[str]]:
    """These people get a letter more; what became of them, counted, and who of them was
    written to. Who got one in the last minute gets none, but for those that a try since
    `began` was for."""
    counts = Counter(people=len(person_ids))
    accounts = people.find_accounts(person_ids)
    waiting = []
    for person in person_ids:
        account = accounts.get(person)
        if (reason := _why_not(account, began)) is None:
            waiting.append(person)
        else:
            counts[reason] += 1
    invitees = people.find_invitees(waiting)
    renewed = people.renew_invitations(invitees)
    by_sms = sum(mailing.channel == SMS for mailing in renewed.sent)
    done = len(renewed.sent) + len(renewed.unsent)
    counts.update(
        messaged=by_sms,
        mailed=len(renewed.sent) - by_sms,
        limited=len(renewed.unsent),
        no_address=len(waiting) - done,
    )
    return counts, [mailing.account.person_id for mailing in renewed.sent]


def _may_invite(account: Account) -> bool:
    return STAFF in account.roles or (
        OFFICER in account.roles and bool(account.branch_id)
    )


def _why_not(account: Account | None, page_began: float) -> str | None:
    """What a person counts as who gets no letter now; None for who gets one."""
    if account is None:
        return None
    if account.state == ACTIVE:
        return "active"
    if account.state != INVITED:
        return "closed"
    lately = time.time() - AGAIN_SECONDS
    is_recent = was_invited_since(account, lately)
    return (
        "recent" if is_recent and not was_invited_since(account, page_began) else None
    )
