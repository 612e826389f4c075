"""Wiring of the feeds of branches."""

import time
from typing import Protocol

from chassis.http.routing import Routes
from chassis.service.kit import ServiceKit
from chassis.service.process import Loop

from enrollment.api.branch_feed import BranchFeedRoutes
from enrollment.store.branches import StoredBranches
from enrollment.store.feeds import StoredFeeds
from enrollment.store.merges import StoredMerges
from enrollment.store.people import StoredPeople
from enrollment.usecases.append_feed import AppendFeed
from enrollment.usecases.read_feed import ReadFeed

DAY = 24 * 3600.0  # entries stay for weeks: to clear them a day late is soon enough


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

    def __init__(self, base: ServiceKit, stores: FeedStores) -> None:
        self.base, self.branches = base, stores.branches
        self.feeds = StoredFeeds(base.database)
        of_people = (stores.people, stores.merges)
        self.append = AppendFeed(self.feeds, stores.branches, *of_people)
        self.read = ReadFeed(self.feeds, *of_people)

    def create_routes(self) -> list[Routes]:
        """The routes for feeds."""
        return [BranchFeedRoutes(self.branches, self.read)]

    def worker_loops(self) -> dict[str, Loop]:
        """The loops of a worker."""
        return {
            "clearing-feeds": self.base.work_loop(
                "clearing-feeds",
                lambda: self.feeds.clear_old(time.time()),
                idle_seconds=DAY,
            )
        }

    def declare_storage(self) -> None:
        """Make the indexes."""
        self.feeds.declare_indexes()
