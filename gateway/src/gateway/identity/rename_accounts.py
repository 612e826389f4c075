"""Accounts are called as their persons are: a name was corrected."""

from collections.abc import Sequence
from dataclasses import replace

from gateway.identity.account import Account
from gateway.identity.invite_people import InvitePeople


def rename_accounts(people: InvitePeople, person_ids: Sequence[str]) -> None:
    """The accounts of these persons get the names that enrollment knows now.

    Repeating it changes nothing. Raises Problem while enrollment is away.
    """
    names = {one.person_id: one.name for one in people.find_invitees(person_ids)}
    for account in people.accounts.find_by_people(names):
        _rename(people, account, names[account.person_id])


def _rename(people: InvitePeople, account: Account, name: str) -> None:
    if account.name != name:
        people.accounts.change(account.id, lambda stored: replace(stored, name=name))
