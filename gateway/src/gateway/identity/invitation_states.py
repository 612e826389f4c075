"""How far people are on the way into their accounts, and what could reach them."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from gateway.identity.account import ACTIVE, INVITED, Account
from gateway.identity.invitations import INVITATION_SECONDS
from gateway.identity.invite_people import (
    AGAIN_SECONDS,
    Invitee,
    InvitePeople,
    was_invited_since,
)
from gateway.identity.invitees import MAIL, SMS

NOT_INVITED, NO_ADDRESS, CLOSED = "not-invited", "no-address", "closed"
STATES = (ACTIVE, MAIL, SMS, NOT_INVITED, NO_ADDRESS, CLOSED)
"""Has the account; was invited by mail or by message; has got no letter yet; has no
address; is disabled or reset."""


@dataclass(frozen=True)
class InvitationState:
    """A person's state, one of STATES; `invited_at` is when the last invitation was
    made, 0 for none. `may_invite` while there is a way, and not just after a letter."""

    state: str
    invited_at: float = 0.0
    may_invite: bool = False


def find_states(
    people: InvitePeople, person_ids: Sequence[str]
) -> dict[str, InvitationState]:
    """The states of these persons. Raises the Problem of a service that is away."""
    accounts = people.find_accounts(person_ids)
    waiting = [id_ for id_ in person_ids if _is_waiting(accounts.get(id_))]
    invitees = {one.person_id: one for one in people.find_invitees(waiting)}
    return {
        id_: _state_of(people, accounts.get(id_), invitees.get(id_))
        for id_ in person_ids
    }


def _is_waiting(account: Account | None) -> bool:
    return account is None or account.state == INVITED


def _state_of(
    people: InvitePeople, account: Account | None, invitee: Invitee | None
) -> InvitationState:
    if account is not None and account.state == ACTIVE:
        return InvitationState(ACTIVE)
    if account is not None and account.state != INVITED:
        return InvitationState(CLOSED)
    channel, address = people.way_to(invitee) if invitee else (MAIL, "")
    if not address:
        return InvitationState(NO_ADDRESS)
    if account is None or not account.invited_until:
        return InvitationState(NOT_INVITED, may_invite=account is not None)
    is_recent = was_invited_since(account, time.time() - AGAIN_SECONDS)
    invited_at = account.invited_until - INVITATION_SECONDS
    return InvitationState(channel, invited_at, not is_recent)
