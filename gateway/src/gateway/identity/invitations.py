"""Invitations: an account that waits for its password, and the right to set it."""

import secrets
import time

from chassis.ids import new_id

from gateway.identity.account import INVITED, RESET, Account, plain_login
from gateway.identity.account_store import StoredAccounts
from gateway.identity.tokens import hash_token

INVITATION_SECONDS = 14 * 24 * 3600.0
"""A fortnight: after a holiday the link still works."""


def create_invited_account(
    login: str,
    name: str,
    roles: tuple[str, ...],
    *,
    person_id: str = "",
    branch_id: str = "",
    email: str = "",
) -> tuple[Account, str]:
    """A new account and the invitation to it, which is kept only as a hash."""
    invitation = secrets.token_urlsafe(24)
    account = Account(
        id=person_id or new_id(),
        login=plain_login(login),
        name=name,
        roles=roles,
        person_id=person_id,
        branch_id=branch_id,
        invitation=hash_token(invitation),
        invited_until=time.time() + INVITATION_SECONDS,
        email=email,
    )
    return account, invitation


def renew_invitation(accounts: StoredAccounts, fresh: Account) -> bool:
    """The account of this login gets the fresh invitation and all that came with it.

    Not once it is taken up or disabled, nor when it has other roles.
    """
    waiting = accounts.get_by_login(fresh.login)
    if waiting is None or not _is_waiting_as(waiting, fresh):
        return False
    changed = accounts.change(
        waiting.id,
        lambda account: (
            account.with_invitation_of(fresh)
            if _is_waiting_as(account, fresh)
            else account
        ),
    )
    return changed.invitation == fresh.invitation


def _is_waiting_as(account: Account, fresh: Account) -> bool:
    is_waiting = account.state in {INVITED, RESET}
    return is_waiting and account.roles == fresh.roles
