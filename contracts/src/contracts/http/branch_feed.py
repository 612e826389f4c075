"""What enrollment answers about the feed of a branch."""

import datetime
from typing import Annotated, Any

import msgspec

from contracts.http.shape import Answer, Query

FeedNumber = Annotated[int, msgspec.Meta(ge=0, le=2**53)]
FeedPageSize = Annotated[int, msgspec.Meta(ge=1, le=500)]


class FeedQuery(Query):
    """Which entries of a feed, by their numbers.

    Those behind `after`, the `next` of the answer before or 0; so many as `limit` at
    most; none that came into the feed before the moment `since` (RFC 3339).
    """

    after: FeedNumber = 0
    limit: FeedPageSize = 100
    since: datetime.datetime | None = None


class FeedEntryOut(Answer):
    """An event as the feed of a branch has it, and as its webhook is sent it.

    `number` rises by one in each feed; `id` is the event's; `type` and `data` are as in
    the catalogue of events, without what is no branch's business; `timestamp` is when
    it happened. `branch_id` is the branch whose message or member it is about: the
    feed's own, or one below it; `member_no` the member's number there, empty where it
    is about no member, or about one who was deleted.
    """

    number: int
    id: str
    type: str
    timestamp: str
    branch_id: str
    member_no: str
    data: dict[str, Any]


class FeedOut(Answer):
    """Some entries of a feed, by their numbers and without gaps.

    Ask with `next` as `after` for what comes behind them. `first` is the number of the
    oldest entry that is kept, 0 where there is none: whoever asked behind a number
    below `first` - 1 has missed what was older than 45 days. `last` is the number of
    the newest.
    """

    items: list[FeedEntryOut]
    next: int
    first: int
    last: int
