"""The one refusal of this package."""


class Illegal(ValueError):
    """A field cannot be taken as it is written. `reason` is a stable code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
