"""What the page of news shows: entries of the feed, those of one kind together."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from contracts.http.branch_feed import FeedEntryOut
from contracts.http.participants import NamedPersonOut

from gateway.pages.formats import format_moment
from gateway.pages.officer.feed_words import name_event

ANSWERS = {"enrollment.receipt.issued.v1", "enrollment.changes.decided.v1"}
"""Answers to the branch's own rosters, whose pages tell more."""
NAMED = 3
"""People of a line who are named; of a long roster nobody reads more."""


@dataclass(frozen=True)
class NewsPerson:
    """Somebody a line is about; `path` is empty where the branch has them no longer."""

    name: str
    path: str


@dataclass(frozen=True)
class NewsLine:
    """What happened to one or several people in one class or course, the last of it at
    a moment. `others` counts those who are not named; `branch_id` is the one branch
    below whose people they all are, or empty."""

    what: str
    people: list[NewsPerson]
    others: int
    about: str
    path: str
    branch_id: str
    at: str
    is_new: bool


@dataclass(frozen=True)
class Known:
    """What is known of the people and classes of some entries, by their ids."""

    people: Mapping[str, NamedPersonOut] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)


Group = list[FeedEntryOut]
"""Entries of one kind in one class or course, newest first."""


def group_alike(entries: Iterable[FeedEntryOut]) -> list[Group]:
    """These entries, which come newest first, by what happened and where; without the
    answers to rosters of the branch's own. Each group stands where its newest does."""
    groups: dict[tuple[str, str, object], Group] = {}
    for entry in entries:
        if entry.type not in ANSWERS:
            groups.setdefault(_kind_of(entry), []).append(entry)
    return list(groups.values())


def find_named(groups: Iterable[Group]) -> list[str]:
    """The people whose names the lines of these groups show."""
    return sorted({id_ for group in groups for id_ in _people_of(group)[:NAMED]})


def find_classes(groups: Iterable[Group]) -> list[str]:
    """The classes that these groups are about."""
    return sorted({str(one[0].data.get("class_id", "")) for one in groups} - {""})


def view_news(
    branch_id: str, groups: Iterable[Group], seen: int, known: Known
) -> list[NewsLine]:
    """A line for each group; `branch_id` is the feed's own, `seen` the number up to
    which it was looked at."""
    return [_view_line(branch_id, group, seen, known) for group in groups]


def _kind_of(entry: FeedEntryOut) -> tuple[str, str, object]:
    about = str(entry.data.get("class_id") or entry.data.get("title") or entry.number)
    return entry.type, about, entry.data.get("cause")


def _view_line(branch_id: str, group: Group, seen: int, known: Known) -> NewsLine:
    newest, people = group[0], _people_of(group)
    class_id = str(newest.data.get("class_id", ""))
    title = known.titles.get(class_id) or str(newest.data.get("title", ""))
    return NewsLine(
        what=name_event(newest),
        people=[_name_person(group, id_, known) for id_ in people[:NAMED]],
        others=len(people[NAMED:]),
        about=title,
        path=_path_of(branch_id, newest, class_id),
        branch_id=_only_below(branch_id, group),
        at=format_moment(newest.timestamp),
        is_new=newest.number > seen,
    )


def _only_below(branch_id: str, group: Group) -> str:
    """The branch below that all these are about; empty for several, or the own one."""
    branches = {entry.branch_id for entry in group}
    return branches.pop() if len(branches) == 1 and branch_id not in branches else ""


def _people_of(group: Group) -> list[str]:
    """Whom a group is about, each once."""
    people = (str(one.data["person_id"]) for one in group if "person_id" in one.data)
    return list(dict.fromkeys(people))


def _name_person(group: Group, id_: str, known: Known) -> NewsPerson:
    if person := known.people.get(id_):
        return NewsPerson(person.name, f"/people/{person.record_id}")
    numbers = (one.member_no for one in group if one.data.get("person_id") == id_)
    return NewsPerson(next(numbers, "") or "—", "")


def _path_of(branch_id: str, entry: FeedEntryOut, class_id: str) -> str:
    """Where a line leads: to the class's people, or to what was refused."""
    if class_id:
        return f"/classes/{class_id}/people"
    is_answer = "person_id" not in entry.data
    return f"/branches/{branch_id}/feed" if is_answer else ""
