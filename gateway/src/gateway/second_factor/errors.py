"""Refusals about second factors."""

from gateway.identity.errors import Refusal


class SecondFactorNeeded(Refusal):
    """The first proof is right, and the account asks for a second."""

    slug = "second-factor-needed"


class SecondFactorUnset(Refusal):
    """The account must have a second factor and has none yet."""

    slug = "second-factor-unset"


class SecondFactorRefused(Refusal):
    """The code is wrong or was used; or there is nothing that it could belong to."""

    slug = "second-factor-refused"


class SecondTooOften(Refusal):
    """Too many wrong second codes for this account by strange devices, or by this."""

    slug = "second-factor-too-often"


class PasskeyRefused(Refusal):
    """The passkey is unknown, was not asked for, or its answer came too late."""

    slug = "passkey-refused"


class PasskeysFull(Refusal):
    """The account has as many passkeys as it may have."""

    slug = "too-many-passkeys"


class UnknownPasskey(Refusal):
    """The account has no such passkey."""

    slug = "unknown-passkey"


class LastFactor(Refusal):
    """The account must have a second factor, and this is the last."""

    slug = "last-second-factor"


class SetupLapsed(Refusal):
    """The secret that is confirmed was offered too long ago, or to somebody else."""

    slug = "setup-lapsed"
