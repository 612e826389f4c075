"""Second factors are named and removed by their owner, and reset by the college."""

from collections.abc import Callable
from dataclasses import replace

from gateway.identity.account import Account
from gateway.identity.manage_accounts import Actor, ManageAccounts
from gateway.identity.security_events import OK, SecurityEvents
from gateway.second_factor.add_factors import LONGEST_NAME
from gateway.second_factor.errors import LastFactor, UnknownPasskey
from gateway.second_factor.factor_store import StoredFactors
from gateway.second_factor.factors import Passkey, SecondFactors
from gateway.second_factor.second_rule import SecondRule

UNKNOWN = "没有这个通行密钥：请看最新的列表"
LAST = "按规定要有两步验证，这是最后一种：请先加上另一种"
Decide = Callable[[SecondFactors], SecondFactors]


class ChangeFactors:
    """What an account's owner does with its second factors, after a fresh proof."""

    def __init__(self, rule: SecondRule, events: SecurityEvents) -> None:
        self.rule, self.events = rule, events

    def get_passkey(self, by: Actor, id_: str) -> Passkey:
        """One of the account's passkeys. Raises UnknownPasskey."""
        return _find_passkey(self.rule.factors.get(by.account.id), id_)

    def rename_passkey(self, by: Actor, id_: str, name: str) -> None:
        """A passkey is called otherwise. Raises UnknownPasskey."""

        def with_name(factors: SecondFactors) -> SecondFactors:
            passkey = _find_passkey(factors, id_)
            return factors.with_passkey(replace(passkey, name=name[:LONGEST_NAME]))

        self._change(by, "passkey-renamed", with_name)

    def remove_passkey(self, by: Actor, id_: str) -> None:
        """A passkey is none of the account's. Raises UnknownPasskey, LastFactor."""

        def without_passkey(factors: SecondFactors) -> SecondFactors:
            _find_passkey(factors, id_)
            return self._unless_last(by, factors.without_passkey(id_))

        self._change(by, "passkey-removed", without_passkey)

    def remove_app(self, by: Actor) -> None:
        """The app's codes are good no more. Raises LastFactor."""

        def without_app(factors: SecondFactors) -> SecondFactors:
            return self._unless_last(by, factors.without_totp())

        self._change(by, "totp-removed", without_app)

    def _unless_last(self, by: Actor, factors: SecondFactors) -> SecondFactors:
        if not factors.has_any and self.rule.is_required(by.account):
            raise LastFactor(LAST)
        return factors

    def _change(self, by: Actor, what: str, decide: Decide) -> None:
        id_ = by.account.id
        self.rule.factors.change(id_, decide)
        self.events.add_event(what, OK, address=by.origin.address, who=id_)


class ResetFactors:
    """What the college does for somebody whose phone is lost, as with any account of
    others: nobody does it with the own."""

    def __init__(
        self, factors: StoredFactors, manage: ManageAccounts, events: SecurityEvents
    ) -> None:
        self.factors, self.manage, self.events = factors, manage, events

    def get_factors(self, by: Actor, account_id: str) -> SecondFactors:
        """The second factors of a managed account. Raises RoleMissing,
        UnknownAccount."""
        self.manage.require_managed(by, account_id)
        return self.factors.get(account_id)

    def __call__(self, by: Actor, account_id: str) -> Account:
        """The account has no second factor, and its sessions are over.

        Noted before the factors go, so that none ever goes without a line that says by
        whom. Raises RoleMissing, UnknownAccount, OwnAccount.
        """
        account = self.manage.end_sessions(by, account_id)
        self.events.add_event(
            "second-factor-reset",
            OK,
            address=by.origin.address,
            who=by.account.id,
            account=account_id,
        )
        self.factors.delete(account_id)
        return account


def _find_passkey(factors: SecondFactors, id_: str) -> Passkey:
    passkey = next((one for one in factors.passkeys if one.id == id_), None)
    if passkey is None:
        raise UnknownPasskey(UNKNOWN)
    return passkey
