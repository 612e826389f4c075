"""What enrollment is asked and answers about the webhook of a branch."""

import datetime
from typing import Annotated

import msgspec

from contracts.http.shape import Answer, Shape

Url = Annotated[str, msgspec.Meta(min_length=1, max_length=1000)]


class WebhookIn(Shape):
    """Where the entries of a branch's feed are sent: `url` begins with https://.

    While it is `paused` nothing is sent and nothing lost. Written again, one that was
    disabled is tried anew.
    """

    url: Url
    paused: bool = False


class WebhookReplayIn(Shape):
    """From which entry of the feed on everything is sent once more: the entry `number`
    and all behind it."""

    number: Annotated[int, msgspec.Meta(ge=1, le=2**53)]


class WebhookTryOut(Answer):
    """A try that failed, or a test, and what came of it.

    `number` is the entry's, 0 for a test. `reason` is a stable code, empty where all
    was well; `status` what was answered, 0 where nothing was.
    """

    at: datetime.datetime
    number: int
    reason: str
    status: int


class WebhookOut(Answer):
    """The webhook of a branch.

    `state` is active, paused or disabled; `delivered` the last entry that was sent,
    `last` the newest of the feed. It has failed since `failing_since`, and is tried
    again at `next_try`. `failures` are the latest, the newest first. `old_until` is how
    long the secret before this one is good, too.
    """

    branch_id: str
    url: str
    state: str
    delivered: int
    last: int
    failing_since: datetime.datetime | None
    next_try: datetime.datetime | None
    failures: list[WebhookTryOut]
    is_tested: bool
    test: WebhookTryOut | None
    old_until: datetime.datetime | None


class NewWebhookOut(WebhookOut):
    """A webhook as it was written; `secret` is answered once, when it is new, and else
    empty."""

    secret: str
