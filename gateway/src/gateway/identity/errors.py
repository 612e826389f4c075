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


class DirectoryAway(PasswordsBusy):
    """The directory in which some have their passwords does not answer."""

    slug = "directory-away"


class PasswordElsewhere(Refusal):
    """The directory has the account's password: none is set here."""

    slug = "password-elsewhere"


class NotFromDirectory(Refusal):
    """The person is not marked as from the directory."""

    slug = "not-from-directory"


class AccountDisabled(Refusal):
    """The password is right, but the account was disabled."""

    slug = "account-disabled"


class InvitationRefused(Refusal):
    """The invitation is unknown, used or past its time."""

    slug = "invitation-refused"


class CodeRefused(Refusal):
    """The activation code is unknown, used, replaced by another or past its time."""

    slug = "code-refused"


class CodeWrong(Refusal):
    """The one-time code is not the one that was sent last, was used, or is too old."""

    slug = "code-wrong"


class TooManyFeedReads(Refusal):
    """A calendar feed is read too often, or many unknown ones are asked for."""

    slug = "too-many-feed-reads"


class TooManyCodes(Refusal):
    """Too many codes were asked for, from this address or for this login."""

    slug = "too-many-codes"


class ProofNeeded(Refusal):
    """What is asked for needs a proof of a moment ago that it is the person."""

    slug = "proof-needed"


class ContactTaken(Refusal):
    """The phone or address is proven to be another account's."""

    slug = "contact-taken"


class ContactIllegal(Refusal):
    """What was written is neither a phone nor a mail address."""

    slug = "contact-illegal"


class UnknownSession(Refusal):
    """The account has no such login session; it may just have ended."""

    slug = "unknown-session"


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


class RolesFirst(Refusal):
    """Who is staff or operator is not deleted before these roles are taken."""

    slug = "roles-first"


class UnknownDeletion(Refusal):
    """There is no such deletion."""

    slug = "unknown-deletion"


class AlreadyActive(Refusal):
    """The account was taken up: an invitation would change nothing."""

    slug = "already-active"


class InvitedJustNow(Refusal):
    """A letter went out so lately that it may still be under way."""

    slug = "invited-just-now"


class TooManyMessages(Refusal):
    """The short messages of today have been sent."""

    slug = "too-many-messages"


class RoundJustNow(Refusal):
    """All of this branch are being invited, or were a moment ago."""

    slug = "round-just-now"


class UnknownProvider(Refusal):
    """No provider of this name is set up."""

    slug = "unknown-provider"


class ProviderAway(Refusal):
    """An outside provider did not answer in time, or not as its protocol says."""

    slug = "provider-away"


class ProviderRefused(Refusal):
    """The provider proved nobody: it refused, or its token is not right."""

    slug = "provider-refused"


class SignInLapsed(Refusal):
    """This browser began no such sign-in at a provider, or too long ago, or used it."""

    slug = "sign-in-lapsed"


class MatchesNobody(Refusal):
    """A provider's claims fit no person here."""

    slug = "matches-nobody"


class MatchesSeveral(Refusal):
    """A provider's claims fit several persons."""

    slug = "matches-several"


class MatchesElsewhere(Refusal):
    """A branch's provider speaks for somebody whom other branches hold as well."""

    slug = "matches-elsewhere"


class ConnectFirst(Refusal):
    """Claims alone do not open this account: its owner or the college connects it."""

    slug = "connect-first"


class LinkTaken(Refusal):
    """The account or the subject is connected otherwise already."""

    slug = "link-taken"


class LastWayIn(Refusal):
    """Without this connection the owner could not sign in any more."""

    slug = "last-way-in"


class NotConnected(Refusal):
    """The account has no connection with this provider."""

    slug = "not-connected"
