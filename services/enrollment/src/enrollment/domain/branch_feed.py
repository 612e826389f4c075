"""The feed of a branch: what became of its messages and its members, numbered.

Entries hold ids alone. The member's number is looked up when an entry is read, so that
who was deleted is nobody in a feed, too.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

HIDDEN = frozenset({"ticket"})
"""Fields of events that no branch is shown."""


@dataclass(frozen=True)
class FeedEvent:
    """An event as feeds have it; `happened` is its moment, as RFC 3339 writes it.

    What is about a person without `branch_id` is about a member of each branch that
    holds the person at that moment. An answer, about no person, is its sender's alone.
    """

    id: str
    type: str
    happened: str
    data: Mapping[str, object]
    person_id: str = ""
    branch_id: str = ""

    @property
    def is_answer(self) -> bool:
        """Whether it answers a message of the branch."""
        return not self.person_id


@dataclass(frozen=True)
class PlacedEvent:
    """An event for one feed, and the branch whose message or member it is about."""

    event: FeedEvent
    about: str


@dataclass(frozen=True)
class FeedEntry:
    """Entry `number` of a branch's feed, there since the moment `added` (epoch)."""

    branch_id: str
    number: int
    added: float
    placed: PlacedEvent

    @property
    def event(self) -> FeedEvent:
        """The event that it holds."""
        return self.placed.event


@dataclass(frozen=True)
class FeedPage:
    """Entries without gaps, each with the member's number; where the next begin, and
    the oldest and the newest number that are kept."""

    entries: tuple[tuple[FeedEntry, str], ...]
    next: int
    first: int
    last: int


def place_events(
    events: Sequence[FeedEvent],
    about: Mapping[str, Sequence[str]],
    lines: Mapping[str, Sequence[str]],
) -> dict[str, list[PlacedEvent]]:
    """By branch what comes into its feed, if it has one.

    `about` names by event the branches that it is about, `lines` by branch those above
    it and itself. What is about members comes to these, too, and once to each.
    """
    feeds: dict[str, dict[str, PlacedEvent]] = {}
    for event in events:
        for branch in about.get(event.id, ()):
            above = lines.get(branch, (branch,))
            for reader in (branch,) if event.is_answer else above:
                placed = PlacedEvent(event, branch)
                feeds.setdefault(reader, {}).setdefault(event.id, placed)
    return {branch: list(placed.values()) for branch, placed in feeds.items()}


def show_data(data: Mapping[str, object]) -> dict[str, object]:
    """What of an event's data is shown to branches."""
    return {name: value for name, value in data.items() if name not in HIDDEN}


def show_entry(entry: FeedEntry, member_no: str) -> dict[str, object]:
    """An entry as branches see it, by whichever way."""
    event = entry.event
    return {
        "number": entry.number,
        "id": event.id,
        "type": event.type,
        "timestamp": event.happened,
        "branch_id": entry.placed.about,
        "member_no": member_no,
        "data": dict(event.data),
    }


def cut_at_gap(entries: Iterable[FeedEntry]) -> list[FeedEntry]:
    """The first of these up to where a number is missing: what is behind a gap is read
    when the gap is filled."""
    whole: list[FeedEntry] = []
    for entry in entries:
        if whole and entry.number != whole[-1].number + 1:
            break
        whole.append(entry)
    return whole
