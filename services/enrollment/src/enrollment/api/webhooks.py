"""/branches/B/webhook: where a branch's feed is sent."""

import datetime

from chassis.http.auth import current_caller, current_scope, require_roles
from chassis.http.idempotency import idempotent
from chassis.http.routing import Routes, delete, get, post, put
from contracts.http.webhooks import (
    NewWebhookOut,
    WebhookIn,
    WebhookOut,
    WebhookReplayIn,
    WebhookTryOut,
)

from enrollment.domain.webhook import WebhookTry
from enrollment.usecases.change_webhook import ChangeWebhook
from enrollment.usecases.create_branch import require_within
from enrollment.usecases.feed_ports import Feeds
from enrollment.usecases.ports import Branches
from enrollment.usecases.webhook_ports import DueWebhook


class WebhookRoutes(Routes):
    """Routes for the webhooks of branches."""

    name = "webhooks"

    def __init__(self, branches: Branches, feeds: Feeds, change: ChangeWebhook) -> None:
        self.branches, self.feeds, self.change = branches, feeds, change

    @get("/branches/<branch>/webhook")
    @require_roles("officer", "staff")
    def show_webhook(self, branch: str) -> WebhookOut:
        """The webhook of a branch, and how far it is."""
        self._require_branch(branch)
        return self._show(self.change.get(branch))

    @put("/branches/<branch>/webhook")
    @require_roles("officer", "staff")
    def put_webhook(self, branch: str, asked: WebhookIn) -> NewWebhookOut:
        """The feed of a branch is sent there from now on. The secret of a new webhook
        is answered this once."""
        self._require_branch(branch)
        secret = self.change.put(_who(), branch, asked.url, asked.paused)
        return self._show_new(branch, secret)

    @delete("/branches/<branch>/webhook")
    @require_roles("officer", "staff")
    def delete_webhook(self, branch: str) -> WebhookOut:
        """Nothing is sent any more; the webhook as it was."""
        self._require_branch(branch)
        shown = self._show(self.change.get(branch))
        self.change.delete(_who(), branch)
        return shown

    @post("/branches/<branch>/webhook/secret")
    @require_roles("officer", "staff")
    def post_secret(self, branch: str) -> NewWebhookOut:
        """Another secret, answered this once; each before is good for a day, too. It
        is not kept for a repeated request, so that it lies nowhere in clear."""
        self._require_branch(branch)
        return self._show_new(branch, self.change.rotate_secret(_who(), branch))

    @post("/branches/<branch>/webhook/replay", status=202)
    @require_roles("officer", "staff")
    @idempotent
    def post_replay(self, branch: str, asked: WebhookReplayIn) -> WebhookOut:
        """An entry and all behind it are sent once more, under the same ids."""
        self._require_branch(branch)
        self.change.replay(_who(), branch, asked.number)
        return self._show(self.change.get(branch))

    @post("/branches/<branch>/webhook/test", status=202)
    @require_roles("officer", "staff")
    @idempotent
    def post_test(self, branch: str) -> WebhookOut:
        """A message without an entry is sent soon; what came of it stands in `test`."""
        self._require_branch(branch)
        self.change.ask_test(branch)
        return self._show(self.change.get(branch))

    def _require_branch(self, branch: str) -> None:
        require_within(self.branches, branch, current_scope())

    def _show(self, due: DueWebhook) -> WebhookOut:
        last = self.feeds.get_last_number(due.webhook.branch_id)
        return _show_webhook(due, last)

    def _show_new(self, branch: str, secret: str) -> NewWebhookOut:
        shown = self._show(self.change.get(branch))
        names = WebhookOut.__struct_fields__
        fields = {name: getattr(shown, name) for name in names}
        return NewWebhookOut(**fields, secret=secret)


def _show_webhook(found: DueWebhook, last: int) -> WebhookOut:
    webhook = found.webhook
    return WebhookOut(
        branch_id=webhook.branch_id,
        url=webhook.url,
        state=webhook.state,
        delivered=webhook.delivered,
        last=last,
        failing_since=_to_moment(webhook.failing_since),
        next_try=_find_next_try(found),
        failures=[_show_try(failure) for failure in webhook.failures],
        is_tested=webhook.is_tested,
        test=_show_try(webhook.test) if webhook.test else None,
        old_until=_to_moment(webhook.old_until),
    )


def _find_next_try(found: DueWebhook) -> datetime.datetime | None:
    """Told only where it failed: else it is as soon as there is something."""
    return _to_moment(found.due) if found.webhook.tries and found.due else None


def _show_try(tried: WebhookTry) -> WebhookTryOut:
    at = datetime.datetime.fromtimestamp(tried.at, datetime.UTC)
    return WebhookTryOut(
        at=at, number=tried.number, reason=tried.reason, status=tried.status
    )


def _to_moment(epoch: float) -> datetime.datetime | None:
    return datetime.datetime.fromtimestamp(epoch, datetime.UTC) if epoch else None


def _who() -> str:
    return current_caller().account
