"""Ports of the webhooks of branches."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Protocol

from enrollment.domain.webhook import Webhook

ChangeWebhook = Callable[[Webhook], Webhook]
"""A webhook → as it is from now on."""


@dataclass(frozen=True)
class ClaimedWebhook:
    """A webhook that this worker holds; `version` is how it was claimed, `holder` the
    claim."""

    webhook: Webhook
    version: int
    holder: str


@dataclass(frozen=True)
class WebhookAnswer:
    """What came of a request: no `reason` where it arrived."""

    reason: str
    status: int = 0


@dataclass(frozen=True)
class DueWebhook:
    """A webhook as it lies there, and when it is due (epoch), if it is."""

    webhook: Webhook
    due: float | None


class ShownWebhooks(Protocol):
    """The webhooks of branches, as people write and see them."""

    def get(self, branch_id: str) -> DueWebhook | None:
        """The webhook of a branch, or None."""

    def create(self, webhook: Webhook) -> bool:
        """Put a new one; False if the branch has one."""

    def change(self, branch_id: str, decide: ChangeWebhook) -> DueWebhook | None:
        """Read, decide, write under the version that was read, and have it looked at
        soon: once whoever holds it let go, which is after the message that it sends.
        None if there is none. Raises WriteConflict."""

    def delete(self, branch_id: str) -> bool:
        """The branch has none any more; whether it had."""


class Webhooks(Protocol):
    """The webhooks of branches, as workers see them."""

    def claim(self) -> ClaimedWebhook | None:
        """A webhook that is due, leased to this worker, or None."""

    def note(
        self, claimed: ClaimedWebhook, webhook: Webhook, due: float | None
    ) -> bool:
        """Write a claimed one, to be looked at then, or when something comes into its
        feed; False if it was changed or claimed by another meanwhile."""

    def renew(self, claimed: ClaimedWebhook, webhook: Webhook) -> bool:
        """Write a claimed one and keep it; False as above."""

    def wake_waiting(self, branch_ids: Collection[str]) -> bool:
        """Those of these branches that wait for their feed are due now; whether any."""


Send = Callable[[str, Mapping[str, str], bytes], WebhookAnswer]
"""Sends a body under headers to an address; raises nothing for whatever comes back."""
