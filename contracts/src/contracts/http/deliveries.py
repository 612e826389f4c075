"""What notify answers about what a person was told, and what became of it."""

import datetime
from typing import Annotated

import msgspec

from contracts.http.shape import Answer, Cursor, Query


class DeliveriesQuery(Query):
    """A page of what a person was told, newest first; `after` is the `next` of the page
    before."""

    after: Cursor = ""
    limit: Annotated[int, msgspec.Meta(ge=1, le=200)] = 50


class DeliveryOut(Answer):
    """What became of one mail or short message: `state` is due, sent, no-address,
    refused, expired, unwanted or by-message, `code` says why it was refused or waits.
    `closed` is when it ended, None while it has not. No text and no address."""

    id: str
    kind: str
    channel: str
    state: str
    code: str
    tries: int
    closed: datetime.datetime | None


class NoticeTrailOut(Answer):
    """A notice in a person's inbox, and what went out beside it; `about` is the class
    or course that it names."""

    id: str
    kind: str
    at: datetime.datetime
    about: str
    read: bool
    deliveries: list[DeliveryOut]


class DeliveriesOut(Answer):
    """A page of a person's notices, and with the first one the newest of the letters
    that repeat none: invitations, codes, digests."""

    notices: list[NoticeTrailOut]
    letters: list[DeliveryOut]
    next: str
