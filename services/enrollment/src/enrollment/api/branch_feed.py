"""/branches/B/feed: what became of a branch's messages and members, by number."""

import datetime

import msgspec
from chassis.http.auth import current_scope, require_roles
from chassis.http.routing import Routes, get
from contracts.http.branch_feed import FeedEntryOut, FeedOut, FeedQuery

from enrollment.domain.branch_feed import show_entry
from enrollment.usecases.create_branch import require_within
from enrollment.usecases.ports import Branches
from enrollment.usecases.read_feed import ReadFeed


class BranchFeedRoutes(Routes):
    """Routes for the feeds of branches."""

    name = "branch_feed"

    def __init__(self, branches: Branches, read: ReadFeed) -> None:
        self.branches, self.read = branches, read

    @get("/branches/<branch>/feed")
    @require_roles("officer", "staff")
    def show_feed(self, branch: str, asked: FeedQuery) -> FeedOut:
        """Entries of a branch's feed behind a number.

        Nothing is skipped or repeated by whoever asks for `next`. The feed begins when
        the branch first sends a message, or when it is first asked for.
        """
        require_within(self.branches, branch, current_scope())
        page = self.read(branch, asked.after, asked.limit, _to_epoch(asked.since))
        shown = [show_entry(entry, number) for entry, number in page.entries]
        items = [msgspec.convert(entry, FeedEntryOut) for entry in shown]
        return FeedOut(items=items, next=page.next, first=page.first, last=page.last)


def _to_epoch(moment: datetime.datetime | None) -> float | None:
    """One without a zone is UTC, as everywhere inside."""
    if moment is None:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=datetime.UTC)
    return moment.timestamp()
