"""Why the gateway said no."""


class Refusal(Exception):
    """A rule said no. `slug` is stable, the message says what to do."""

    slug = "refused"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.members: dict[str, object] = {}


class SignInRefused(Refusal):
    """Login and password do not belong together, or tried too often."""

    slug = "sign-in-refused"


class TooManyTries(Refusal):
    """Too many wrong passwords for this login."""

    slug = "too-many-tries"


class InvitationRefused(Refusal):
    """The invitation is unknown, used or past its time."""

    slug = "invitation-refused"


class WeakPassword(Refusal):
    """The password is too short or too plain."""

    slug = "weak-password"
