"""What the client of enrollment asks about feeds and webhooks of branches."""

from dataclasses import dataclass

from chassis.http.problem import Problem
from contracts.http.branch_feed import FeedOut, FeedQuery
from contracts.http.webhooks import (
    NewWebhookOut,
    WebhookIn,
    WebhookOut,
    WebhookReplayIn,
)

from gateway.clients.caller import ServiceCaller


@dataclass(frozen=True)
class FeedsClient:
    """Questions about feeds in the name of a visitor."""

    ask: ServiceCaller

    def show_feed(self, branch: str, asked: FeedQuery) -> FeedOut:
        """Entries of a branch's feed behind a number. Raises Problem 403."""
        return self.ask.get(FeedOut, "branches", branch, "feed", query=asked)

    def get_webhook(self, branch: str) -> WebhookOut | None:
        """The webhook of a branch, or None. Raises Problem 403."""
        try:
            return self.ask.get(WebhookOut, *_path(branch))
        except Problem as problem:
            if problem.slug != "unknown-webhook":
                raise
            return None

    def put_webhook(self, branch: str, asked: WebhookIn) -> NewWebhookOut:
        """The feed is sent there from now on. Raises Problem 422."""
        return self.ask.send("PUT", NewWebhookOut, *_path(branch), body=asked)

    def delete_webhook(self, branch: str) -> WebhookOut:
        """Nothing is sent any more. Raises Problem 404."""
        return self.ask.send("DELETE", WebhookOut, *_path(branch))

    def post_webhook_secret(self, branch: str) -> NewWebhookOut:
        """Another secret. Raises Problem 404."""
        return self.ask.send("POST", NewWebhookOut, *_path(branch), "secret")

    def post_webhook_replay(self, branch: str, number: int, key: str) -> WebhookOut:
        """An entry and all behind it are sent once more. Raises Problem 404."""
        path, body = (*_path(branch), "replay"), WebhookReplayIn(number=number)
        return self.ask.send("POST", WebhookOut, *path, body=body, key=key)

    def post_webhook_test(self, branch: str, key: str) -> WebhookOut:
        """A message without an entry is sent soon. Raises Problem 404."""
        return self.ask.send("POST", WebhookOut, *_path(branch), "test", key=key)


def _path(branch: str) -> tuple[str, ...]:
    return ("branches", branch, "webhook")
