"""Notices in a person's inbox, and mails that go with them."""

import datetime
from dataclasses import dataclass, field, replace

DUE, SENT = "due", "sent"
NO_ADDRESS, REFUSED = "no-address", "refused"
FIRST_PAUSE, LONGEST_PAUSE = 60.0, 4 * 3600.0
"""In seconds: a server that greylists takes a letter after minutes; one that is full
is asked a few times a day."""
MOST_TRIES = 32
"""With these pauses a letter is given up after four days (RFC 5321, 4.5.4.1)."""


@dataclass(frozen=True)
class Notice:
    """A notice: one thing a person is told. `words` fill the text of its kind."""

    id: str
    person_id: str
    kind: str
    words: dict[str, str]
    at: datetime.datetime
    read: bool = False

    def mark_read(self) -> tuple["Notice", tuple[()]] | None:
        """Seen by the person; None if it was."""
        return None if self.read else (replace(self, read=True), ())


@dataclass(frozen=True)
class Mail:
    """A mail to a person, or to an address. Words and address are forgotten once it
    is closed, however it ended.

    `code` says why it was refused or put off, for instance "550 5.1.1". After so many
    `tries` that failed it is not tried again before `not_before`.
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

    def close_sent(self) -> "Mail":
        """The mail closed: gone out."""
        return self._close_as(SENT)

    def without_address(self) -> "Mail":
        """The mail closed: nobody knows where to."""
        return self._close_as(NO_ADDRESS)

    def close_refused(self, code: str) -> "Mail":
        """The mail closed: nobody takes it at this address, or in this form."""
        return self._close_as(REFUSED, code)

    def put_off(self, code: str, now: float) -> "Mail":
        """The mail put off: due again after a pause that grows, or given up."""
        tries = self.tries + 1
        if tries >= MOST_TRIES:
            return replace(self.close_refused(code), tries=tries)
        pause = min(FIRST_PAUSE * 2 ** (tries - 1), LONGEST_PAUSE)
        return replace(self, code=code, tries=tries, not_before=now + pause)

    def _close_as(self, state: str, code: str = "") -> "Mail":
        return replace(self, state=state, words={}, address="", code=code)
