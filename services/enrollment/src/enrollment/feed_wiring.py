"""Wiring of the feeds of branches, and of the webhooks that they are sent to."""

import time
from collections.abc import Sequence
from functools import partial
from ipaddress import ip_network
from typing import Protocol

from chassis.http.routing import Routes
from chassis.service.kit import ServiceKit
from chassis.service.process import Loop
from chassis.settings import SettingsError

from enrollment.api.branch_feed import BranchFeedRoutes
from enrollment.api.webhooks import WebhookRoutes
from enrollment.clients.webhook_sender import WebhookSender
from enrollment.domain.webhook_address import Network
from enrollment.settings import Settings
from enrollment.store.branches import StoredBranches
from enrollment.store.feeds import StoredFeeds
from enrollment.store.merges import StoredMerges
from enrollment.store.people import StoredPeople
from enrollment.store.sealing import Sealing
from enrollment.store.webhooks import StoredWebhooks
from enrollment.usecases.append_feed import AppendFeed
from enrollment.usecases.change_webhook import ChangeWebhook
from enrollment.usecases.deliver_feed import DeliverFeed
from enrollment.usecases.read_feed import ReadFeed

DAY = 24 * 3600.0  # entries stay for weeks: to clear them a day late is soon enough
QUICK, SLOW = 3, 2
"""Deliveries at once in a process: of those that answer soon, and of those that take
long and so wait for each other alone."""
ELSEWHERE_SECONDS = 5.0
"""How late, at most, what came into a feed in another process is sent, or a try that
is due."""


class FeedStores(Protocol):
    """The stores of enrolment that matter to feeds."""

    @property
    def branches(self) -> StoredBranches:
        """The tree of branches."""

    @property
    def people(self) -> StoredPeople:
        """Persons and their memberships."""

    @property
    def merges(self) -> StoredMerges:
        """Which records count for which."""


class FeedParts:
    """The parts by which branches follow what concerns them."""

    def __init__(
        self, base: ServiceKit, stores: FeedStores, settings: Settings
    ) -> None:
        self.base, self.branches = base, stores.branches
        self.feeds = StoredFeeds(base.database)
        of_people = (stores.people, stores.merges)
        self.append = AppendFeed(self.feeds, stores.branches, *of_people, self.wake_for)
        self.read = ReadFeed(self.feeds, *of_people)
        sealing = Sealing(settings.person_secret.encode(), b"webhook/secret")
        self.webhooks = StoredWebhooks(base.database, sealing)
        self.slow_webhooks = StoredWebhooks(base.database, sealing, is_slow=True)
        self.allowed = read_networks(settings.webhook_networks)
        send = WebhookSender(self.allowed)
        deliver = partial(DeliverFeed, feeds=self.feeds, read=self.read, send=send)
        quick = [deliver(self.webhooks) for _ in range(QUICK)]
        slow = [deliver(self.slow_webhooks) for _ in range(SLOW)]
        self.delivering = [*quick, *slow]

    def create_routes(self) -> list[Routes]:
        """The routes for feeds and webhooks."""
        change = ChangeWebhook(
            self.webhooks,
            self.feeds,
            self.base.audit_log,
            self.allowed,
            self.wake_deliveries,
        )
        return [
            BranchFeedRoutes(self.branches, self.read),
            WebhookRoutes(self.branches, self.feeds, change),
        ]

    def wake_for(self, branch_ids: Sequence[str]) -> None:
        """Something came into the feeds of these branches."""
        if self.webhooks.wake_waiting(branch_ids):
            self.wake_deliveries()

    def wake_deliveries(self) -> None:
        """Whoever delivers in this process looks at once."""
        for deliver in self.delivering:
            deliver.waiting.set()

    def worker_loops(self) -> dict[str, Loop]:
        """The loops of a worker."""
        delivering = {
            f"webhooks-{number}": self.base.work_loop(
                f"webhooks-{number}", deliver, deliver.waiting, ELSEWHERE_SECONDS
            )
            for number, deliver in enumerate(self.delivering, start=1)
        }
        return delivering | {
            "clearing-feeds": self.base.work_loop(
                "clearing-feeds",
                lambda: self.feeds.clear_old(time.time()),
                idle_seconds=DAY,
            )
        }

    def declare_storage(self) -> None:
        """Make the indexes."""
        self.feeds.declare_indexes()
        self.webhooks.declare_indexes()


def read_networks(text: str) -> list[Network]:
    """The networks of a setting. Raises SettingsError."""
    try:
        return [ip_network(one) for one in text.replace(",", " ").split()]
    except ValueError as error:
        raise SettingsError(f"WEBHOOK_NETWORKS: {error}") from error
