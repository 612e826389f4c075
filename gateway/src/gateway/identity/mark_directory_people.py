"""Persons are marked as from the directory, and no longer so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from gateway.identity.account import OFFICER, OPERATOR, STAFF, TRAINEE, Account
from gateway.identity.account_store import StoredAccounts
from gateway.identity.directory_entries import DirectoryEntries
from gateway.identity.errors import NotFromDirectory, RoleMissing
from gateway.identity.manage_accounts import Actor
from gateway.identity.security_events import OK, SecurityEvents

MARKED, UNCHANGED = "marked", "unchanged"
TAKEN, NOT_YOURS = "entry-taken", "role-missing"


@dataclass(frozen=True)
class MarkedPerson:
    """A person, and the value of the entry; the account's id and state. All of these
    are empty where there is none."""

    person_id: str
    entry: str
    account: str = ""
    state: str = ""


class MarkDirectoryPeople:
    """What staff do with trainees and officers, and operators with all.

    A directory whose entry is noted decides who has the right password.
    """

    def __init__(
        self,
        accounts: StoredAccounts,
        entries: DirectoryEntries,
        events: SecurityEvents,
    ) -> None:
        self.accounts, self.entries, self.events = accounts, entries, events

    def find_people(self, by: Actor, person_ids: Sequence[str]) -> list[MarkedPerson]:
        """These persons as far as they are marked or have accounts.

        Raises RoleMissing.
        """
        _require_member_of_college(by)
        entries = self.entries.find_entries(person_ids)
        accounts = self._find_accounts(person_ids)
        marked: list[MarkedPerson] = []
        for id_ in dict.fromkeys(person_ids):
            entry, account = entries.get(id_, ""), accounts.get(id_)
            if account is not None:
                marked.append(MarkedPerson(id_, entry, account.id, account.state))
            elif entry:
                marked.append(MarkedPerson(id_, entry))
        return marked

    def mark_people(self, by: Actor, wanted: Mapping[str, str]) -> dict[str, str]:
        """What became of each person: marked, unchanged, or why not.

        Raises RoleMissing.
        """
        _require_member_of_college(by)
        before = self.entries.find_entries(wanted)
        accounts = self._find_accounts(wanted)
        done: dict[str, str] = {}
        changes: dict[str, str] = {}
        for id_, entry in wanted.items():
            if before.get(id_) == entry:
                done[id_] = UNCHANGED
            elif id_ in accounts and not _may_manage(by, accounts[id_]):
                done[id_] = NOT_YOURS
            else:
                changes[id_] = entry
        taken = self.entries.put_entries(changes)
        for id_ in changes:
            done[id_] = TAKEN if id_ in taken else MARKED
            if id_ not in taken:
                self._add_event(by, "directory-marked", id_)
        return done

    def unmark_person(self, by: Actor, person_id: str) -> None:
        """The person signs in by a password of their own again.

        Raises RoleMissing, NotFromDirectory.
        """
        _require_member_of_college(by)
        account = self._find_accounts([person_id]).get(person_id)
        if account and not _may_manage(by, account):
            raise RoleMissing("教务和运维的账号由运维管理")
        if not self.entries.delete_entry(person_id):
            raise NotFromDirectory("这位学员不是从目录来的：请核对编号")
        if account:
            self.accounts.change(account.id, _await_password)
        self._add_event(by, "directory-unmarked", person_id)

    def _find_accounts(
        self, person_ids: Sequence[str] | Mapping[str, str]
    ) -> dict[str, Account]:
        accounts = self.accounts.find_by_people(person_ids)
        return {account.person_id: account for account in accounts}

    def _add_event(self, by: Actor, what: str, person_id: str) -> None:
        address, who = by.origin.address, by.account.id
        self.events.add_event(what, OK, address=address, who=who, account=person_id)


def _await_password(account: Account) -> Account:
    """Whoever came by the directory's password waits for the first of their own."""
    has_own = bool(account.secret) or account.is_reset
    return account if has_own else replace(account, is_taken_up=False)


def _require_member_of_college(by: Actor) -> None:
    if not {OPERATOR, STAFF}.intersection(by.account.roles):
        raise RoleMissing("只有教务和运维可以登记目录里的人")


def _may_manage(by: Actor, account: Account) -> bool:
    is_of_branch = set(account.roles) <= {OFFICER, TRAINEE}
    return is_of_branch or OPERATOR in by.account.roles
