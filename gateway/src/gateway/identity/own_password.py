"""A person changes the own password, and proves again to be the one."""

import time

from gateway.identity.account import Account
from gateway.identity.errors import OldPasswordWrong, ProofNeeded, SignInRefused
from gateway.identity.password_rules import LONGEST
from gateway.identity.security_events import FAILED, OK
from gateway.identity.sign_in import WRONG, Origin, SignIn, Visitor, account_of

NOT_THIS_ONE = "密码不对：请核对后再试"
FRESH_SECONDS = 10 * 60
"""So long a proof lets change what opens the account: time for a mail to come."""


class OwnPassword:
    """The password of whoever is signed in."""

    def __init__(self, sign_in: SignIn) -> None:
        self.sign_in = sign_in

    def change_password(
        self, visitor: Visitor, old: str, new: str, origin: Origin
    ) -> Visitor:
        """The password is changed; every session ends, and a new one begins here.

        Other devices have to sign in anew. Raises OldPasswordWrong, WeakPassword,
        TooManyTries, PasswordsBusy, and SignInRefused if the account just changed.
        """
        self.prove_again(visitor, old, origin)
        return self.set_password(visitor, new, origin)

    def prove_again(self, visitor: Visitor, password: str, origin: Origin) -> None:
        """The visitor proves anew to be the one, by password.

        Raises OldPasswordWrong, TooManyTries, PasswordsBusy.
        """
        account = account_of(visitor)
        self.sign_in.limits.count_new_password(account.id)
        with self.sign_in.passwords.hold_place(is_known=True):
            fits = self.sign_in.proofs.is_password_of(account, password[: LONGEST + 1])
        if not fits:
            self.sign_in.events.add_event(
                "proven-again", FAILED, address=origin.address, who=account.id
            )
            raise OldPasswordWrong(NOT_THIS_ONE)
        self.sign_in.sessions.note_proof(visitor.token)

    def set_password(self, visitor: Visitor, new: str, origin: Origin) -> Visitor:
        """The password of a visitor who proved a moment ago to be the one.

        Every session ends, and a new one begins here. Raises as `change_password`.
        """
        account = account_of(visitor)
        secret = self.sign_in.hash_new_password(account, new)

        def with_new_password(account_now: Account) -> Account:
            if account_now.secret != account.secret or account_now.is_disabled:
                raise SignInRefused(WRONG)
            return account_now.with_own_password(secret)

        changed = self.sign_in.accounts.change(account.id, with_new_password)
        self.sign_in.sessions.delete_sessions(account.id)
        self.sign_in.devices.delete_devices(account.id)
        self.sign_in.events.add_event(
            "password-changed", OK, address=origin.address, who=account.id
        )
        return self.sign_in.begin_session(
            changed, origin, stays=visitor.stays, is_second_proven=True
        )


def has_fresh_proof(visitor: Visitor) -> bool:
    """Whether the visitor proved a moment ago to be the one."""
    return time.time() - visitor.proven <= FRESH_SECONDS


def require_fresh_proof(visitor: Visitor) -> Account:
    """The account of a visitor who proved a moment ago to be the one.

    Raises ProofNeeded, and SignInRefused for a stranger.
    """
    account = account_of(visitor)
    if not has_fresh_proof(visitor):
        raise ProofNeeded("请先再证明一次是您本人：输入密码，或收一个验证码")
    return account
