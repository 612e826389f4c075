"""Refusals of the gateway."""


class Refusal(Exception):
    """A rule said no. `slug` is stable, the message says what to do.

    `retry_after` are the seconds after which the same may be tried again, 0 for never.
    """

    slug = "refused"

    def __init__(self, message: str, retry_after: int = 0) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.members: dict[str, object] = {}


class SignInRefused(Refusal):
    """Login and password do not belong together."""

    slug = "sign-in-refused"


class OldPasswordWrong(Refusal):
    """Whoever is signed in and sets another password does not know the present one."""

    slug = "old-password-wrong"


class TooManyTries(Refusal):
    """Too many wrong passwords, by this address or for this login from here."""

    slug = "too-many-tries"


class PasswordsBusy(Refusal):
    """So many passwords are being checked that no place in the queue is free."""

    slug = "sign-in-busy"


class AccountDisabled(Refusal):
    """The password is right, but the account was disabled."""

    slug = "account-disabled"


class InvitationRefused(Refusal):
    """The invitation is unknown, used or past its time."""

    slug = "invitation-refused"


class WeakPassword(Refusal):
    """The password is too short or among those that are guessed first."""

    slug = "weak-password"


class LoginRefused(Refusal):
    """Nobody may have this login."""

    slug = "login-refused"


class LoginTaken(Refusal):
    """The login belongs to an account that this invitation cannot be for."""

    slug = "login-taken"


class InvitationIllegal(Refusal):
    """What an invitation asks for does not fit together. `reason` names the field."""

    slug = "invitation-illegal"

    def __init__(self, message: str, reason: str) -> None:
        super().__init__(message)
        self.members = {"reason": reason}


class UnknownBranch(Refusal):
    """Enrollment knows no branch of this id."""

    slug = "unknown-branch"


class UnknownAccount(Refusal):
    """There is no such account."""

    slug = "unknown-account"


class RoleMissing(Refusal):
    """The account that asks has no role that may do this."""

    slug = "role-missing"


class OwnAccount(Refusal):
    """Nobody disables, demotes or resets the own account."""

    slug = "own-account"


class LastRole(Refusal):
    """An account keeps at least one role."""

    slug = "last-role"


class EnableFirst(Refusal):
    """A disabled account is not sent a link that would not work."""

    slug = "enable-first"


class NoAddress(Refusal):
    """There is no address that a letter could go to."""

    slug = "no-address"


class AlreadyActive(Refusal):
    """The account was taken up: an invitation would change nothing."""

    slug = "already-active"


class InvitedJustNow(Refusal):
    """A letter went out so lately that it may still be under way."""

    slug = "invited-just-now"
