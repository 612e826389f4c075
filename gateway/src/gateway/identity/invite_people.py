"""Accounts and letters for people whom branches enrolled."""

import secrets
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from chassis.http.client import Client
from chassis.ids import derived_id

from gateway.identity.account import INVITED, TRAINEE, Account, plain_login
from gateway.identity.account_store import StoredAccounts
from gateway.identity.errors import (
    AlreadyActive,
    InvitedJustNow,
    NoAddress,
    UnknownAccount,
)
from gateway.identity.invitations import INVITATION_SECONDS, create_invited_account
from gateway.identity.tokens import hash_token

AGAIN_SECONDS = 60.0
"""Between two letters that somebody asks for: as long as a letter may be under way."""


@dataclass(frozen=True)
class Mailing:
    """A letter about an account: its address, its link, and which letter it is."""

    account: Account
    invitation: str
    address: str = ""
    branch_name: str = ""
    kind: str = "invitation"


@dataclass(frozen=True)
class Invitee:
    """A person as enrollment knows them, as far as an invitation needs it."""

    person_id: str
    name: str
    phone: str
    email: str
    branch_id: str
    branch_name: str
    member_no: str

    def logins(self) -> Iterable[str]:
        """The logins a person may have, what is remembered best first.

        A phone may be somebody else's login: whoever wrote it down first need not own
        it. Then the address is the login, or the member number with its branch.
        """
        number = f"{self.branch_id}.{self.member_no}"
        return (
            plain_login(login) for login in (self.phone, self.email, number) if login
        )


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
    ) -> None:
        self.accounts, self.enrollment, self.notify = accounts, enrollment, notify
        self.public_url = public_url

    def invite_new_people(self, person_ids: Sequence[str]) -> None:
        """Persons without an account get one, and a letter.

        The account is kept before its letter goes out, so a letter's link works. Who
        has an account that was not taken up gets a fresh letter: the process may have
        died between the two.
        """
        known = self._find_accounts(person_ids)
        waiting = [id_ for id_ in dict.fromkeys(person_ids) if _is_waiting(known, id_)]
        invitees = self._find_invitees(waiting)
        fresh = [
            _first_mailing(invitee)
            for invitee in invitees
            if invitee.person_id not in known
        ]
        taken = self.accounts.create_many(mailing.account for mailing in fresh)
        opened = [mailing for mailing in fresh if mailing.account.id not in taken]
        others = [
            invitee for invitee in invitees if invitee.person_id in {*taken, *known}
        ]
        self.send_letters([mailing for mailing in opened if mailing.address])
        for invitee in others:
            self._renew_invitation(invitee)

    def invite_at_new_addresses(self, person_ids: Sequence[str]) -> None:
        """Who has not taken up the account gets a letter at the new address."""
        known = self._find_accounts(person_ids)
        invited = [id_ for id_, account in known.items() if account.state == INVITED]
        for invitee in self._find_invitees(sorted(invited)):
            self._renew_invitation(invitee)

    def invite_again(self, person_id: str) -> str:
        """A person gets one more letter; the address, as enrollment knows it.

        Raises UnknownAccount, AlreadyActive, NoAddress, InvitedJustNow.
        """
        account = self._find_accounts([person_id]).get(person_id)
        if account is None:
            raise UnknownAccount("这位学员还没有账号：请稍后再试")
        if account.state != INVITED:
            raise AlreadyActive("这位学员已经启用账号：忘了密码请找教务重设")
        invitee = next(iter(self._find_invitees([person_id])), None)
        if invitee is None or not invitee.email:
            raise NoAddress("这位学员没有可以寄信的邮箱：请先更正邮箱")
        invited_at = account.invited_until - INVITATION_SECONDS
        if account.invited_until and time.time() - invited_at < AGAIN_SECONDS:
            raise InvitedJustNow("刚刚寄出过邀请：请过一分钟再试")
        self._renew_invitation(invitee)
        return invitee.email

    def send_letters(self, mailings: Sequence[Mailing]) -> None:
        """The letters are handed to notify."""
        if not mailings:
            return
        mails = [
            {
                "key": f"invite-{derived_id(mailing.invitation)}",
                "kind": mailing.kind,
                "address": mailing.address,
                "words": {
                    "name": mailing.account.name,
                    "login": mailing.account.login,
                    "branch_name": mailing.branch_name or "您的单位",
                    "link": f"{self.public_url}/invitations/{mailing.invitation}",
                },
            }
            for mailing in mailings
        ]
        self.notify.send_request(
            "POST", ("mails",), dict[str, Any], body={"mails": mails}
        )

    def _find_accounts(self, person_ids: Sequence[str]) -> dict[str, Account]:
        accounts = self.accounts.find_by_people(person_ids)
        return {account.person_id: account for account in accounts}

    def _find_invitees(self, person_ids: Sequence[str]) -> list[Invitee]:
        if not person_ids:
            return []
        return self.enrollment.send_request(
            "POST",
            ("people", "invitees"),
            list[Invitee],
            body={"person_ids": person_ids},
        )

    def _renew_invitation(self, invitee: Invitee) -> None:
        """The person's account gets a fresh invitation, sent if the address is known.

        The person has an account already, or the phone is somebody's login.
        """
        account = self.accounts.get(invitee.person_id) or self._open_account(invitee)
        if account is None or account.state != INVITED or not invitee.email:
            return
        invitation = secrets.token_urlsafe(24)

        def with_fresh_invitation(account: Account) -> Account:
            return replace(
                account,
                invitation=hash_token(invitation),
                invited_until=time.time() + INVITATION_SECONDS,
            )

        account = self.accounts.change(account.id, with_fresh_invitation)
        mailing = Mailing(account, invitation, invitee.email, invitee.branch_name)
        self.send_letters([mailing])

    def _open_account(self, invitee: Invitee) -> Account | None:
        """An account under the first login that is free."""
        for login in invitee.logins():
            account = replace(_first_mailing(invitee).account, login=login)
            if self.accounts.create_account(account):
                return account
        return self.accounts.get(invitee.person_id)


def _is_waiting(known: dict[str, Account], person_id: str) -> bool:
    return person_id not in known or known[person_id].state == INVITED


def _first_mailing(invitee: Invitee) -> Mailing:
    account, invitation = create_invited_account(
        invitee.phone, invitee.name, (TRAINEE,), person_id=invitee.person_id
    )
    return Mailing(account, invitation, invitee.email, invitee.branch_name)
