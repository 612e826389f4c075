"""From the wish to be deleted to the report of what stayed."""

import datetime
import threading
from collections.abc import Sequence
from dataclasses import dataclass

from chassis.audit.log import AuditLog
from chassis.http.client import Client
from contracts.http.enrollment import DeletionIn
from contracts.http.holdings import HoldingsOut

from gateway.identity.account import OPERATOR, STAFF, Account
from gateway.identity.account_store import StoredAccounts
from gateway.identity.errors import RolesFirst, UnknownDeletion
from gateway.personal_data.collecting import CollectHoldings, FindGroup
from gateway.personal_data.deletions import Deletion, Deletions, StayingRows

LOOK_AGAIN_SECONDS = 2.0
"""The events of a deletion are handled in about a second."""
DAY = 24 * 3600.0


@dataclass(frozen=True)
class AskedDeletion:
    """A deletion and the token by which it is followed without an account."""

    deletion: Deletion
    token: str


class AskDeletion:
    """A deletion is asked for, by the person or by staff, and taken back."""

    def __init__(
        self,
        deletions: Deletions,
        accounts: StoredAccounts,
        audit: AuditLog,
        wait_days: float,
        find_group: FindGroup,
    ) -> None:
        self.deletions, self.accounts, self.audit = deletions, accounts, audit
        self.wait_days, self.find_group = wait_days, find_group
        self.asked = threading.Event()

    def __call__(self, person_id: str, by: Account, reason: str = "") -> AskedDeletion:
        """The open deletion of a person. Raises RolesFirst for who still is staff."""
        for account in self.accounts.find_by_people(self.find_group(person_id)):
            if {STAFF, OPERATOR}.intersection(account.roles):
                raise RolesFirst("这个账号还是教务或运维：请先由运维收回这些角色")
        who = person_id if by.person_id == person_id else by.id
        wait = self.wait_days * DAY
        deletion, token = self.deletions.ask_deletion(person_id, who, reason, wait)
        self.audit.add(
            by.id,
            "person-deletion-asked",
            person_id,
            reason=reason,
            key=f"deletion-asked-{deletion.id}",
        )
        self.asked.set()
        return AskedDeletion(deletion, token)

    def cancel(self, deletion: Deletion, who: str) -> bool:
        """Take it back before its day; whether that was in time."""
        if not self.deletions.cancel(deletion.id):
            return False
        key = f"deletion-cancelled-{deletion.id}"
        self.audit.add(who, "person-deletion-cancelled", deletion.person_id, key=key)
        return True

    def cancel_of_parted(
        self, person_ids: Sequence[str], parted_at: datetime.datetime
    ) -> None:
        """What was asked for while records counted as one human's is taken back once
        they are two again: one may have asked for the other. Repeating it changes
        nothing."""
        for person_id in person_ids:
            deletion = self.deletions.get_by_person(person_id)
            if deletion is not None and deletion.asked_at <= parted_at:
                self.cancel(deletion, deletion.asked_by)

    def require_by_token(self, token: str) -> Deletion:
        """The deletion of a token. Raises UnknownDeletion."""
        deletion = self.deletions.get_by_token(token)
        if deletion is None:
            raise UnknownDeletion("没有这项删除：请核对链接")
        return deletion


class DeletePeople:
    """Has enrollment begin, and waits until every service has forgotten.

    Each step may be repeated, so whoever dies in between is followed by another.
    """

    def __init__(
        self,
        deletions: Deletions,
        enrollment: Client,
        collect: CollectHoldings,
        find_group: FindGroup,
    ) -> None:
        self.deletions, self.enrollment = deletions, enrollment
        self.collect, self.find_group = collect, find_group

    def __call__(self) -> bool:
        """Go on with one; False if none is due. Raises the Problem of who is away."""
        deletion = self.deletions.claim()
        if deletion is None:
            return False
        asked = DeletionIn(asked_by=deletion.asked_by)
        for id_ in self.find_group(deletion.person_id):
            path = ("people", id_, "deletion")
            self.enrollment.send_request("POST", path, HoldingsOut, body=asked)
        answers = list(self.collect(deletion.person_id))
        if all(holdings.is_forgotten for _, holdings in answers):
            report = [
                StayingRows(service, holding.kind, len(holding.rows), holding.stays)
                for service, holdings in answers
                for holding in holdings.holdings
            ]
            self.deletions.complete(deletion.id, report)
        else:
            self.deletions.wait_for_services(deletion.id, LOOK_AGAIN_SECONDS)
        return True
