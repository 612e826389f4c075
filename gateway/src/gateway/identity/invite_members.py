"""Invitations of officers, staff and operators: done whole or refused."""

from collections.abc import Callable
from dataclasses import dataclass

from chassis.http.problem import Problem
from fields import Illegal
from fields.codes import plain_email
from fields.texts import is_same_name, written_line, written_name

from gateway.identity.account import OFFICER, OPERATOR, STAFF, Account
from gateway.identity.account_store import StoredAccounts
from gateway.identity.errors import (
    InvitationIllegal,
    LoginTaken,
    RoleMissing,
    UnknownBranch,
)
from gateway.identity.invitations import create_invited_account, renew_invitation
from gateway.identity.invite_people import InvitePeople, Mailing
from gateway.identity.login_names import legal_login
from gateway.identity.security_events import FAILED, OK, REFUSED, SecurityEvents
from gateway.identity.sign_in import Origin

COLLEGE = "北京市工会干部学院"
ILLEGAL = {
    "name": "姓名写得不对：请写一行普通的姓名",
    "email": "邮箱写不到：请核对邮箱",
    "branch_name": "单位名称写得不对：请写一行普通的名称",
}
INVITED, INVITED_AGAIN = "invited", "invited-again"
BranchName = Callable[[str], str | None]
"""What enrollment calls a branch, or None for one it does not know."""


@dataclass(frozen=True)
class InvitationRequest:
    """An invitation as it was written. Officers need a branch, others have none."""

    login: str
    name: str
    email: str
    role: str
    branch_id: str = ""
    branch_name: str = ""


@dataclass(frozen=True)
class SentInvitation:
    """The account, and whether it is new or was invited again."""

    account: Account
    done: str


class InviteMembers:
    """Checks everything first, keeps the account, then has the letter written.

    A letter so never holds a link that does not work; if it cannot be sent, asking
    again sends one.
    """

    def __init__(
        self,
        accounts: StoredAccounts,
        people: InvitePeople,
        branch_name: BranchName,
        events: SecurityEvents,
    ) -> None:
        self.accounts, self.people = accounts, people
        self.branch_name, self.events = branch_name, events

    def __call__(
        self, who: Account, request: InvitationRequest, origin: Origin
    ) -> SentInvitation:
        """The account that was invited.

        Raises RoleMissing, LoginRefused, LoginTaken, InvitationIllegal,
        UnknownBranch, and the Problem of a service that does not answer.
        """
        _require_may_invite(who, request.role)
        login = legal_login(request.login)
        name = _parse_field("name", request.name, written_name)
        email = _parse_field("email", request.email, plain_email)
        branch = self._branch_name_for(request)
        fresh, invitation = create_invited_account(
            login, name, (request.role,), branch_id=request.branch_id, email=email
        )
        done = INVITED
        if not self.accounts.create_account(fresh):
            done = INVITED_AGAIN
            if not renew_invitation(self.accounts, fresh):
                self._record_event(REFUSED, who, login, origin)
                raise LoginTaken(f"登录名 {login} 已被使用：请换一个")
        try:
            self.people.send_letters([Mailing(fresh, invitation, email, branch)])
        except Problem:
            self._record_event(FAILED, who, login, origin)
            raise
        self._record_event(OK, who, login, origin, request.role)
        account = self.accounts.get_by_login(login)
        return SentInvitation(account or fresh, done)

    def _record_event(
        self, outcome: str, who: Account, login: str, origin: Origin, role: str = ""
    ) -> None:
        account = self.accounts.get_by_login(login)
        whose, address = account.id if account else "", origin.address
        self.events.add_event(
            "invitation-sent",
            outcome,
            address=address,
            who=who.id,
            account=whose,
            role=role,
        )

    def _branch_name_for(self, request: InvitationRequest) -> str:
        """The branch's name in the letter."""
        if request.role != OFFICER:
            if request.branch_id:
                line = "只有单位经办人属于一个单位：请去掉单位编号"
                raise InvitationIllegal(line, "branch-not-for-role")
            return (
                _parse_field("branch_name", request.branch_name, written_line)
                or COLLEGE
            )
        if not request.branch_id:
            raise InvitationIllegal("请写明单位编号", "branch-missing")
        name = self.branch_name(request.branch_id)
        if name is None:
            raise UnknownBranch(f"没有单位 {request.branch_id}：请先建立它")
        if request.branch_name and not is_same_name(request.branch_name, name):
            line = f"单位 {request.branch_id} 名叫{name}：请改正名称，或不写名称"
            raise InvitationIllegal(line, "branch-name-differs")
        return name


def _require_may_invite(who: Account, role: str) -> None:
    if not {OPERATOR, STAFF}.intersection(who.roles):
        raise RoleMissing("只有教务和运维可以邀请")
    if role != OFFICER and OPERATOR not in who.roles:
        raise RoleMissing("教务和运维由运维邀请")


def _parse_field(field: str, raw: str, form: Callable[[str], str]) -> str:
    """A field in its form. Raises InvitationIllegal."""
    try:
        return form(raw)
    except Illegal as illegal:
        raise InvitationIllegal(ILLEGAL[field], illegal.reason) from illegal
