"""The way from an activation code on paper to an account with a password."""

import time

from gateway.identity.account import INVITED, Account
from gateway.identity.account_store import StoredAccounts
from gateway.identity.activation_codes import plain_code
from gateway.identity.errors import CodeRefused
from gateway.identity.print_codes import hide_code
from gateway.identity.security_events import OK, REFUSED, SecurityEvents
from gateway.identity.sign_in import Origin, SignIn, Visitor
from gateway.identity.sign_in_limits import SignInLimits

WRONG = "激活码不对、已用过或已过期：请核对，或请单位重新打印"


class ActivateAccount:
    """Takes up an account by its code. A wrong code counts against its address, as a
    wrong password does; a right one does not."""

    def __init__(
        self,
        accounts: StoredAccounts,
        sign_in: SignIn,
        limits: SignInLimits,
        events: SecurityEvents,
    ) -> None:
        self.accounts, self.sign_in = accounts, sign_in
        self.limits, self.events = limits, events

    def find_account(self, written: str, origin: Origin) -> Account:
        """The account that a code is for. Raises CodeRefused, TooManyTries."""
        taken = self.limits.count_code(origin.address)
        code = plain_code(written)
        hidden = hide_code(self.limits.names, code)
        account = self.accounts.get_by_code(hidden) if code else None
        has_twin_in_use = self.sign_in.find_account.has_twin_in_use
        if account and (not _is_good(account, hidden) or has_twin_in_use(account)):
            account = None
        if account is None:
            self.events.add_event_once("code-accepted", REFUSED, address=origin.address)
            raise CodeRefused(WRONG)
        self.limits.give_back(taken)
        return account

    def __call__(self, written: str, password: str, origin: Origin) -> Visitor:
        """The first password is set that a code allows, once, and a session begins.

        Raises CodeRefused, WeakPassword, TooManyTries, PasswordsBusy.
        """
        account = self.find_account(written, origin)
        secret = self.sign_in.hash_new_password(account, password)

        def activate_once(account_now: Account) -> Account:
            if not _is_good(account_now, account.code):
                raise CodeRefused(WRONG)
            return account_now.as_activated(secret)

        activated = self.accounts.change(account.id, activate_once)
        self.events.add_event(
            "code-accepted", OK, address=origin.address, who=account.id
        )
        return self.sign_in.begin_session(activated, origin)


def _is_good(account: Account, hidden: str) -> bool:
    is_due = account.code == hidden and account.code_until >= time.time()
    return is_due and account.state == INVITED
