"""Signing in and out; invitations and the passwords they lead to."""

import time
from dataclasses import dataclass, replace
from typing import Any

from gateway.identity.account import OPERATOR, STAFF, Account, plain_login
from gateway.identity.account_store import StoredAccounts
from gateway.identity.errors import (
    AccountDisabled,
    InvitationRefused,
    OldPasswordWrong,
    PasswordsBusy,
    SignInRefused,
    TooManyTries,
)
from gateway.identity.known_devices import KnownDevices
from gateway.identity.login_sessions import LoginSessions, SessionTerm
from gateway.identity.password_hashes import PasswordHashes
from gateway.identity.password_rules import LONGEST, check_password
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
from gateway.identity.tokens import hash_token

WRONG = "登录名或密码不对：请核对后再试"
USED = "邀请链接不对或已用过：请让所在单位重新邀请"
STOPPED = "这个账号已停用：请联系所在单位或教务"
LONGEST_LOGIN = 254
"""A mail address is the longest."""
HOUR = 3600
TERM = SessionTerm(idle_seconds=2 * HOUR, most_seconds=12 * HOUR)
"""A day of lessons with a long lunch; a player's reports count as use."""
OPERATOR_TERM = SessionTerm(idle_seconds=HOUR // 2, most_seconds=8 * HOUR)
"""NIST SP 800-63B's half hour for those who can do everything, and one shift."""


@dataclass(frozen=True)
class Origin:
    """Where a request comes from: its address, and the token its device was given."""

    address: str
    device: str = ""


@dataclass(frozen=True)
class Visitor:
    """A visitor: who sends a request. Without an account all is empty.

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

    def token_claims(self) -> dict[str, Any]:
        """The claims about this visitor in a token to a service."""
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
        sessions: LoginSessions,
        devices: KnownDevices,
        passwords: PasswordHashes,
        limits: SignInLimits,
        events: SecurityEvents,
    ) -> None:
        self.accounts, self.sessions, self.devices = accounts, sessions, devices
        self.passwords, self.limits, self.events = passwords, limits, events

    def __call__(self, login: str, password: str, origin: Origin) -> Visitor:
        """A new login session.

        Raises SignInRefused, AccountDisabled, TooManyTries, PasswordsBusy.
        """
        login = plain_login(login[: LONGEST_LOGIN + 1])  # which nobody has
        is_known = self._is_known_device(login, origin.device)
        attempt = Attempt(login, origin.address, origin.device if is_known else "")
        try:
            self.limits.repeat_refusal(attempt)
        except TooManyTries:
            sign_ins.labels(LIMITED).inc()
            raise
        try:
            with self.passwords.hold_place(is_known=is_known):
                account = self._prove_password(attempt, password, origin)
        except PasswordsBusy:
            sign_ins.labels(BUSY).inc()
            raise
        return self._begin_session(account, origin)

    def _is_known_device(self, login: str, device: str) -> bool:
        """Whether the account signed in from this device before."""
        if not device:
            return False
        account = self.accounts.get_by_login(login)
        return self.devices.is_known(device, account.id if account else "")

    def _prove_password(
        self, attempt: Attempt, password: str, origin: Origin
    ) -> Account:
        """The account of a right password.

        The try counts before the password is looked at, and no longer once it was
        right. Raises SignInRefused, AccountDisabled, TooManyTries.
        """
        login = attempt.login
        account = self.accounts.get_by_login(login)
        try:
            taken = self.limits.count_attempt(attempt)
        except TooManyTries:
            self._record_outcome(LIMITED, login, account, origin)
            raise
        # None longer is ever set, so what is cut off could not have fitted.
        secret = account.secret if account else ""
        fits = self.passwords.is_match(secret, password[: LONGEST + 1])
        if account is None or not fits:
            self._record_outcome(FAILED, login, account, origin)
            raise SignInRefused(WRONG)
        self.limits.give_back(taken)
        if account.is_disabled:
            self._record_outcome(REFUSED, login, account, origin)
            raise AccountDisabled(STOPPED)
        self._record_outcome(OK, login, account, origin)
        return account

    def _record_outcome(
        self, outcome: str, login: str, account: Account | None, origin: Origin
    ) -> None:
        sign_ins.labels(outcome).inc()
        whom = {"account": account.id} if account else {}
        if account is None:
            whom = {"login": self.limits.names.of("login", login)}
        is_repeated = outcome == LIMITED
        note = self.events.add_event_once if is_repeated else self.events.add_event
        note("sign-in", outcome, address=origin.address, **whom)

    def _begin_session(self, account: Account, origin: Origin) -> Visitor:
        term = OPERATOR_TERM if OPERATOR in account.roles else TERM
        token, session = self.sessions.create_session(
            account.id, account.epoch, term, network_of(origin.address)
        )
        device = self.devices.remember_device(origin.device, account.id)
        return Visitor(account, session, token, device)

    def get_visitor(self, token: str) -> Visitor:
        """The visitor of a session's token; a stranger if it is worth nothing."""
        session = self.sessions.get_by_token(token) if token else None
        account = self.accounts.get(session.account_id) if session else None
        if session is None or account is None or account.is_disabled:
            return Visitor()
        if session.epoch != account.epoch:
            return Visitor()
        return Visitor(account, session.id, token)

    def sign_out(self, visitor: Visitor, origin: Origin) -> None:
        """The login session ends."""
        self.sessions.delete_session(visitor.token)
        if visitor.account is not None:
            id_ = visitor.account.id
            self.events.add_event("sign-out", OK, address=origin.address, who=id_)

    def accept_invitation(
        self, invitation: str, password: str, origin: Origin
    ) -> Visitor:
        """The password is set that an invitation allows, once.

        Raises InvitationRefused, WeakPassword, TooManyTries, PasswordsBusy.
        """
        try:
            account = self.account_of_invitation(invitation)
        except InvitationRefused:
            self.events.add_event_once(
                "invitation-accepted", REFUSED, address=origin.address
            )
            raise
        secret = self._hash_new_password(account, password)

        def accept_once(account_now: Account) -> Account:
            if (
                account_now.invitation != hash_token(invitation)
                or account_now.is_disabled
            ):
                raise InvitationRefused(USED)
            return account_now.with_first_password(secret)

        accepted = self.accounts.change(account.id, accept_once)
        self.events.add_event(
            "invitation-accepted", OK, address=origin.address, who=account.id
        )
        return self._begin_session(accepted, origin)

    def account_of_invitation(self, invitation: str) -> Account:
        """The account an invitation is for. Raises InvitationRefused."""
        account = self.accounts.get_by_invitation(hash_token(invitation))
        if account is None or account.invited_until < time.time():
            raise InvitationRefused(USED)
        if account.is_disabled:
            raise InvitationRefused(USED)
        return account

    def change_password(
        self, visitor: Visitor, old: str, new: str, origin: Origin
    ) -> Visitor:
        """The password is changed; every session ends, and a new one begins here.

        Other devices have to sign in anew. Raises OldPasswordWrong, WeakPassword,
        TooManyTries, PasswordsBusy, and SignInRefused if the account just changed.
        """
        account = visitor.account
        if account is None:
            raise SignInRefused(WRONG)
        self.limits.count_new_password(account.id)
        with self.passwords.hold_place(is_known=True):
            fits = self.passwords.is_match(account.secret, old[: LONGEST + 1])
        if not fits:
            self.events.add_event(
                "password-changed", FAILED, address=origin.address, who=account.id
            )
            raise OldPasswordWrong("原来的密码不对：请核对后再试")
        secret = self._hash_new_password(account, new)

        def with_new_password(account_now: Account) -> Account:
            if account_now.secret != account.secret or account_now.is_disabled:
                raise SignInRefused(WRONG)
            return replace(account_now.without_sessions(), secret=secret)

        changed = self.accounts.change(account.id, with_new_password)
        self.sessions.delete_sessions(account.id)
        self.devices.delete_devices(account.id)
        self.events.add_event(
            "password-changed", OK, address=origin.address, who=account.id
        )
        return self._begin_session(changed, origin)

    def _hash_new_password(self, account: Account, password: str) -> str:
        self.limits.count_new_password(account.id)
        mailbox = account.email.partition("@")[0]
        check_password(password, account.login, account.name, mailbox)
        with self.passwords.hold_place(is_known=True):
            return self.passwords.hash(password)

    def open_first_account(self, password: str) -> None:
        """The operator's account is opened on an empty store."""
        if self.accounts.get("operator") is None:
            secret = self.passwords.hash(password)
            self.accounts.create_account(
                Account(
                    "operator", "operator", "运维", (OPERATOR, STAFF), secret=secret
                )
            )
