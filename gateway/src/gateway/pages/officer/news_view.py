"""What the page of news shows: entries of the feed, those of one kind together."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby

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


def leave_out_answers(entries: Iterable[FeedEntryOut]) -> list[FeedEntryOut]:
    """Those that are no answer to a roster of the branch's own."""
    return [entry for entry in entries if entry.type not in ANSWERS]


def view_news(
    branch_id: str, entries: Iterable[FeedEntryOut], seen: int, known: Known
) -> list[NewsLine]:
    """The lines of these entries, which come newest first; `branch_id` is the feed's
    own, `seen` the number up to which they were looked at."""
    return [
        _view_line(branch_id, list(alike), seen, known)
        for _, alike in groupby(entries, _kind_of)
    ]


def _kind_of(entry: FeedEntryOut) -> tuple[str, str, object]:
    """Entries that follow one another and agree in this make one line."""
    about = str(entry.data.get("class_id") or entry.data.get("title") or entry.number)
    return entry.type, about, entry.data.get("cause")


def _view_line(
    branch_id: str, alike: list[FeedEntryOut], seen: int, known: Known
) -> NewsLine:
    newest = alike[0]
    people = list(dict.fromkeys(_people_of(alike, known)))
    class_id = str(newest.data.get("class_id", ""))
    title = known.titles.get(class_id) or str(newest.data.get("title", ""))
    return NewsLine(
        what=name_event(newest),
        people=people[:NAMED],
        others=len(people[NAMED:]),
        about=title,
        path=_path_of(branch_id, newest, class_id),
        branch_id=_only_below(branch_id, alike),
        at=format_moment(newest.timestamp),
        is_new=newest.number > seen,
    )


def _only_below(branch_id: str, alike: Iterable[FeedEntryOut]) -> str:
    """The branch below that all these are about; empty for several, or the own one."""
    branches = {entry.branch_id for entry in alike}
    return branches.pop() if len(branches) == 1 and branch_id not in branches else ""


def _people_of(entries: Iterable[FeedEntryOut], known: Known) -> Iterator[NewsPerson]:
    for entry in entries:
        id_ = str(entry.data.get("person_id", ""))
        if person := known.people.get(id_):
            yield NewsPerson(person.name, f"/people/{person.record_id}")
        elif id_:
            yield NewsPerson(entry.member_no or "—", "")


def _path_of(branch_id: str, entry: FeedEntryOut, class_id: str) -> str:
    """Where a line leads: to the class's people, or to what was refused."""
    if class_id:
        return f"/classes/{class_id}/people"
    is_answer = "person_id" not in entry.data
    return f"/branches/{branch_id}/feed" if is_answer else ""
