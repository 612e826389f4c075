"""Signing in and out; invitations and the passwords they lead to."""

import secrets
import time
from dataclasses import dataclass, replace
from typing import Any

from chassis.ids import new_id

from gateway.identity.account import (
    OPERATOR,
    STAFF,
    Account,
    check_password,
    plain_login,
)
from gateway.identity.errors import InvitationRefused, SignInRefused, TooManyTries
from gateway.identity.passwords import Passwords
from gateway.identity.store import Sessions, StoredAccounts, hashed

MOST_TRIES = 10
USED = "邀请链接不对或已用过：请让所在单位重新邀请"
INVITATION_SECONDS = 14 * 24 * 3600.0


@dataclass(frozen=True)
class Visitor:
    """Who sends a request. Without an account all is empty."""

    account: Account | None = None
    session: str = ""
    token: str = ""

    @property
    def roles(self) -> frozenset[str]:
        """The account's roles, or that of a visitor."""
        return frozenset(self.account.roles if self.account else ("visitor",))

    def speaks_for(self) -> dict[str, Any]:
        """What a token to a service says of this visitor."""
        account = self.account
        return {
            "roles": self.roles,
            "person": account.person_id if account else "",
            "branch": account.branch_id if account else "",
            "login": account.login if account and OPERATOR in account.roles else "",
        }


class SignIn:
    """The way from a password or an invitation to a session."""

    def __init__(
        self, accounts: StoredAccounts, sessions: Sessions, passwords: Passwords
    ) -> None:
        self.accounts, self.sessions, self.passwords = accounts, sessions, passwords

    def __call__(self, login: str, password: str) -> Visitor:
        """A new session. Raises SignInRefused, TooManyTries."""
        login = plain_login(login)
        if self.sessions.tries_of(login) >= MOST_TRIES:
            raise TooManyTries("密码错了太多次：请过一刻钟再试")
        account = self.accounts.by_login(login)
        if not self.passwords.fits(account.secret if account else "", password):
            self.sessions.count_try(login)
            raise SignInRefused("登录名或密码不对：请核对后再试")
        return self._begin(account)

    def _begin(self, account: Account | None) -> Visitor:
        if account is None:
            raise SignInRefused("登录名或密码不对：请核对后再试")
        token, session = self.sessions.begin(account.id)
        return Visitor(account, session, token)

    def visitor(self, token: str) -> Visitor:
        """Who this token speaks for; a stranger if it is worth nothing."""
        held = self.sessions.account_of(token) if token else None
        account = self.accounts.get(held[0]) if held else None
        return Visitor(account, held[1], token) if held and account else Visitor()

    def sign_out(self, visitor: Visitor) -> None:
        """End the session."""
        self.sessions.end(visitor.token)

    def accept(self, invitation: str, password: str) -> Visitor:
        """Set the password an invitation allows, once. Raises InvitationRefused."""
        account = self.invited(invitation)
        check_password(password, account.login)
        secret = self.passwords.hash(password)

        def accept(held: Account) -> Account:
            if held.invitation != hashed(invitation):
                raise InvitationRefused(USED)
            return held.accept(secret)

        return self._begin(self.accounts.change(account.id, accept))

    def invited(self, invitation: str) -> Account:
        """Whom an invitation is for. Raises InvitationRefused."""
        account = self.accounts.by_invitation(hashed(invitation))
        if account is None or account.invited_until < time.time():
            raise InvitationRefused(USED)
        return account

    def open_first_account(self, password: str) -> None:
        """On an empty store, the operator may sign in."""
        secret = self.passwords.hash(password)
        operator = Account(
            "operator", "operator", "运维", (OPERATOR, STAFF), secret=secret
        )
        if self.accounts.get("operator") is None:
            self.accounts.add(operator)


def invited_account(
    login: str,
    name: str,
    roles: tuple[str, ...],
    *,
    person_id: str = "",
    branch_id: str = "",
) -> tuple[Account, str]:
    """A new account and the invitation to it, which is kept only as a hash."""
    invitation = secrets.token_urlsafe(24)
    account = Account(
        id=person_id or new_id(),
        login=plain_login(login),
        name=name,
        roles=roles,
        person_id=person_id,
        branch_id=branch_id,
        invitation=hashed(invitation),
        invited_until=time.time() + INVITATION_SECONDS,
    )
    return account, invitation


def invited_again(accounts: StoredAccounts, fresh: Account) -> bool:
    """Give the account of this login the fresh invitation, unless it is taken up."""
    held = accounts.by_login(fresh.login)
    if held is None or held.secret or held.roles != fresh.roles:
        return False
    accounts.change(
        held.id,
        lambda account: replace(
            account,
            invitation=fresh.invitation,
            invited_until=fresh.invited_until,
        ),
    )
    return True
