"""Signing in and out; invitations and the passwords they lead to."""

import time
from collections.abc import Callable
from dataclasses import replace

from gateway.identity.account import INVITED, OPERATOR, STAFF, Account
from gateway.identity.account_store import StoredAccounts
from gateway.identity.errors import (
    AccountDisabled,
    InvitationRefused,
    PasswordsBusy,
    SignInRefused,
    TooManyTries,
)
from gateway.identity.find_account import LONGEST_LOGIN, FindAccount
from gateway.identity.known_devices import KnownDevices
from gateway.identity.login_names import counted_login
from gateway.identity.login_sessions import Begun, LoginSessions
from gateway.identity.password_hashes import PasswordHashes
from gateway.identity.password_proofs import HashProofs, PasswordProofs
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
from gateway.identity.session_terms import MAY_STAY, term_of
from gateway.identity.sign_in_limits import Attempt, SignInLimits
from gateway.identity.tokens import hash_token
from gateway.identity.visitor import Origin as Origin
from gateway.identity.visitor import Visitor as Visitor
from gateway.identity.void_ways import VoidWays

WRONG = "登录名或密码不对：请核对后再试"
USED = "邀请链接不对或已用过：请让所在单位重新邀请"
OVER = "登录已过期：请重新登录"
STOPPED = "这个账号已停用：请联系所在单位或教务"


class SignIn:
    """The way from a password or an invitation to a session."""

    def __init__(
        self,
        accounts: StoredAccounts,
        find_account: FindAccount,
        sessions: LoginSessions,
        devices: KnownDevices,
        passwords: PasswordHashes,
        limits: SignInLimits,
        events: SecurityEvents,
        is_second_due: Callable[[Account], bool] = lambda _: False,
    ) -> None:
        self.proofs: PasswordProofs = HashProofs(passwords)
        self.accounts, self.find_account = accounts, find_account
        self.is_second_due = is_second_due
        self.sessions, self.devices = sessions, devices
        self.passwords, self.limits, self.events = passwords, limits, events
        self.void_ways = VoidWays((), events)

    def __call__(
        self, written: str, password: str, origin: Origin, *, stays: bool = False
    ) -> Visitor:
        """A new login session, which `stays` if asked and the account's roles allow.

        Raises SignInRefused, AccountDisabled, TooManyTries, PasswordsBusy, and the
        Problem of enrollment for a member number while it does not answer.
        """
        written = written[: LONGEST_LOGIN + 1]
        is_known = self._is_known_device(written, origin.device)
        device = origin.device if is_known else ""
        attempt = Attempt(counted_login(written), origin.address, device)
        try:
            self.limits.repeat_refusal(attempt)
        except TooManyTries:
            sign_ins.labels(LIMITED).inc()
            raise
        try:
            with self.passwords.hold_place(is_known=is_known):
                account = self._prove_password(attempt, written, password, origin)
        except PasswordsBusy:
            sign_ins.labels(BUSY).inc()
            raise
        return self.begin_session(account, origin, stays=stays)

    def _is_known_device(self, written: str, device: str) -> bool:
        """Whether the account signed in from this device before."""
        if not device:
            return False
        account = self.find_account(written)
        return self.devices.is_known(device, account.id if account else "")

    def _prove_password(
        self, attempt: Attempt, written: str, password: str, origin: Origin
    ) -> Account:
        """The account of a right password.

        The try counts before the password is looked at, and no longer once it was
        right. Raises SignInRefused, AccountDisabled, TooManyTries.
        """
        login = attempt.login
        account = self.find_account(written)
        try:
            taken = self.limits.count_attempt(attempt)
        except TooManyTries:
            self._record_outcome(LIMITED, login, account, origin)
            raise
        # None longer is ever set, so what is cut off could not have fitted.
        fits = self.proofs.is_password_of(account, password[: LONGEST + 1])
        if account is None or not fits:
            self._record_outcome(FAILED, login, account, origin)
            raise SignInRefused(WRONG)
        self.limits.give_back(taken)
        if account.is_disabled:
            self._record_outcome(REFUSED, login, account, origin)
            raise AccountDisabled(STOPPED)
        self._record_outcome(OK, login, account, origin)
        if account.state == INVITED:  # by a password that a directory has
            account = self.accounts.change(account.id, _take_up)
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

    def begin_session(
        self,
        account: Account,
        origin: Origin,
        *,
        stays: bool = False,
        is_second_proven: bool = False,
    ) -> Visitor:
        """A login session of an account that was just proven; half of one where a
        second factor is due."""
        stays = stays and MAY_STAY.issuperset(account.roles)
        is_half = not is_second_proven and self.is_second_due(account)
        token, session = self.sessions.create_session(
            Begun(
                account.id,
                account.epoch,
                term_of(account, stays=stays),
                network_of(origin.address),
                origin.device_name,
                stays,
                is_half,
            )
        )
        if is_half:
            return Visitor(session=session, token=token, half_of=account)
        device = self.devices.remember_device(origin.device, account.id)
        return Visitor(account, session, token, device, stays, time.time())

    def finish_session(self, half: Visitor, origin: Origin) -> Visitor:
        """The whole session of a half one, once. Raises SignInRefused if it is over."""
        finished = self.sessions.finish_session(half.token)
        if half.half_of is None or finished is None:
            raise SignInRefused(OVER)
        device = self.devices.remember_device(origin.device, half.half_of.id)
        whole = self.get_visitor(finished)
        return replace(whole, device=device)

    def get_visitor(self, token: str) -> Visitor:
        """The visitor of a session's token; a stranger if it is worth nothing, or of
        half a session."""
        visitor = self.get_half_visitor(token)
        return Visitor() if visitor.half_of else visitor

    def get_half_visitor(self, token: str) -> Visitor:
        """The visitor of a session's token, half or whole."""
        session = self.sessions.get_by_token(token) if token else None
        account = self.accounts.get(session.account_id) if session else None
        if session is None or account is None or account.is_disabled:
            return Visitor()
        if session.epoch != account.epoch:
            return Visitor()
        if session.is_half:
            return Visitor(session=session.id, token=token, half_of=account)
        return Visitor(
            account,
            session.id,
            token,
            stays=session.stays,
            proven=session.proven.timestamp(),
        )

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
        secret = self.hash_new_password(account, password)

        def accept_once(account_now: Account) -> Account:
            if (
                account_now.invitation != hash_token(invitation)
                or account_now.is_disabled
            ):
                raise InvitationRefused(USED)
            return account_now.with_first_password(secret)

        if account.is_reset:
            self.void_ways(account.id, account.id, origin)
        accepted = self.accounts.change(account.id, accept_once)
        self.find_account.prove_written(accepted)
        self.events.add_event(
            "invitation-accepted", OK, address=origin.address, who=account.id
        )
        return self.begin_session(accepted, origin)

    def account_of_invitation(self, invitation: str) -> Account:
        """The account an invitation is for. Raises InvitationRefused."""
        account = self.accounts.get_by_invitation(hash_token(invitation))
        if account is None or account.invited_until < time.time():
            raise InvitationRefused(USED)
        is_spare = account.state == INVITED and self.find_account.has_twin_in_use(
            account
        )
        if account.is_disabled or is_spare:
            raise InvitationRefused(USED)
        return account

    def hash_new_password(self, account: Account, password: str) -> str:
        """What is kept of a new password.

        Raises WeakPassword, TooManyTries, PasswordsBusy, PasswordElsewhere.
        """
        self.proofs.require_own_password(account)
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


def account_of(visitor: Visitor) -> Account:
    """The account of a visitor. Raises SignInRefused for a stranger."""
    if visitor.account is None:
        raise SignInRefused(WRONG)
    return visitor.account


def _take_up(account: Account) -> Account:
    return account.as_taken_up() if account.state == INVITED else account
