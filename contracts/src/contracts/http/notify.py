"""What notify is asked and answers: a person's inbox, and mails to send."""

import datetime
from typing import Annotated

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
    """How many notices are unread."""

    unread: int


class MailIn(Shape):
    """A mail to send, to a person or to an address."""

    key: Id
    kind: Id
    person_id: Text = ""
    address: Text = ""
    words: dict[Name, LongText] = {}


class MailsIn(Shape):
    """Mails to send."""

    mails: Annotated[list[MailIn], msgspec.Meta(max_length=500)]


class MailsOut(Answer):
    """How many mails are taken."""

    mails: int
