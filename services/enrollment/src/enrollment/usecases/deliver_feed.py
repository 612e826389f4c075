"""The feeds of branches are sent to their webhooks, one entry a request, in order.

An entry is noted as delivered only after it arrived. So whoever dies in between leaves
a repetition under the same id, never a gap.
"""

import datetime
import json
import random
import threading
import time
from collections.abc import Mapping

from enrollment.domain.branch_feed import cut_at_gap, show_entry
from enrollment.domain.webhook import (
    ACTIVE,
    DISABLED,
    Webhook,
    WebhookTry,
    compute_pause,
)
from enrollment.domain.webhook_signature import sign_message
from enrollment.usecases.feed_ports import Feeds
from enrollment.usecases.read_feed import ReadFeed
from enrollment.usecases.webhook_ports import (
    ClaimedWebhook,
    Send,
    WebhookAnswer,
    Webhooks,
)

AT_ONCE = 20
"""Entries that are read at once; of 200 rows each they are about 1 MiB."""
TURN_SECONDS = 5.0
"""Then those of other branches come first."""
CONTENT_TYPE = "application/json"
TEST_TYPE = "enrollment.webhook.tested.v1"


class DeliverFeed:
    """Sends what a webhook lacks; `waiting` is set when there may be something."""

    def __init__(
        self,
        webhooks: Webhooks,
        feeds: Feeds,
        read: ReadFeed,
        send: Send,
    ) -> None:
        self.webhooks, self.feeds, self.read = webhooks, feeds, read
        self.send, self.waiting = send, threading.Event()

    def __call__(self) -> bool:
        """Serve one webhook that is due; False if none is."""
        claimed = self.webhooks.claim()
        if claimed is None:
            return False
        webhook = claimed.webhook
        if webhook.is_tested:
            webhook = self._send_test(webhook)
            if not self.webhooks.renew(claimed, webhook):
                return True
        if webhook.state == ACTIVE:
            self._deliver_entries(claimed, webhook)
        else:
            self.webhooks.note(claimed, webhook, None)
        return True

    def _deliver_entries(self, claimed: ClaimedWebhook, webhook: Webhook) -> None:
        """Send entry after entry while that goes well, for a turn."""
        ends, branch_id = time.monotonic() + TURN_SECONDS, webhook.branch_id
        while time.monotonic() < ends:
            found = self.feeds.find_after(branch_id, webhook.delivered, AT_ONCE)
            entries = cut_at_gap(found)
            if not entries:
                self._rest(claimed, webhook)
                return
            for entry, member_no in self.read.name_members(entries):
                began = time.monotonic()
                body = show_entry(entry, member_no)
                id_ = f"{branch_id}.{entry.number}"
                answer = self._send_message(webhook, id_, body)
                seconds = time.monotonic() - began
                if answer.reason:
                    self._note_failure(claimed, webhook, entry.number, answer, seconds)
                    return
                webhook = webhook.note_delivered(entry.number, seconds)
                if not self.webhooks.renew(claimed, webhook):
                    return
                if time.monotonic() >= ends:
                    break
        self.webhooks.note(claimed, webhook, time.time())

    def _rest(self, claimed: ClaimedWebhook, webhook: Webhook) -> None:
        """Wait for the feed. What came after it was read and before it was noted that
        this one waits has woken nobody: it is looked for once more."""
        self.webhooks.note(claimed, webhook, None)
        if self.feeds.find_after(webhook.branch_id, webhook.delivered, 1):
            self.webhooks.wake_waiting([webhook.branch_id])

    def _note_failure(
        self,
        claimed: ClaimedWebhook,
        webhook: Webhook,
        number: int,
        answer: WebhookAnswer,
        seconds: float,
    ) -> None:
        now = time.time()
        failure = WebhookTry(now, number, answer.reason, answer.status)
        failed = webhook.note_failure(failure, seconds)
        if failed.state == DISABLED:
            self.webhooks.note(claimed, failed, None)
            return
        share = random.random()  # noqa: S311 - no secret
        self.webhooks.note(claimed, failed, now + compute_pause(failed.tries, share))

    def _send_test(self, webhook: Webhook) -> Webhook:
        """The webhook after a message without an entry was sent to it."""
        now = time.time()
        id_ = f"{webhook.branch_id}.test.{int(now)}"
        body = {
            "number": 0,
            "id": id_,
            "type": TEST_TYPE,
            "timestamp": _write_moment(now),
            "branch_id": webhook.branch_id,
            "member_no": "",
            "data": {},
        }
        began = time.monotonic()
        answer = self._send_message(webhook, id_, body)
        test = WebhookTry(now, 0, answer.reason, answer.status)
        return webhook.note_test(test, time.monotonic() - began)

    def _send_message(
        self, webhook: Webhook, id_: str, body: Mapping[str, object]
    ) -> WebhookAnswer:
        raw = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        now = time.time()
        signed = sign_message(webhook.secrets_at(now), id_, int(now), raw)
        return self.send(webhook.url, {"content-type": CONTENT_TYPE, **signed}, raw)


def _write_moment(epoch: float) -> str:
    moment = datetime.datetime.fromtimestamp(epoch, datetime.UTC)
    return moment.isoformat(timespec="milliseconds")
