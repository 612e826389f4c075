"""Accounts and letters for people whom branches enrolled."""

import secrets
import time
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from chassis.http.client import Client
from chassis.http.problem import Problem
from chassis.storage.aggregates import NotFound

from gateway.identity.account import INVITED, TRAINEE, Account
from gateway.identity.account_store import StoredAccounts
from gateway.identity.contacts import Contacts
from gateway.identity.errors import (
    AlreadyActive,
    InvitedJustNow,
    NoAddress,
    TooManyMessages,
    UnknownAccount,
)
from gateway.identity.find_account import HasTwin, has_no_twin
from gateway.identity.invitations import INVITATION_SECONDS, create_invited_account
from gateway.identity.invitees import MAIL
from gateway.identity.invitees import Invitee as Invitee
from gateway.identity.mailings import Mailing as Mailing
from gateway.identity.mailings import Renewal as Renewal
from gateway.identity.tokens import hash_token

FindMarked = Callable[[Sequence[str]], Collection[str]]
"""Which of these persons are from a directory that has their passwords: an invitation
would have them set one that opens nothing."""
AGAIN_SECONDS = 60.0
"""Between two letters that somebody asks for: as long as a letter may be under way."""


class InvitePeople:
    """Asks enrollment for people and notify for the letters, over signed HTTP.

    Every person has an account of their own, also where the phone is taken. It opens
    what the branches that hold the person have enrolled, and nothing of others.
    """

    def __init__(
        self,
        accounts: StoredAccounts,
        enrollment: Client,
        notify: Client,
        public_url: str,
        contacts: Contacts,
        has_sms: Callable[[], bool] = lambda: False,
    ) -> None:
        self.accounts, self.enrollment, self.notify = accounts, enrollment, notify
        self.contacts = contacts
        self.public_url, self.has_sms = public_url, has_sms
        self.find_marked: FindMarked = _find_nobody
        self.has_twin_in_use: HasTwin = has_no_twin

    def invite_new_people(self, person_ids: Sequence[str]) -> None:
        """Persons without an account get one, and a letter.

        The account is kept before its letter goes out, so a letter's link works. Who
        has an account that was not taken up gets a fresh letter: the process may have
        died between the two.
        """
        known = self.find_accounts(person_ids)
        waiting = [id_ for id_ in dict.fromkeys(person_ids) if _is_waiting(known, id_)]
        invitees = self.find_invitees(waiting)
        fresh = [
            self._first_mailing(invitee)
            for invitee in invitees
            if invitee.person_id not in known
        ]
        taken = self.accounts.create_many(mailing.account for mailing in fresh)
        opened = [mailing for mailing in fresh if mailing.account.id not in taken]
        others = [
            invitee for invitee in invitees if invitee.person_id in {*taken, *known}
        ]
        self.contacts.add_written(
            (mailing.account.id, mailing.address.casefold())
            for mailing in opened
            if mailing.address
        )
        marked = self.find_marked(waiting)
        unsent = self.send_letters(
            [m for m in opened if m.address and m.account.person_id not in marked]
        )
        self.accounts.void_invitations([m.account.invitation for m in unsent])
        self.renew_invitations(others)

    def invite_at_new_addresses(self, person_ids: Sequence[str]) -> None:
        """Who has not taken up the account gets a letter at the new address."""
        known = self.find_accounts(person_ids)
        invited = [id_ for id_, account in known.items() if account.state == INVITED]
        self.renew_invitations(self.find_invitees(sorted(invited)))

    def invite_again(self, person_id: str) -> str:
        """A person gets one more letter; the address, as enrollment knows it.

        Raises UnknownAccount, AlreadyActive, NoAddress, InvitedJustNow,
        TooManyMessages.
        """
        account = self.find_accounts([person_id]).get(person_id)
        if account is None:
            raise UnknownAccount("这位学员还没有账号：请稍后再试")
        if account.state != INVITED:
            raise AlreadyActive("这位学员已经启用账号：忘了密码请找教务重设")
        if self.find_marked([person_id]):
            raise AlreadyActive("这位学员用单位目录的密码登录：不必再邀请")
        invitee = next(iter(self.find_invitees([person_id])), None)
        address = self.way_to(invitee)[1] if invitee else ""
        if invitee is None or not address:
            raise NoAddress("这位学员没有收得到信的地址：请先更正，或打印激活单")
        if was_invited_since(account, time.time() - AGAIN_SECONDS):
            raise InvitedJustNow("刚刚寄出过邀请：请过一分钟再试")
        if self.renew_invitations([invitee]).unsent:
            raise TooManyMessages("今天的短信已发完：请明天再试，或打印激活单")
        return address

    def way_to(self, invitee: Invitee) -> tuple[str, str]:
        """The channel and address of a letter to this person; no address, no letter.

        Whether there are short messages is asked only where it matters.
        """
        return invitee.find_way(not invitee.email and self.has_sms())

    def renew_invitations(self, invitees: Sequence[Invitee]) -> Renewal:
        """Who has not taken up the account gets a fresh invitation, if there is an
        address; who has no account gets one. What went before is void, unless there
        was no room for the new letter."""
        mailings: dict[str, Mailing] = {}
        before: dict[str, Account] = {}
        marked = self.find_marked([invitee.person_id for invitee in invitees])
        for invitee in invitees:
            known = self.accounts.get(invitee.person_id) or self.open_account(invitee)
            if known is None or known.state != INVITED or self.has_twin_in_use(known):
                continue
            self.contacts.set_written(known.id, invitee.find_addresses())
            channel, address = self.way_to(invitee)
            if not address or invitee.person_id in marked:
                continue
            invitation = secrets.token_urlsafe(24)
            account = self._set_invitation(known, invitation)
            if account is None or account.state != INVITED:
                continue
            before[account.id] = known
            mailings[account.id] = Mailing(
                account,
                invitation,
                address,
                invitee.branch_name,
                channel=channel,
            )
        unsent = self.send_letters(list(mailings.values()))
        for mailing in unsent:
            self._take_back(mailing, before[mailing.account.id])
        sent = [mailing for mailing in mailings.values() if mailing not in unsent]
        return Renewal(sent, unsent)

    def send_letters(self, mailings: Sequence[Mailing]) -> list[Mailing]:
        """The letters are handed to notify; those that there is no room for today."""
        if not mailings:
            return []
        mails = [self._letter_of(mailing) for mailing in mailings]
        try:
            taken = self.notify.send_request(
                "POST", ("mails",), dict[str, Any], body={"mails": mails}
            )
        except Problem as problem:
            if problem.slug != TooManyMessages.slug:
                raise
            return list(mailings)
        limited = set(taken.get("limited") or ())
        return [mailing for mailing in mailings if mailing.key in limited]

    def _letter_of(self, mailing: Mailing) -> dict[str, Any]:
        """A letter as notify takes it; a mail's as every release knows it."""
        letter: dict[str, Any] = {
            "key": mailing.key,
            "kind": mailing.kind,
            "person_id": mailing.account.person_id,
            "address": mailing.address,
            "words": {
                "name": mailing.account.name,
                "login": mailing.account.login,
                "branch_name": mailing.branch_name or "您的单位",
                "link": f"{self.public_url}/invitations/{mailing.invitation}",
            },
        }
        if mailing.channel != MAIL:
            letter["channel"] = mailing.channel
        return letter

    def find_accounts(self, person_ids: Sequence[str]) -> dict[str, Account]:
        """The accounts of these persons that have one."""
        accounts = self.accounts.find_by_people(person_ids)
        return {account.person_id: account for account in accounts}

    def find_invitees(self, person_ids: Sequence[str]) -> list[Invitee]:
        """These persons as enrollment knows them, whoever holds them."""
        if not person_ids:
            return []
        return self.enrollment.send_request(
            "POST",
            ("people", "invitees"),
            list[Invitee],
            body={"person_ids": person_ids},
        )

    def _set_invitation(self, known: Account, invitation: str) -> Account | None:
        """The account with a fresh invitation; None if it was deleted meanwhile."""

        def with_fresh_invitation(account: Account) -> Account:
            if account.state != INVITED:
                return account
            return replace(
                account,
                invitation=hash_token(invitation),
                invited_until=time.time() + INVITATION_SECONDS,
            )

        try:
            return self.accounts.change(known.id, with_fresh_invitation)
        except NotFound:
            return None

    def _take_back(self, mailing: Mailing, before: Account) -> None:
        """The invitation from before is good again, unless there is a newer one."""

        def with_old_invitation(account: Account) -> Account:
            if account.invitation != hash_token(mailing.invitation):
                return account
            return replace(
                account,
                invitation=before.invitation,
                invited_until=before.invited_until,
            )

        with suppress(NotFound):  # deleted meanwhile
            self.accounts.change(before.id, with_old_invitation)

    def open_account(self, invitee: Invitee) -> Account | None:
        """An account under the first login that is free."""
        for login in invitee.logins():
            account = replace(self._first_mailing(invitee).account, login=login)
            if self.accounts.create_account(account):
                return account
        return self.accounts.get(invitee.person_id)

    def _first_mailing(self, invitee: Invitee) -> Mailing:
        account, invitation = create_invited_account(
            invitee.phone, invitee.name, (TRAINEE,), person_id=invitee.person_id
        )
        channel, address = self.way_to(invitee)
        if not address:
            account = _without_invitation(account)
        return Mailing(
            account, invitation, address, invitee.branch_name, channel=channel
        )


def _find_nobody(person_ids: Sequence[str]) -> Collection[str]:
    """Where there is no directory."""
    return ()


def _is_waiting(known: dict[str, Account], person_id: str) -> bool:
    return person_id not in known or known[person_id].state == INVITED


def _without_invitation(account: Account) -> Account:
    """The account that waits for its first invitation."""
    return replace(account, invitation="", invited_until=0.0)


def was_invited_since(account: Account, moment: float) -> bool:
    """Whether the account's invitation is newer than this moment."""
    invited_at = account.invited_until - INVITATION_SECONDS
    return bool(account.invited_until) and invited_at > moment
