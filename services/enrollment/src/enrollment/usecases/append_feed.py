"""Events come into the feeds of the branches that they concern.

A branch has a feed since it first sent a message, which is answered or enrols somebody,
or since somebody first asked for its feed or named a webhook. What happened before that
is in none.
"""

import datetime
from collections.abc import Callable, Sequence

from enrollment.domain.branch_feed import FeedEvent, place_events
from enrollment.domain.people import Membership, college_day
from enrollment.usecases.feed_ports import Feeds, PersonGroups
from enrollment.usecases.ports import Branches, People


class AppendFeed:
    """Puts events into feeds. Repeating it changes nothing. `wake` is called with the
    branches into whose feeds something came."""

    def __init__(
        self,
        feeds: Feeds,
        branches: Branches,
        people: People,
        groups: PersonGroups,
        wake: Callable[[Sequence[str]], None],
    ) -> None:
        self.feeds, self.branches = feeds, branches
        self.people, self.groups, self.wake = people, groups, wake

    def __call__(self, events: Sequence[FeedEvent]) -> None:
        """Put events into the feed of each branch that they are about, and those about
        members into the feeds of the branches above it. Raises WriteConflict."""
        about = self._find_concerned(events)
        named = self.branches.find_by_ids(
            sorted({b for ids in about.values() for b in ids})
        )
        senders = {e.branch_id for e in events if e.branch_id} & named.keys()
        self.feeds.open_feeds(senders)
        lines = {id_: branch.line for id_, branch in named.items()}
        feeds = place_events(events, about, lines)
        fed = sorted(self.feeds.find_open(feeds))
        for branch_id in fed:
            self.feeds.append_events(branch_id, feeds[branch_id])
        if fed:
            self.wake(fed)

    def _find_concerned(self, events: Sequence[FeedEvent]) -> dict[str, list[str]]:
        """By event the branches that it is about."""
        known = {e.id: [e.branch_id] for e in events if e.branch_id}
        unknown = [event for event in events if not event.branch_id]
        if not unknown:
            return known
        groups = self.groups.find_groups(sorted({e.person_id for e in unknown}))
        every = sorted({id_ for group in groups.values() for id_ in group})
        memberships = self.people.find_memberships_of(every)
        return known | {
            event.id: _find_holders(event, groups[event.person_id], memberships)
            for event in unknown
        }


def _find_holders(
    event: FeedEvent, group: Sequence[str], memberships: Sequence[Membership]
) -> list[str]:
    """The branches that held a human on the day of an event."""
    day = college_day(datetime.datetime.fromisoformat(event.happened))
    holding = (m for m in memberships if m.person_id in group and m.is_active(day))
    return sorted({membership.branch_id for membership in holding})
