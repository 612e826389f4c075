"""Handlers of enrollment's events about persons: what they have earned follows."""

from collections.abc import Sequence

from chassis.events.envelope import Envelope, at_work_on
from chassis.inbox.consumer import Handler
from chassis.inbox.retry_policy import RetryPolicy, retry_with
from chassis.projections.aliases import Aliases

from learning.events import projected_rows
from learning.usecases.follow_merges import FollowMerges
from learning.usecases.reissue_certificates import ReissueCertificates

WHILE_ENROLLMENT_IS_AWAY = RetryPolicy(pauses=(1, 5, 15, 60, 300, 900, 3600))
"""A new certificate asks enrollment for the name over HTTP."""


def build_people_handlers(
    reissue: ReissueCertificates, aliases: Aliases, follow: FollowMerges
) -> dict[str, Handler]:
    """Event type → handler."""

    @retry_with(WHILE_ENROLLMENT_IS_AWAY)
    def on_name_changed(events: Sequence[Envelope]) -> None:
        for event in events:
            with at_work_on(event):
                reissue(event.data["person_id"])

    @retry_with(WHILE_ENROLLMENT_IS_AWAY)
    def on_alias(events: Sequence[Envelope]) -> None:
        aliases.put([projected_rows.row_of_alias(event) for event in events])
        for event in events:
            with at_work_on(event):
                follow([event.data["person_id"], event.data["survivor_id"]])

    return {
        "enrollment.name.changed.v1": on_name_changed,
        "enrollment.person.merged.v1": on_alias,
        "enrollment.person.unmerged.v1": on_alias,
    }
