"""What notify is asked and answers: a person's inbox, and mails to send."""

import datetime
from typing import Annotated, Literal

import msgspec

from contracts.http.shape import Answer, Cursor, Id, LongText, Name, Query, Shape, Text

Limit = Annotated[int, msgspec.Meta(ge=1, le=200)]
"""Notices of a page, which is read and sent whole."""


class InboxQuery(Query):
    """A page of the inbox, newest first; `after` is the `next` of the page before."""

    after: Cursor = ""
    limit: Limit = 50


class NoticeOut(Answer):
    """A notice: `words` fill the text of its kind."""

    id: str
    kind: str
    words: dict[str, str]
    at: datetime.datetime
    read: bool


class InboxOut(Answer):
    """A page of the inbox, and how many notices are unread in all."""

    items: list[NoticeOut]
    next: str
    unread: int


class UnreadOut(Answer):
    """How many notices are unread; `language` is the one that the person is written to
    in, empty for who never chose."""

    unread: int
    language: str = ""


Channel = Literal["mail", "sms"]
Language = Literal["zh", "en"]


class LanguageIn(Shape):
    """The language of what goes out to a person."""

    language: Language


class LanguageOut(Answer):
    """The language of what goes out to a person."""

    language: str


Way = Literal["auto", "mail", "digest", "sms", "both", "site"]
"""How somebody is told beside the inbox: by mail, or by short message while no mail
reaches; by mail alone; by the day's digest; by short message; by both; not at all."""
Clock = Annotated[str, msgspec.Meta(max_length=5)]
"""HH:MM; empty for none."""


class TellingIn(Shape):
    """How a person wants to be told.

    `ways` are by kind of notice; of a kind that is not named it is "auto". Between
    `quiet_from` and `quiet_until` nothing leaves that can wait, and the digest leaves
    at `digest_at`, by the clock of `zone` (a name of the IANA database).
    """

    ways: dict[Name, Way] = {}
    quiet_from: Clock = ""
    quiet_until: Clock = ""
    digest_at: Clock = "18:00"
    zone: Name = "Asia/Shanghai"


class TellingOut(Answer):
    """How a person wants to be told. `kinds` are all kinds of notices, and those of
    them `by_message` that a short message can tell, none where there are no messages.
    """

    ways: dict[str, str]
    quiet_from: str
    quiet_until: str
    digest_at: str
    zone: str
    kinds: list[str]
    by_message: list[str]


class MailIn(Shape):
    """A mail or short message to send, to a person or to an address.

    The address of a short message is a phone. One that has an `until` is urgent: it is
    sent at once, and never after that moment. `language` is that of the text, where its
    kind has one; else it is Chinese.
    """

    key: Id
    kind: Id
    person_id: Text = ""
    address: Text = ""
    words: dict[Name, LongText] = {}
    channel: Channel = "mail"
    until: datetime.datetime | None = None
    language: Language = "zh"


class MailsIn(Shape):
    """Mails and short messages to send."""

    mails: Annotated[list[MailIn], msgspec.Meta(max_length=500)]


class MailsOut(Answer):
    """How many mails and messages are taken; `limited` are the keys of those that the
    limits of today leave no room for."""

    mails: int
    limited: list[str] = []


class TrayQuery(Query):
    """A page of what lies in files, newest first; `after` is the `next` of the page
    before."""

    after: Cursor = ""
    limit: Limit = 50


class TrayEntryOut(Answer):
    """A mail or message that lies in a file where it would have left."""

    id: str
    channel: str
    to: str
    subject: str
    text: str
    at: datetime.datetime


class ChannelsOut(Answer):
    """The channels by which people can be reached; `tray` says that what is sent lies
    in files, where `GET /tray` reads it."""

    mail: bool
    sms: bool
    tray: bool = False
