"""Notices in a person's inbox, and mails that go with them."""

import datetime
from dataclasses import dataclass, field, replace

DUE, SENT, NO_ADDRESS = "due", "sent", "no-address"


@dataclass(frozen=True)
class Notice:
    """One thing a person is told. `words` fill the text of its kind."""

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
    """A mail to a person, or to an address. Its words are forgotten once sent."""

    id: str
    kind: str
    person_id: str = ""
    address: str = ""
    words: dict[str, str] = field(default_factory=dict)
    state: str = DUE

    def sent(self) -> tuple["Mail", tuple[()]]:
        """Gone out."""
        return replace(self, state=SENT, words={}, address=""), ()

    def without_address(self) -> tuple["Mail", tuple[()]]:
        """Nobody knows where to."""
        return replace(self, state=NO_ADDRESS, words={}), ()
