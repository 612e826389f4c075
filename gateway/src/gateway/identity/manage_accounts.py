"""Accounts are disabled, enabled, reset, and given account roles."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

from chassis.http.problem import Problem
from fields import Illegal
from fields.codes import plain_email

from gateway.identity.account import (
    OFFICER,
    OPERATOR,
    STAFF,
    TRAINEE,
    Account,
    plain_login,
)
from gateway.identity.account_store import StoredAccounts
from gateway.identity.contacts import PHONE
from gateway.identity.errors import (
    EnableFirst,
    InvitationIllegal,
    LastRole,
    NoAddress,
    OwnAccount,
    RoleMissing,
    UnknownAccount,
    UnknownBranch,
)
from gateway.identity.invite_members import COLLEGE, BranchName
from gateway.identity.invite_people import InvitePeople, Mailing
from gateway.identity.known_devices import KnownDevices
from gateway.identity.login_sessions import LoginSession, LoginSessions
from gateway.identity.security_events import FAILED, OK, SecurityEvents
from gateway.identity.sign_in import Origin
from gateway.identity.tokens import hash_token
from gateway.identity.void_ways import VoidWays

RESET_SECONDS = 3 * 24 * 3600.0
"""Over a weekend, as the letter says; the person waits for it."""
AddressOf = Callable[[str], str]
"""The address enrollment knows of a person, or empty."""


@dataclass(frozen=True)
class Actor:
    """Who does it, and from where."""

    account: Account
    origin: Origin


class ManageAccounts:
    """What operators do with any account, and staff with officers and trainees.

    Nobody does it with the own account, so the last operator cannot be lost.
    """

    def __init__(
        self,
        accounts: StoredAccounts,
        sessions: LoginSessions,
        devices: KnownDevices,
        people: InvitePeople,
        address_of: AddressOf,
        branch_name: BranchName,
        events: SecurityEvents,
    ) -> None:
        self.accounts, self.sessions, self.devices = accounts, sessions, devices
        self.people, self.address_of = people, address_of
        self.branch_name, self.events = branch_name, events
        self.void_ways = VoidWays((), events)
        self.require_own_password: Callable[[Account], None] = lambda _: None

    def get_by_login(self, by: Actor, login: str) -> Account:
        """The account of a login. Raises RoleMissing, UnknownAccount."""
        require_member_of_college(by)
        account = self.accounts.get_by_login(plain_login(login))
        if account is None:
            raise UnknownAccount("没有这个登录名的账号：请核对登录名")
        return account

    def get_account(self, by: Actor, account_id: str) -> Account:
        """An account that the actor manages. Raises RoleMissing, UnknownAccount."""
        return self._get_managed(by, account_id)

    def find_sessions(self, by: Actor, account_id: str) -> list[LoginSession]:
        """The account's live sessions. Raises RoleMissing, UnknownAccount."""
        account = self._get_managed(by, account_id)
        live = self.sessions.find_by_account(account.id)
        return [session for session in live if session.epoch == account.epoch]

    def require_managed(
        self, by: Actor, account_id: str, *, may_be_own: bool = True
    ) -> Account:
        """An account that is for `by` to manage. Raises RoleMissing, UnknownAccount,
        OwnAccount."""
        return self._get_managed(by, account_id, may_be_own=may_be_own)

    def disable(self, by: Actor, account_id: str) -> Account:
        """The account signs in no more; sessions and stream tokens are over at once.

        Raises RoleMissing, UnknownAccount, OwnAccount.
        """
        return self._change_account(
            by, account_id, "account-disabled", Account.as_disabled
        )

    def enable(self, by: Actor, account_id: str) -> Account:
        """The account signs in again with its password. Raises as `disable`."""
        return self._change_account(
            by, account_id, "account-enabled", Account.as_enabled
        )

    def end_sessions(self, by: Actor, account_id: str) -> Account:
        """Whoever uses the account must sign in again. Raises as `disable`."""
        end = Account.without_sessions
        return self._change_account(by, account_id, "sessions-ended", end)

    def give_role(
        self, by: Actor, account_id: str, role: str, branch_id: str
    ) -> Account:
        """The account has this role too; an officer acts for that branch from now on.

        Raises RoleMissing, UnknownAccount, OwnAccount, UnknownBranch,
        InvitationIllegal for a branch where none belongs or a missing one.
        """
        self._require_may_give(by, role)
        if (role == OFFICER) != bool(branch_id):
            line = "单位经办人要有单位编号，其他角色没有：请改正单位编号"
            raise InvitationIllegal(line, "branch-missing-or-extra")
        if branch_id and self.branch_name(branch_id) is None:
            raise UnknownBranch(f"没有单位 {branch_id}：请先建立它")

        def give_role(account: Account) -> Account:
            return account.with_role(role, branch_id)

        return self._change_account(by, account_id, "role-given", give_role, role)

    def take_role(self, by: Actor, account_id: str, role: str) -> Account:
        """The account has this role no more.

        Raises RoleMissing, UnknownAccount, OwnAccount, LastRole for the only one.
        """
        self._require_may_give(by, role)

        def without_role(account: Account) -> Account:
            if set(account.roles) <= {role}:
                raise LastRole("这是账号唯一的角色：要停用账号，请用停用")
            return account.without_role(role)

        return self._change_account(by, account_id, "role-taken", without_role, role)

    def reset_password(self, by: Actor, account_id: str, email: str = "") -> Account:
        """Whatever opened the account is void; a letter's link sets a new password.

        The letter goes to where enrollment writes to the person; for accounts without
        one to `email`, or to where the invitation went. If it cannot be sent the
        password is void all the same: ask again. Raises as `disable`, EnableFirst,
        NoAddress, PasswordElsewhere for who has the password of a directory, and the
        Problem of a service that does not answer.
        """
        account = self._get_managed(by, account_id, may_be_own=False)
        if account.is_disabled:
            raise EnableFirst("这个账号已停用：请先启用")
        self.require_own_password(account)
        address = self._address_for(account, email)
        invitation = secrets.token_urlsafe(24)
        until = time.time() + RESET_SECONDS

        def with_reset_password(account_now: Account) -> Account:
            email = "" if _is_person(account_now) else address
            return account_now.with_reset_password(hash_token(invitation), until, email)

        reset = self._change_account(
            by, account_id, "password-reset", with_reset_password
        )
        self.devices.delete_devices(account.id)
        self.void_ways(account.id, by.account.id, by.origin)
        if _is_person(account):
            self._write_address(account.id, address.casefold())
        mailing = Mailing(reset, invitation, address, COLLEGE, "password-reset")
        try:
            self.people.send_letters([mailing])
        except Problem:
            self._record_event(by, "password-reset", FAILED, account.id)
            raise
        return reset

    def _write_address(self, account_id: str, address: str) -> None:
        """Whoever follows the letter has this address, and no older one that nobody has
        proven: following it proves what is written."""
        contacts = self.people.contacts
        known = contacts.find_by_account(account_id)
        phones = [contact.address for contact in known if contact.kind == PHONE]
        contacts.set_written(account_id, [address, *phones])

    def _address_for(self, account: Account, email: str) -> str:
        """The letter's address; that of a person is not for staff to choose."""
        if _is_person(account):
            address = self.address_of(account.person_id)
            if email:
                line = "学员的邮箱以名册为准：请先更正学员的邮箱，不要另写"
                raise InvitationIllegal(line, "address-of-person")
        else:
            address = _parse_email(email) if email else account.email
        if not address:
            raise NoAddress("没有可以寄信的邮箱：请写明邮箱，学员请先更正名册")
        return address

    def _get_managed(
        self, by: Actor, account_id: str, *, may_be_own: bool = True
    ) -> Account:
        require_member_of_college(by)
        account = self.accounts.get(account_id)
        if account is None:
            raise UnknownAccount("没有这个账号：请核对编号")
        _require_may_manage(by, account)
        if not may_be_own and account.id == by.account.id:
            raise OwnAccount("不能对自己的账号这样做：请让另一位运维来做")
        return account

    def _change_account(
        self,
        by: Actor,
        account_id: str,
        what: str,
        decide: Callable[[Account], Account],
        role: str = "",
    ) -> Account:
        """The account as it is now is changed, and its sessions are deleted."""
        self._get_managed(by, account_id, may_be_own=False)

        def decide_if_allowed(account: Account) -> Account:
            _require_may_manage(by, account)
            return decide(account)

        changed = self.accounts.change(account_id, decide_if_allowed)
        if what != "account-enabled":
            self.sessions.delete_sessions(account_id)
        self._record_event(by, what, OK, account_id, role)
        return changed

    def _record_event(
        self, by: Actor, what: str, outcome: str, account_id: str, role: str = ""
    ) -> None:
        address, who = by.origin.address, by.account.id
        self.events.add_event(
            what, outcome, address=address, who=who, account=account_id, role=role
        )

    def _require_may_give(self, by: Actor, role: str) -> None:
        require_member_of_college(by)
        if role != OFFICER and OPERATOR not in by.account.roles:
            raise RoleMissing("教务和运维的角色由运维来定")


def require_member_of_college(by: Actor) -> None:
    """Raises RoleMissing for who is neither of the staff nor an operator."""
    if not {OPERATOR, STAFF}.intersection(by.account.roles):
        raise RoleMissing("只有教务和运维可以管理账号")


def _require_may_manage(by: Actor, account: Account) -> None:
    """Operators manage all, staff those who are neither staff nor operators."""
    if OPERATOR in by.account.roles:
        return
    if not set(account.roles) <= {OFFICER, TRAINEE}:
        raise RoleMissing("教务和运维的账号由运维管理")


def _is_person(account: Account) -> bool:
    return bool(account.person_id) and TRAINEE in account.roles


def _parse_email(email: str) -> str:
    try:
        return plain_email(email)
    except Illegal as illegal:
        raise InvitationIllegal("邮箱写不到：请核对邮箱", illegal.reason) from illegal
