"""The mails and messages that wait, and what became of today's, for operators."""

from collections.abc import Iterable

from chassis.operations.jobs import find_moments, to_status
from chassis.operations.overview import JobStatus
from chassis.storage.collections import Rows

from notify.domain.notice import SMS, queue_of
from notify.store.message_counts import MessageCounts


def find_jobs(
    mails: Rows, counts: MessageCounts, channels: Iterable[str]
) -> list[JobStatus]:
    """Those of each channel: put off ones wait, but are not late."""
    return [
        to_status(
            channel,
            find_moments(mails, _waiting_in(channel), "work_due"),
            counts.find_failed(channel),
            counts.find_limited() if channel == SMS else 0,
        )
        for channel in channels
    ]


def _waiting_in(channel: str) -> dict[str, object]:
    queues = [queue_of(channel, is_urgent=urgent) for urgent in (False, True)]
    return {"queue": {"$in": queues}, "work_due": {"$gte": 0}}
