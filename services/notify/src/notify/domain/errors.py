"""Why notify said no."""


class Refusal(Exception):
    """A rule said no. `slug` is stable, the message says what to do."""

    slug = "refused"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.members: dict[str, object] = {}


class UnknownKind(Refusal):
    """There is no text for this kind of mail."""

    slug = "unknown-kind"


class NotConsumedYet(Exception):
    """Something this event builds on has not been heard yet; it comes again."""

    comes_again = True
