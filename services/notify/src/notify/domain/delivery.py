"""What became of a mail or short message, without its text and its address."""

import datetime
from dataclasses import dataclass

from notify.domain.notice import Notice

BY_SMS = "/sms"
"""What the id of a short message adds to that of the mail whose place it takes."""


@dataclass(frozen=True)
class Delivery:
    """A mail or short message; `closed` is None while it has not ended."""

    id: str
    kind: str
    channel: str
    state: str
    code: str
    tries: int
    closed: datetime.datetime | None

    @property
    def notice_id(self) -> str:
        """The id of the notice that it repeats, if it repeats one."""
        return self.id.removesuffix(BY_SMS)


@dataclass(frozen=True)
class NoticeTrail:
    """A notice, and what went out beside it."""

    notice: Notice
    deliveries: tuple[Delivery, ...]
