"""Invite whom branches enrolled, and whom the operator names."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from chassis.http.client import Client
from chassis.ids import derived_id

from gateway.identity.account import TRAINEE, Account
from gateway.identity.sign_in import invited_account
from gateway.identity.store import StoredAccounts


@dataclass(frozen=True)
class Mailing:
    """Whom to write, and what link goes into the letter."""

    account: Account
    invitation: str
    address: str = ""
    branch_name: str = ""


class InvitePeople:
    """Asks enrollment for contacts and notify for the letters, over signed HTTP."""

    def __init__(
        self,
        accounts: StoredAccounts,
        enrollment: Client,
        notify: Client,
        public_url: str,
    ) -> None:
        self.accounts, self.enrollment, self.notify = accounts, enrollment, notify
        self.public_url = public_url

    def persons(self, person_ids: Sequence[str]) -> None:
        """Open accounts for persons who have none, and write to them."""
        known = {a.person_id: a for a in self.accounts.of_people(person_ids)}
        wanted = [p for p in dict.fromkeys(person_ids) if p not in known]
        if not wanted:
            return
        contacts = self.enrollment.call(
            "POST",
            ("people", "contacts"),
            list[dict[str, Any]],
            body={"person_ids": wanted},
        )
        mailings = [_mailing(contact) for contact in contacts]
        taken = self._send_and_add(mailings)
        for mailing in mailings:
            if mailing.account.id in taken:
                self._attach(mailing.account)

    def _send_and_add(self, mailings: Sequence[Mailing]) -> set[str]:
        """Letters first: a crash in between sends a newer one, never none."""
        self.send([mailing for mailing in mailings if mailing.address])
        return self.accounts.add_many(mailing.account for mailing in mailings)

    def _attach(self, fresh: Account) -> None:
        """The phone signs somebody in already: then the same human is a trainee too."""
        held = self.accounts.by_login(fresh.login)
        if held is not None and not held.person_id:
            self.accounts.change(held.id, lambda held: _as_trainee(held, fresh))

    def send(self, mailings: Sequence[Mailing]) -> None:
        """Have the letters written."""
        if not mailings:
            return
        mails = [
            {
                "key": f"invite-{derived_id(mailing.invitation)}",
                "kind": "invitation",
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
        self.notify.call("POST", ("mails",), dict[str, Any], body={"mails": mails})


def _as_trainee(held: Account, fresh: Account) -> Account:
    roles = tuple(dict.fromkeys((*held.roles, TRAINEE)))
    return replace(held, roles=roles, person_id=fresh.person_id)


def _mailing(contact: dict[str, Any]) -> Mailing:
    account, invitation = invited_account(
        contact["phone"], contact["name"], (TRAINEE,), person_id=contact["person_id"]
    )
    return Mailing(account, invitation, contact["email"])
