"""What the page of a branch's feed shows: the latest entries, and the webhook."""

from collections.abc import Sequence
from dataclasses import dataclass

from contracts.http.branch_feed import FeedEntryOut
from contracts.http.webhooks import WebhookOut, WebhookTryOut

from gateway.pages.components.tables import Column
from gateway.pages.formats import format_moment
from gateway.pages.officer.feed_words import name_event
from gateway.texts import N_
from gateway.texts.language import gettext
from gateway.texts.webhooks import STATES, TRIES


@dataclass(frozen=True)
class EntryLine:
    """An entry; `about` is the branch below whose member it is about, or empty."""

    number: int
    what: str
    member: str
    about: str
    happened: str


@dataclass(frozen=True)
class TryLine:
    """A message that was sent; `number` is empty for a test."""

    number: str
    what: str
    at: str
    is_good: bool


@dataclass(frozen=True)
class WebhookView:
    """The webhook; `behind` counts the entries that it still lacks."""

    url: str
    state: str
    state_text: str
    tone: str
    delivered: int
    behind: int
    since: str
    next_try: str
    old_until: str
    failures: tuple[TryLine, ...]
    is_tested: bool
    test: TryLine | None


def entry_columns() -> list[Column]:
    """The columns of the latest entries."""
    return [
        Column("number", gettext(N_("编号")), is_number=True),
        Column("what", gettext(N_("内容"))),
        Column("member", gettext(N_("会员号"))),
        Column("happened", gettext(N_("时间"))),
    ]


def view_entries(branch: str, entries: Sequence[FeedEntryOut]) -> list[EntryLine]:
    """The latest entries, the newest first."""
    return [
        EntryLine(
            entry.number,
            name_event(entry),
            entry.member_no,
            "" if entry.branch_id == branch else entry.branch_id,
            format_moment(entry.timestamp),
        )
        for entry in reversed(entries)
    ]


def view_webhook(webhook: WebhookOut) -> WebhookView:
    """The webhook as its page shows it."""
    is_failing = webhook.state == "active" and webhook.failing_since is not None
    text, tone = STATES["failing" if is_failing else webhook.state]
    since, following = webhook.failing_since, webhook.next_try
    return WebhookView(
        webhook.url,
        webhook.state,
        gettext(text),
        tone,
        webhook.delivered,
        max(0, webhook.last - webhook.delivered),
        format_moment(since) if since else "",
        format_moment(following) if is_failing and following else "",
        format_moment(webhook.old_until) if webhook.old_until else "",
        tuple(_view_try(failure) for failure in webhook.failures),
        webhook.is_tested,
        _view_try(webhook.test) if webhook.test else None,
    )


def _view_try(tried: WebhookTryOut) -> TryLine:
    text = gettext(TRIES.get(tried.reason, tried.reason))
    return TryLine(
        str(tried.number) if tried.number else "",
        text % {"s": tried.status} if "%(s)s" in text else text,
        format_moment(tried.at),
        not tried.reason,
    )
