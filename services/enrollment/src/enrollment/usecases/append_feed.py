"""Events come into the feeds of the branches that they concern.

A branch has a feed since it first sent a message, which is answered or enrols somebody,
or since somebody first asked for its feed or named a webhook. What happened before that
is in none, also where it is handled later: after an upgrade, say.
"""

import datetime
from collections.abc import Callable, Collection, Iterable, Sequence

from enrollment.domain.branch_feed import FeedEvent, PlacedEvent, place_events
from enrollment.domain.people import Membership, college_day
from enrollment.usecases.feed_ports import Feeds, PersonGroups
from enrollment.usecases.ports import Branches, People

OUT_OF_ORDER_SECONDS = 3600.0
"""What happened so long before a feed began still comes in: the first answer may be
handled after the second, and clocks differ. An upgrade brings what is days old."""


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
        self.feeds.open_feeds(senders, _find_first(events, senders))
        lines = {id_: branch.line for id_, branch in named.items()}
        feeds = place_events(events, about, lines)
        fed = []
        for branch_id, opened in sorted(self.feeds.find_open(feeds).items()):
            if new := _leave_out_earlier(feeds[branch_id], opened):
                self.feeds.append_events(branch_id, new)
                fed.append(branch_id)
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


def _find_first(
    events: Iterable[FeedEvent], senders: Collection[str]
) -> dict[str, float]:
    """By sender when the first of these events happened."""
    first: dict[str, float] = {}
    for event in events:
        if (id_ := event.branch_id) in senders:
            at = _to_epoch(event)
            first[id_] = min(at, first.get(id_, at))
    return first


def _leave_out_earlier(
    placed: Iterable[PlacedEvent], opened: float
) -> list[PlacedEvent]:
    begin = opened - OUT_OF_ORDER_SECONDS
    return [one for one in placed if _to_epoch(one.event) >= begin]


def _to_epoch(event: FeedEvent) -> float:
    return datetime.datetime.fromisoformat(event.happened).timestamp()


def _find_holders(
    event: FeedEvent, group: Sequence[str], memberships: Sequence[Membership]
) -> list[str]:
    """The branches that held a human on the day of an event."""
    day = college_day(datetime.datetime.fromisoformat(event.happened))
    holding = (m for m in memberships if m.person_id in group and m.is_active(day))
    return sorted({membership.branch_id for membership in holding})
