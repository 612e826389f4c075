"""The accounts of branches' programs at the broker: made, given a password, disabled.

Staff and operators both do it: staff connect a branch as they add it and invite its
officers, and the account may do no more than those may.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

from chassis.broker.rabbitmq.branch_accounts import (
    AccountConflict,
    AccountMissing,
    BranchAccount,
    user_of,
)
from chassis.broker.rabbitmq.management import ManagementAway, ManagementFault

from gateway.identity.errors import Refusal
from gateway.identity.manage_accounts import Actor
from gateway.identity.security_events import FAILED, OK, SecurityEvents


class BrokerAway(Refusal):
    """The broker's management interface does not answer, or not in time."""

    slug = "broker-away"


class BrokerRefused(Refusal):
    """The broker refuses it to the platform's own account there."""

    slug = "broker-refused"


class BrokerAccountMissing(Refusal):
    """The branch has no account at the broker."""

    slug = "broker-account-missing"


class BrokerAccountConflict(Refusal):
    """Somebody else changed the account at the same time."""

    slug = "broker-account-conflict"


class BrokerUnmanaged(Refusal):
    """No management interface is set: accounts are made by command."""

    slug = "broker-unmanaged"


class BrokerAccounts(Protocol):
    """The accounts at the broker; each act raises ManagementFault."""

    def create_account(self, branch: str) -> str:
        """Make it; its password, empty where it is there already."""

    def rotate_password(self, branch: str) -> str:
        """Another password."""

    def disable_account(self, branch: str) -> None:
        """Cut it off."""

    def find_account(self, branch: str) -> BranchAccount | None:
        """How it stands."""


class ManageBrokerAccounts:
    """What staff and operators do with them; each act stands in the audit log.

    Without a management interface nothing can be done, and `is_possible` is false.
    """

    def __init__(self, accounts: BrokerAccounts | None, events: SecurityEvents) -> None:
        self.accounts, self.events = accounts, events

    @property
    def is_possible(self) -> bool:
        """Whether a management interface is set."""
        return self.accounts is not None

    def find_account(self, branch: str) -> BranchAccount | None:
        """The branch's account, if it has one. Raises Refusal."""
        with _refusals():
            return self._require().find_account(branch)

    def create_account(self, by: Actor, branch: str) -> str:
        """The password, to be shown once; empty where the account is there already,
        whose rights and queue are mended. Raises Refusal."""
        act = self._require().create_account
        return self._do(by, "broker-account-created", branch, act)

    def rotate_password(self, by: Actor, branch: str) -> str:
        """Another password, to be shown once; who has the old one is cut off. Raises
        Refusal."""
        act = self._require().rotate_password
        return self._do(by, "broker-password-changed", branch, act)

    def disable_account(self, by: Actor, branch: str) -> None:
        """The account is cut off and let in no more. Raises Refusal."""

        def disable(branch: str) -> str:
            accounts.disable_account(branch)
            return ""

        accounts = self._require()
        self._do(by, "broker-account-disabled", branch, disable)

    def _do(self, by: Actor, what: str, branch: str, act: Callable[[str], str]) -> str:
        about = {"address": by.origin.address, "who": by.account.id}
        try:
            with _refusals():
                answer = act(branch)
        except Refusal:
            self.events.add_event(what, FAILED, account=user_of(branch), **about)
            raise
        self.events.add_event(what, OK, account=user_of(branch), **about)
        return answer

    def _require(self) -> BrokerAccounts:
        if self.accounts is None:
            raise BrokerUnmanaged("本站没有设置消息服务器的管理接口：请运维用命令办理")
        return self.accounts


@contextmanager
def _refusals() -> Iterator[None]:
    """A fault of the interface, as what the person can do about it."""
    try:
        yield
    except ManagementAway as fault:
        raise BrokerAway("消息服务器没有回答：请过一会儿再试") from fault
    except AccountMissing as fault:
        raise BrokerAccountMissing("这个单位还没有对接账号：请先建立") from fault
    except AccountConflict as fault:
        raise BrokerAccountConflict("别人正在改这个账号：请过一会儿再换密码") from fault
    except ManagementFault as fault:
        raise BrokerRefused("消息服务器拒绝了：请运维核对设置里的管理账号") from fault
