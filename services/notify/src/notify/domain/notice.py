"""Notices in a person's inbox, and mails and messages that go with them."""

import datetime
from dataclasses import dataclass, field, replace

DUE, SENT = "due", "sent"
NO_ADDRESS, REFUSED, EXPIRED = "no-address", "refused", "expired"
UNWANTED, BY_MESSAGE_ONLY = "unwanted", "by-message"
QUIET, IN_DIGEST, GATHERED = "quiet-hours", "in-digest", "gathered"
"""Codes of what is due but waits: for the end of quiet hours, for a digest, for the one
that has just been gathered."""
MAIL, SMS = "mail", "sms"
ZH = "zh"
FIRST_PAUSE, LONGEST_PAUSE = 60.0, 4 * 3600.0
"""In seconds: a server that greylists takes a letter after minutes; one that is full
is asked a few times a day."""
URGENT_PAUSES = 1.0, 15.0
"""The same for what is good for minutes: a code that comes after a quarter of its time
still lets somebody in."""
MOST_TRIES = 32
"""With these pauses a letter is given up after four days (RFC 5321, 4.5.4.1)."""
MOST_STALLED = 110
"""The same where the way broke and the letter may be innocent: eighteen days, when the
link in any invitation is past its time."""


@dataclass(frozen=True)
class Notice:
    """A notice: one thing a person is told. `words` fill the text of its kind;
    `announcement` is the id of the one that it belongs to, `class_id` what it is about.
    """

    id: str
    person_id: str
    kind: str
    words: dict[str, str]
    at: datetime.datetime
    read: bool = False
    announcement: str = ""
    class_id: str = ""

    def mark_read(self) -> tuple["Notice", tuple[()]] | None:
        """Seen by the person; None if it was."""
        return None if self.read else (replace(self, read=True), ())


@dataclass(frozen=True)
class Mail:
    """A mail or short message to a person, or to an address. Words and address are
    forgotten once it is closed, however it ended.

    `code` says why it was refused or put off, for instance "550 5.1.1". After so many
    `tries` that failed it is not tried again before `not_before`. One with an `until`
    (epoch seconds) is urgent: it is sent at once, and never after that. `digest` is the
    id of the digest that it goes with.
    """

    id: str
    kind: str
    person_id: str = ""
    address: str = ""
    words: dict[str, str] = field(default_factory=dict)
    state: str = DUE
    code: str = ""
    tries: int = 0
    not_before: float = 0.0
    channel: str = MAIL
    until: float = 0.0
    language: str = ZH
    digest: str = ""

    @property
    def queue(self) -> str:
        """The queue that the mail waits in: a slow or dead way stops no other, and
        nothing urgent waits behind what is not."""
        return queue_of(self.channel, is_urgent=bool(self.until))

    def is_late(self, now: float) -> bool:
        """Whether it is too late to send it."""
        return bool(self.until) and now >= self.until

    def close_sent(self) -> "Mail":
        """The mail closed: gone out."""
        return self._close_as(SENT)

    def without_address(self) -> "Mail":
        """The mail closed: nobody knows where to."""
        return self._close_as(NO_ADDRESS)

    def close_refused(self, code: str) -> "Mail":
        """The mail closed: nobody takes it at this address, or in this form."""
        return self._close_as(REFUSED, code)

    def close_expired(self) -> "Mail":
        """The mail closed: too late, whatever was tried."""
        return self._close_as(EXPIRED, self.code)

    def close_unwanted(self) -> "Mail":
        """The mail closed: its person wants none of it."""
        return self._close_as(UNWANTED)

    def leave_to_message(self) -> "Mail":
        """The mail closed: a short message goes in its place."""
        return self._close_as(BY_MESSAGE_ONLY)

    def follow_digest(self, digest: "Mail") -> "Mail":
        """The mail closed as the digest that it went with."""
        return self._close_as(digest.state, digest.code)

    def hold_back(self, code: str, until: float, digest: str = "") -> "Mail":
        """The mail held until a moment, which is no try that failed."""
        return replace(self, code=code, not_before=until, digest=digest)

    def put_off(self, code: str, now: float, most: int = MOST_TRIES) -> "Mail":
        """The mail put off: due again after a pause that grows, or given up."""
        tries = self.tries + 1
        later = replace(self, code=code, tries=tries)
        first, longest = URGENT_PAUSES if self.until else (FIRST_PAUSE, LONGEST_PAUSE)
        pause = min(first * 2 ** (tries - 1), longest)
        if self.is_late(now + pause):
            return later.close_expired()
        if tries >= most and not self.until:
            return later.close_refused(code)
        return replace(later, not_before=now + pause)

    def _close_as(self, state: str, code: str = "") -> "Mail":
        return replace(self, state=state, words={}, address="", code=code)


def queue_of(channel: str, *, is_urgent: bool) -> str:
    """The name of a queue."""
    return f"urgent-{channel}" if is_urgent else channel


QUEUES = [
    queue_of(way, is_urgent=urgent) for way in (MAIL, SMS) for urgent in (False, True)
]
"""The names of all of them."""
