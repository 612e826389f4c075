"""The feed of a branch is read by numbers, or from a moment on."""

from collections.abc import Mapping, Sequence

from enrollment.domain.branch_feed import FeedEntry, FeedPage, cut_at_gap
from enrollment.usecases.feed_ports import Feeds, PersonGroups
from enrollment.usecases.ports import People


class ReadFeed:
    """Reads feeds. Whoever asks for one has one from then on."""

    def __init__(self, feeds: Feeds, people: People, groups: PersonGroups) -> None:
        self.feeds, self.people, self.groups = feeds, people, groups

    def __call__(
        self, branch_id: str, after: int, limit: int, since: float | None = None
    ) -> FeedPage:
        """So many entries behind a number, none of them older than a moment."""
        self.feeds.open_feeds([branch_id])
        if since is not None:
            after = max(after, self.feeds.get_number_before(branch_id, since))
        entries = cut_at_gap(self.feeds.find_after(branch_id, after, limit))
        first = self.feeds.get_first_number(branch_id)
        following = entries[-1].number if entries else after
        last = self.feeds.get_last_number(branch_id)
        return FeedPage(tuple(self.name_members(entries)), following, first, last)

    def name_members(self, entries: Sequence[FeedEntry]) -> list[tuple[FeedEntry, str]]:
        """Each entry with the number of its member in the branch that it is about."""
        ids = sorted({e.event.person_id for e in entries if e.event.person_id})
        groups = self.groups.find_groups(ids) if ids else {}
        every = sorted({id_ for group in groups.values() for id_ in group})
        found = self.people.find_memberships_of(every) if every else []
        numbers = {(m.person_id, m.branch_id): m.member_no for m in found}
        return [(e, _find_number(e, groups, numbers)) for e in entries]


def _find_number(
    entry: FeedEntry,
    groups: Mapping[str, Sequence[str]],
    numbers: Mapping[tuple[str, str], str],
) -> str:
    of = entry.event.person_id
    about = entry.placed.about
    candidates = [of, *groups.get(of, ())]
    known = (numbers.get((id_, about), "") for id_ in candidates)
    return next((number for number in known if number), "")
