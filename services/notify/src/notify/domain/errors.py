"""Why notify said no."""

from collections.abc import Mapping


class Refusal(Exception):
    """A rule said no. `slug` is stable, the message says what to do."""

    slug = "refused"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.members: dict[str, object] = {}


class UnknownKind(Refusal):
    """There is no text for this kind of mail."""

    slug = "unknown-kind"


class ChannelMissing(Refusal):
    """This installation has no such channel."""

    slug = "channel-missing"


class TooManyMessages(Refusal):
    """The limits of today leave no room; `retry_after` are the seconds to tomorrow."""

    slug = "too-many-messages"

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.members = {"retry_after": retry_after}


class TooManyAnnouncements(Refusal):
    """A class is told no more today."""

    slug = "too-many-announcements"


class UnknownNotice(Refusal):
    """The person who asks has no such notice."""

    slug = "unknown-notice"


class UnknownClass(Refusal):
    """There is no such class, or notify has not heard of it yet."""

    slug = "unknown-class"


class PreferencesRefused(Refusal):
    """What a person chose cannot be done; `errors` name field and fault."""

    slug = "preferences-refused"

    def __init__(self, message: str, faults: Mapping[str, str]) -> None:
        super().__init__(message)
        self.members = {
            "errors": [
                {"pointer": f"/{name}", "code": code} for name, code in faults.items()
            ]
        }


class NotConsumedYet(Exception):
    """An event that this one builds on was not consumed yet; this one comes again."""

    comes_again = True
