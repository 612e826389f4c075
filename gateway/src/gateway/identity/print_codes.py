"""Activation codes for people whom no letter reaches, printed by their branch."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from gateway.identity.account import (
    ACTIVE,
    DISABLED,
    INVITED,
    OFFICER,
    RESET,
    STAFF,
    Account,
)
from gateway.identity.account_store import StoredAccounts
from gateway.identity.activation_codes import CODE_SECONDS, create_code
from gateway.identity.errors import RoleMissing
from gateway.identity.invite_people import Invitee, InvitePeople
from gateway.identity.manage_accounts import Actor
from gateway.identity.pseudonyms import Pseudonyms
from gateway.identity.security_events import OK, SecurityEvents

UNKNOWN, MEMBER_ELSEWHERE = "unknown-person", "member-elsewhere"
WHY_NOT = {ACTIVE: "already-active", DISABLED: "account-disabled", RESET: "was-reset"}
"""Why an account in this state gets no code."""


@dataclass(frozen=True)
class PrintedCode:
    """A person's code as it is printed once, and until when it is good."""

    invitee: Invitee
    login: str
    code: str
    until: float


@dataclass(frozen=True)
class NoCode:
    """A person who gets no code, and why."""

    person_id: str
    reason: str


class PrintCodes:
    """Makes activation codes; of each only the pseudonym is kept.

    A code opens what the branches that hold the person have enrolled. So it is printed
    by one that has them all below it, or by the college: nobody is let into what
    another branch enrolled.
    """

    def __init__(
        self,
        accounts: StoredAccounts,
        people: InvitePeople,
        names: Pseudonyms,
        events: SecurityEvents,
    ) -> None:
        self.accounts, self.people = accounts, people
        self.names, self.events = names, events

    def __call__(
        self, by: Actor, person_ids: Sequence[str]
    ) -> tuple[list[PrintedCode], list[NoCode]]:
        """A fresh code for each who has not taken up the account; the others, and why.

        What was printed for them before is void. Raises RoleMissing, and the Problem of
        a service that does not answer.
        """
        _require_may_print(by.account)
        ids = list(dict.fromkeys(person_ids))
        invitees = {one.person_id: one for one in self.people.find_invitees(ids)}
        accounts = self.people.find_accounts(ids)
        printed: list[PrintedCode] = []
        left: list[NoCode] = []
        for id_ in ids:
            made = self._print_one(by, invitees.get(id_), accounts.get(id_))
            if isinstance(made, PrintedCode):
                printed.append(made)
            else:
                left.append(NoCode(id_, made))
        return printed, left

    def _print_one(
        self, by: Actor, invitee: Invitee | None, account: Account | None
    ) -> PrintedCode | str:
        """A person's new code, or why there is none."""
        if invitee is None:
            return UNKNOWN
        if reason := _why_not(by.account, invitee):
            return reason
        account = account or self.people.open_account(invitee)
        if account is None:
            return UNKNOWN
        if self.people.has_twin_in_use(account):
            return WHY_NOT[ACTIVE]
        code, until = create_code(), time.time() + CODE_SECONDS
        hidden = hide_code(self.names, code)

        def with_code(account_now: Account) -> Account:
            if account_now.state != INVITED:
                return account_now
            attesting = by.account.branch_id or invitee.branch_id
            return account_now.with_code(hidden, until, attesting)

        changed = self.accounts.change(account.id, with_code)
        if changed.code != hidden:
            return WHY_NOT[changed.state]
        self.events.add_event(
            "code-printed",
            OK,
            address=by.origin.address,
            who=by.account.id,
            account=account.id,
        )
        return PrintedCode(invitee, changed.login, code, until)


def hide_code(names: Pseudonyms, code: str) -> str:
    """What is kept of a code: a plain hash of it could be tried out."""
    return names.of("activation-code", code)


def _require_may_print(account: Account) -> None:
    if not {OFFICER, STAFF}.intersection(account.roles):
        raise RoleMissing("只有单位经办人和教务可以打印激活单")


def _why_not(account: Account, invitee: Invitee) -> str:
    """Why this account may print nothing for a person; empty if it may."""
    if STAFF in account.roles:
        return ""
    reached = [account.branch_id in line for line in invitee.lines]
    if account.branch_id and reached and all(reached):
        return ""
    return MEMBER_ELSEWHERE if any(reached) else UNKNOWN
