"""Why a rule of the record said no."""


class Refusal(Exception):
    """A rule said no. `slug` is stable, the message says what to do."""

    slug = "refused"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.members: dict[str, object] = {}


class UnknownCertificate(Refusal):
    """No certificate has this number."""

    slug = "unknown-certificate"


class NotConsumedYet(Exception):
    """Something this event builds on has not been heard yet; it comes again."""

    comes_again = True
