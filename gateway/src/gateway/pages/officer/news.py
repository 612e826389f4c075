"""What is new in an officer's branch: who moved up, left, learnt; what waits."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from chassis.http.routing import Routes, get, post
from contracts.http.branch_feed import FeedEntryOut, FeedQuery
from contracts.http.catalog import ClassesQuery
from contracts.http.join_requests import RequestsQuery
from contracts.http.shape import MOST_IDS
from flask import Response, request

from gateway.api.request_visitor import require_actor
from gateway.clients.page_services import PageServices
from gateway.clients.parts import Unavailable
from gateway.forms.webhooks import MOST_NUMBER
from gateway.identity.account import OFFICER
from gateway.identity.news_places import NewsPlaces
from gateway.pages.branch_words import name_branches
from gateway.pages.officer.branch_seats import BranchSeatsLine, view_lines
from gateway.pages.officer.news_view import (
    Group,
    Known,
    find_classes,
    find_named,
    group_alike,
    view_news,
)
from gateway.pages.page_client import page_services
from gateway.pages.rendering import redirect_to, render_page
from gateway.pages.role_guard import for_role

PATH = "/news"
ENTRIES_AT_ONCE, MOST_ASKED, LINES = 100, 5, 20
"""Entries of one answer, answers of one page, and lines that make a page: a roster of
thousands makes one line, and answers to a program's rosters make none."""
MOST_WAITING, NEAREST = 50, 30
"""Requests that are counted, and classes whose seats are looked at."""


@dataclass(frozen=True)
class FeedPart:
    """A part of a feed in groups, newest first; `older` is the number before which the
    next part begins, 0 for the last; `last` is the newest number of the feed."""

    groups: list[Group]
    older: int
    last: int


@dataclass(frozen=True)
class Waiting:
    """What waits for the officer: so many requests, and the classes in which own people
    wait for a seat; `away` is the first part that does not answer."""

    requests: int
    classes: list[BranchSeatsLine]
    away: Unavailable | None

    @property
    def has_more_requests(self) -> bool:
        """Whether there are perhaps more requests than were counted."""
        return self.requests == MOST_WAITING


class NewsPages(Routes):
    """The page of what is new."""

    name = "news"

    def __init__(self, places: NewsPlaces) -> None:
        self.places = places

    @get(PATH)
    @for_role(OFFICER)
    def show_news(self) -> Response:
        """A page of the branch's feed in words, the newest first."""
        services, account = page_services(), require_actor().account
        branch_id = account.branch_id
        part = read_part(services, branch_id, read_before(request.args))
        seen = self.places.get_number(account.id, branch_id)
        known, away = find_known(services, part.groups)
        is_first = "before" not in request.args
        branches = {entry.branch_id for group in part.groups for entry in group}
        context: dict[str, Any] = {
            "lines": view_news(branch_id, part.groups, seen, known),
            "away_part": away,
            "names": name_branches(services, branches),
            "waiting": read_waiting(services) if is_first else None,
            "older": f"{PATH}?before={part.older}" if part.older else "",
            "is_first": is_first,
            "last": part.last,
            "has_new": part.last > seen,
        }
        return render_page("officer/news.html", **context)

    @post(f"{PATH}/seen")
    @for_role(OFFICER)
    def mark_seen(self) -> Response:
        """All up to the number that the page showed is looked at."""
        account = require_actor().account
        number = read_number(request.form.get("last", ""))
        self.places.put_number(account.id, account.branch_id, number)
        return redirect_to(PATH)


def read_before(query: Any) -> int:
    """Before which number the page ends; behind all where none is named."""
    return read_number(query.get("before", "")) or MOST_NUMBER


def read_number(written: str) -> int:
    """A number of a feed, or 0."""
    is_number = written.isascii() and written.isdigit() and len(written) < 16
    return min(int(written), MOST_NUMBER) if is_number else 0


def read_part(services: PageServices, branch_id: str, before: int) -> FeedPart:
    """The newest groups before a number, by as many answers as they need, and no more
    than a page has time for."""
    ask = services.enrollment.show_feed
    newest = ask(branch_id, FeedQuery(after=MOST_NUMBER, limit=1))
    top = min(before - 1, newest.last)
    entries, groups, first = list[FeedEntryOut](), list[Group](), newest.first
    for _ in range(MOST_ASKED):
        if top < max(first, 1) or len(groups) >= LINES:
            break
        after = max(0, top - ENTRIES_AT_ONCE)
        some = read_between(services, branch_id, after, top)
        entries += some
        groups, top = group_alike(entries), after
    return FeedPart(groups, top + 1 if top >= max(first, 1) else 0, newest.last)


def read_between(
    services: PageServices, branch_id: str, after: int, top: int
) -> list[FeedEntryOut]:
    """The entries behind a number up to another one, newest first; several answers
    where they are large."""
    found = list[FeedEntryOut]()
    while after < top:
        asked = FeedQuery(after=after, limit=top - after)
        page = services.enrollment.show_feed(branch_id, asked)
        if not page.items:
            break
        found += [entry for entry in page.items if entry.number <= top]
        after = page.next
    return found[::-1]


def find_known(
    services: PageServices, groups: Sequence[Group]
) -> tuple[Known, Unavailable | None]:
    """The people and classes that lines of these groups name, and the first service
    that does not answer."""
    people, classes = find_named(groups), find_classes(groups)
    named = services.ask_part(services.enrollment.name_people, people)
    titled = services.ask_part(services.catalog.find_classes, classes[:MOST_IDS])
    persons, found = named.get_answer(), titled.get_answer()
    titles = {} if isinstance(found, Unavailable) else found
    known = Known(
        {one.person_id: one for one in persons},
        {id_: one.title for id_, one in titles.items()},
    )
    return known, _first_away(persons, found)


def _first_away(*parts: object) -> Unavailable | None:
    return next((part for part in parts if isinstance(part, Unavailable)), None)


def read_waiting(services: PageServices) -> Waiting:
    """What waits for the officer."""
    asked = services.ask_part(
        services.enrollment.list_requests, RequestsQuery(limit=MOST_WAITING)
    )
    nearest = services.ask_part(
        services.catalog.list_classes, ClassesQuery(limit=NEAREST)
    ).get_answer()
    classes = [] if isinstance(nearest, Unavailable) else nearest.items
    ask_seats = services.enrollment.list_own_seats
    seats = services.ask_part(ask_seats, [one.id for one in classes]).get_answer()
    requests = asked.get_answer()
    return Waiting(
        0 if isinstance(requests, Unavailable) else len(requests.items),
        [line for line in view_lines(classes, list(seats)) if line.waiting],
        _first_away(requests, nearest, seats),
    )
