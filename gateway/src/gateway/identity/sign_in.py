"""Signing in and out; invitations and the passwords they lead to."""

import secrets
import time
from dataclasses import dataclass, replace
from typing import Any

from chassis.ids import new_id

from gateway.identity.account import OPERATOR, STAFF, Account, plain_login
from gateway.identity.errors import (
    AccountDisabled,
    InvitationRefused,
    OldPasswordWrong,
    PasswordsBusy,
    SignInRefused,
    TooManyTries,
)
from gateway.identity.password_rules import LONGEST, check_password
from gateway.identity.passwords import Passwords
from gateway.identity.pseudonyms import network_of
from gateway.identity.security_events import (
    BUSY,
    FAILED,
    LIMITED,
    OK,
    REFUSED,
    SecurityEvents,
    sign_ins,
)
from gateway.identity.sign_in_limits import Attempt, SignInLimits
from gateway.identity.store import Devices, Sessions, StoredAccounts, Term, hashed

WRONG = "登录名或密码不对：请核对后再试"
USED = "邀请链接不对或已用过：请让所在单位重新邀请"
STOPPED = "这个账号已停用：请联系所在单位或教务"
LONGEST_LOGIN = 254
"""A mail address is the longest."""
INVITATION_SECONDS = 14 * 24 * 3600.0
HOUR = 3600
TERM = Term(idle_seconds=2 * HOUR, most_seconds=12 * HOUR)
"""A day of lessons with a long lunch; a player's reports count as use."""
OPERATOR_TERM = Term(idle_seconds=HOUR // 2, most_seconds=8 * HOUR)
"""NIST SP 800-63B's half hour for those who can do everything, and one shift."""


@dataclass(frozen=True)
class Origin:
    """Where a request comes from: its address, and the token its device was given."""

    address: str
    device: str = ""


@dataclass(frozen=True)
class Visitor:
    """Who sends a request. Without an account all is empty.

    `device` is the token that the device keeps; it is set where a session begins.
    """

    account: Account | None = None
    session: str = ""
    token: str = ""
    device: str = ""

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
            "account": account.id if account else "",
            "session": self.session if account else "",
        }


class SignIn:
    """The way from a password or an invitation to a session."""

    def __init__(
        self,
        accounts: StoredAccounts,
        sessions: Sessions,
        devices: Devices,
        passwords: Passwords,
        limits: SignInLimits,
        events: SecurityEvents,
    ) -> None:
        self.accounts, self.sessions, self.devices = accounts, sessions, devices
        self.passwords, self.limits, self.events = passwords, limits, events

    def __call__(self, login: str, password: str, origin: Origin) -> Visitor:
        """A new session.

        Raises SignInRefused, AccountDisabled, TooManyTries, PasswordsBusy.
        """
        login = plain_login(login[: LONGEST_LOGIN + 1])  # which nobody has
        is_known = self._knows(login, origin.device)
        attempt = Attempt(login, origin.address, origin.device if is_known else "")
        try:
            self.limits.repeat_refusal(attempt)
        except TooManyTries:
            sign_ins.labels(LIMITED).inc()
            raise
        try:
            with self.passwords.place(is_known=is_known):
                account = self._proved(attempt, password, origin)
        except PasswordsBusy:
            sign_ins.labels(BUSY).inc()
            raise
        return self._begin(account, origin)

    def _knows(self, login: str, device: str) -> bool:
        """Whether the account signed in from this device before."""
        if not device:
            return False
        account = self.accounts.by_login(login)
        return self.devices.knows(device, account.id if account else "")

    def _proved(self, attempt: Attempt, password: str, origin: Origin) -> Account:
        """The account, its password being right; the try counts before it is looked
        at, and no longer once it was."""
        login = attempt.login
        account = self.accounts.by_login(login)
        try:
            taken = self.limits.take(attempt)
        except TooManyTries:
            self._note(LIMITED, login, account, origin)
            raise
        # None longer is ever set, so what is cut off could not have fitted.
        secret = account.secret if account else ""
        fits = self.passwords.fits(secret, password[: LONGEST + 1])
        if account is None or not fits:
            self._note(FAILED, login, account, origin)
            raise SignInRefused(WRONG)
        self.limits.give_back(taken)
        if account.is_disabled:
            self._note(REFUSED, login, account, origin)
            raise AccountDisabled(STOPPED)
        self._note(OK, login, account, origin)
        return account

    def _note(
        self, outcome: str, login: str, account: Account | None, origin: Origin
    ) -> None:
        sign_ins.labels(outcome).inc()
        whom = {"account": account.id} if account else {}
        if account is None:
            whom = {"login": self.limits.names.of("login", login)}
        is_repeated = outcome == LIMITED
        note = self.events.note_once if is_repeated else self.events.note
        note("sign-in", outcome, address=origin.address, **whom)

    def _begin(self, account: Account, origin: Origin) -> Visitor:
        term = OPERATOR_TERM if OPERATOR in account.roles else TERM
        token, session = self.sessions.begin(
            account.id, account.epoch, term, network_of(origin.address)
        )
        device = self.devices.remember(origin.device, account.id)
        return Visitor(account, session, token, device)

    def visitor(self, token: str) -> Visitor:
        """Who this token speaks for; a stranger if it is worth nothing."""
        session = self.sessions.of_token(token) if token else None
        account = self.accounts.get(session.account_id) if session else None
        if session is None or account is None or account.is_disabled:
            return Visitor()
        if session.epoch != account.epoch:
            return Visitor()
        return Visitor(account, session.id, token)

    def sign_out(self, visitor: Visitor, origin: Origin) -> None:
        """End the session."""
        self.sessions.end(visitor.token)
        if visitor.account is not None:
            id_ = visitor.account.id
            self.events.note("sign-out", OK, address=origin.address, who=id_)

    def accept(self, invitation: str, password: str, origin: Origin) -> Visitor:
        """Set the password an invitation allows, once.

        Raises InvitationRefused, WeakPassword, TooManyTries, PasswordsBusy.
        """
        try:
            account = self.invited(invitation)
        except InvitationRefused:
            self.events.note_once(
                "invitation-accepted", REFUSED, address=origin.address
            )
            raise
        secret = self._secret_for(account, password)

        def accept(held: Account) -> Account:
            if held.invitation != hashed(invitation) or held.is_disabled:
                raise InvitationRefused(USED)
            return held.accept(secret)

        accepted = self.accounts.change(account.id, accept)
        self.events.note(
            "invitation-accepted", OK, address=origin.address, who=account.id
        )
        return self._begin(accepted, origin)

    def invited(self, invitation: str) -> Account:
        """Whom an invitation is for. Raises InvitationRefused."""
        account = self.accounts.by_invitation(hashed(invitation))
        if account is None or account.invited_until < time.time():
            raise InvitationRefused(USED)
        if account.is_disabled:
            raise InvitationRefused(USED)
        return account

    def change_password(
        self, visitor: Visitor, old: str, new: str, origin: Origin
    ) -> Visitor:
        """Set another password; every session ends, and a new one begins here.

        Other devices have to sign in anew. Raises OldPasswordWrong, WeakPassword,
        TooManyTries, PasswordsBusy, and SignInRefused if the account just changed.
        """
        account = visitor.account
        if account is None:
            raise SignInRefused(WRONG)
        self.limits.take_setting(account.id)
        with self.passwords.place(is_known=True):
            fits = self.passwords.fits(account.secret, old[: LONGEST + 1])
        if not fits:
            self.events.note(
                "password-changed", FAILED, address=origin.address, who=account.id
            )
            raise OldPasswordWrong("原来的密码不对：请核对后再试")
        secret = self._secret_for(account, new)

        def change(held: Account) -> Account:
            if held.secret != account.secret or held.is_disabled:
                raise SignInRefused(WRONG)
            return replace(held.without_sessions(), secret=secret)

        changed = self.accounts.change(account.id, change)
        self.sessions.end_all(account.id)
        self.devices.forget(account.id)
        self.events.note("password-changed", OK, address=origin.address, who=account.id)
        return self._begin(changed, origin)

    def _secret_for(self, account: Account, password: str) -> str:
        self.limits.take_setting(account.id)
        mailbox = account.email.partition("@")[0]
        check_password(password, account.login, account.name, mailbox)
        with self.passwords.place(is_known=True):
            return self.passwords.hash(password)

    def open_first_account(self, password: str) -> None:
        """On an empty store, the operator may sign in."""
        if self.accounts.get("operator") is None:
            secret = self.passwords.hash(password)
            self.accounts.add(
                Account(
                    "operator", "operator", "运维", (OPERATOR, STAFF), secret=secret
                )
            )


def invited_account(
    login: str,
    name: str,
    roles: tuple[str, ...],
    *,
    person_id: str = "",
    branch_id: str = "",
    email: str = "",
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
        email=email,
    )
    return account, invitation


def invited_again(accounts: StoredAccounts, fresh: Account) -> bool:
    """Give the account of this login the fresh invitation, and all that came with it.

    Not once it is taken up or disabled, nor when it has other roles.
    """
    held = accounts.by_login(fresh.login)
    if held is None or not _waits_as(held, fresh):
        return False
    changed = accounts.change(
        held.id,
        lambda account: (
            account.invited_by(fresh) if _waits_as(account, fresh) else account
        ),
    )
    return changed.invitation == fresh.invitation


def _waits_as(held: Account, fresh: Account) -> bool:
    is_waiting = not held.secret and not held.is_disabled
    return is_waiting and held.roles == fresh.roles
