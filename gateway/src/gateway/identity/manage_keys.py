"""API keys are made, listed and revoked."""

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.identity.account import OFFICER, OPERATOR, STAFF, Account
from gateway.identity.api_keys import ApiKey, ApiKeys, new_key
from gateway.identity.errors import (
    InvitationIllegal,
    RoleMissing,
    UnknownBranch,
)
from gateway.identity.invite_members import BranchName
from gateway.identity.key_errors import KeyScopeRefused, TooManyKeys, UnknownKey
from gateway.identity.key_scopes import SCOPES
from gateway.identity.manage_accounts import Actor
from gateway.identity.security_events import OK, SecurityEvents
from gateway.identity.tokens import moment_in

MOST_KEYS = 20
"""Good keys of one account: each program its own, and who needs more has lost count."""
LONGEST_DAYS = 365
MAKERS = frozenset({OFFICER, STAFF, OPERATOR})


@dataclass(frozen=True)
class KeyRequest:
    """A key as it is asked for: what for, by which scope, for how many days; staff may
    name the branch for which it acts."""

    name: str
    scope: str
    days: int
    branch_id: str = ""


class ManageKeys:
    """Everybody who works with the platform has keys of their own; operators see and
    revoke all."""

    def __init__(
        self, keys: ApiKeys, branch_name: BranchName, events: SecurityEvents
    ) -> None:
        self.keys, self.branch_name, self.events = keys, branch_name, events

    def create_key(self, by: Actor, asked: KeyRequest) -> tuple[ApiKey, str]:
        """A new key and its token, which is shown this once.

        Raises RoleMissing, KeyScopeRefused, InvitationIllegal, UnknownBranch,
        TooManyKeys.
        """
        require_maker(by.account)
        scope = SCOPES.get(asked.scope)
        if scope is None or not scope.roles.intersection(by.account.roles):
            raise KeyScopeRefused("您的身份不能建这种密钥：请选别的用途")
        if not 1 <= asked.days <= LONGEST_DAYS:
            raise InvitationIllegal("有效期要在 1 到 365 天之间", "key-days")
        branch_id = self._branch_for(by.account, asked)
        now = moment_in(0)
        own = self.keys.find_by_account(by.account.id)
        if sum(key.is_live(now) for key in own) >= MOST_KEYS:
            raise TooManyKeys("有效的密钥已有 20 个：请先停用不用的")
        made = new_key(by.account.id, asked.name, asked.scope, branch_id, asked.days)
        token = self.keys.create_key(made)
        self._record_event(by, "key-created", made)
        return made, token

    def find_keys(self, by: Actor) -> Sequence[ApiKey]:
        """The keys that the actor made. Raises RoleMissing."""
        require_maker(by.account)
        return self.keys.find_by_account(by.account.id)

    def find_all_keys(
        self, by: Actor, after: str, limit: int
    ) -> tuple[list[ApiKey], str]:
        """A page of everybody's keys, for an operator. Raises RoleMissing."""
        if OPERATOR not in by.account.roles:
            raise RoleMissing("别人的密钥只有运维可以看")
        return self.keys.find_page(after, limit)

    def revoke_key(self, by: Actor, key_id: str) -> ApiKey:
        """A key is worth nothing from now on. Raises RoleMissing, UnknownKey, also for
        one of others, which only an operator revokes."""
        require_maker(by.account)
        key = self.keys.get(key_id)
        is_own = key is not None and key.account_id == by.account.id
        if key is None or not (is_own or OPERATOR in by.account.roles):
            raise UnknownKey("没有这个密钥：请从列表里选")
        if self.keys.revoke_key(key.id):
            self._record_event(by, "key-revoked", key)
        return self.keys.get(key_id) or key

    def _branch_for(self, maker: Account, asked: KeyRequest) -> str:
        """The branch for which a key acts: an officer's own, or what staff name."""
        if asked.scope not in ROSTER_SCOPES:
            return ""
        if OFFICER in maker.roles:
            if asked.branch_id not in ("", maker.branch_id):
                raise UnknownBranch("密钥只能用于您自己的单位：请不填单位")
            return maker.branch_id
        if asked.branch_id and self.branch_name(asked.branch_id) is None:
            raise UnknownBranch(f"没有单位 {asked.branch_id}：请核对编号")
        return asked.branch_id

    def _record_event(self, by: Actor, what: str, key: ApiKey) -> None:
        address, who = by.origin.address, by.account.id
        self.events.add_event(
            what, OK, address=address, who=who, account=key.account_id, role=key.scope
        )


def require_maker(account: Account) -> None:
    """Raises RoleMissing for who has no keys."""
    if not MAKERS.intersection(account.roles):
        raise RoleMissing("只有单位经办人、教务和运维可以有密钥")


ROSTER_SCOPES = {name for name, scope in SCOPES.items() if OFFICER in scope.roles}
