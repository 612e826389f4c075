"""The webhook of a branch is written, tested, replayed and taken away."""

import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from enrollment.domain.webhook import UnknownWebhook, Webhook
from enrollment.domain.webhook_address import Network, require_url
from enrollment.domain.webhook_signature import SECRET_BYTES, write_secret
from enrollment.usecases.feed_ports import Feeds
from enrollment.usecases.ports import Audit
from enrollment.usecases.webhook_ports import DueWebhook, ShownWebhooks

NONE_THERE = "本单位没有设置推送：请先填写推送地址"


class ChangeWebhook:
    """Changes webhooks; each change stands in the audit log. Raises UnknownWebhook for
    a branch that has none."""

    def __init__(
        self,
        webhooks: ShownWebhooks,
        feeds: Feeds,
        audit: Audit,
        allowed: Sequence[Network],
        wake: Callable[[], None],
    ) -> None:
        self.webhooks, self.feeds, self.audit = webhooks, feeds, audit
        self.allowed, self.wake = allowed, wake

    def get(self, branch_id: str) -> DueWebhook:
        """The webhook of a branch."""
        return _require(self.webhooks.get(branch_id))

    def put(self, who: str, branch_id: str, url: str, paused: bool) -> str:
        """It leads there from now on; its secret if it is new, else nothing. A new one
        begins with what comes into the feed next.

        Raises WebhookUrlRefused, WebhookInternal.
        """
        require_url(url, self.allowed)
        self.feeds.open_feeds([branch_id])
        self.audit.add(who, "webhook-changed", branch_id)
        secret = _make_secret()
        last = self.feeds.get_last_number(branch_id)
        new = Webhook(branch_id, url, secret, last).lead_to(url, paused)
        if self.webhooks.create(new):
            return secret
        self._change(branch_id, lambda webhook: webhook.lead_to(url, paused))
        return ""

    def delete(self, who: str, branch_id: str) -> None:
        """Nothing is sent any more."""
        self.audit.add(who, "webhook-deleted", branch_id)
        if not self.webhooks.delete(branch_id):
            raise UnknownWebhook(NONE_THERE)

    def rotate_secret(self, who: str, branch_id: str) -> str:
        """Another secret; each of before is good beside it until its day is over."""
        self.audit.add(who, "webhook-secret-rotated", branch_id)
        secret, now = _make_secret(), time.time()
        self._change(branch_id, lambda webhook: webhook.rotate_secret(secret, now))
        return secret

    def replay(self, who: str, branch_id: str, number: int) -> None:
        """An entry and all behind it are sent once more."""
        self.audit.add(who, "webhook-replayed", branch_id)
        last = self.feeds.get_last_number(branch_id)
        self._change(branch_id, lambda webhook: webhook.replay_from(number, last))

    def ask_test(self, branch_id: str) -> None:
        """A message without an entry is sent soon, whatever the state."""
        self._change(branch_id, lambda webhook: replace(webhook, is_tested=True))

    def _change(self, branch_id: str, decide: Callable[[Webhook], Webhook]) -> None:
        _require(self.webhooks.change(branch_id, decide))
        self.wake()


def _require(found: DueWebhook | None) -> DueWebhook:
    if found is None:
        raise UnknownWebhook(NONE_THERE)
    return found


def _make_secret() -> str:
    return write_secret(secrets.token_bytes(SECRET_BYTES))
