"""Refusals of the record: which rule said no."""


class Refusal(Exception):
    """A rule said no. `slug` is stable, the message says what to do."""

    slug = "refused"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.members: dict[str, object] = {}


class UnknownCertificate(Refusal):
    """No certificate has this number."""

    slug = "unknown-certificate"


class UnknownBranch(Refusal):
    """There is no such branch, or the caller does not reach it."""

    slug = "unknown-branch"


class NotConsumedYet(Exception):
    """An event that this one builds on was not consumed yet; this one comes again."""

    comes_again = True
