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
from gateway.pages.officer.news_view import Known, leave_out_answers, view_news
from gateway.pages.page_client import page_services
from gateway.pages.rendering import redirect_to, render_page
from gateway.pages.role_guard import for_role

PATH = "/news"
PAGE_SIZE = 60
"""Entries of one page, a few of which make a line."""
MOST_WAITING, NEAREST = 50, 30
"""Requests that are counted, and classes whose seats are looked at."""


@dataclass(frozen=True)
class Entries:
    """Entries of a feed, newest first; `older` is the number before which the page
    before begins, 0 on the last one; `last` is the newest number of the feed."""

    items: list[FeedEntryOut]
    older: int
    last: int


@dataclass(frozen=True)
class Waiting:
    """What waits for the officer: how many requests, and the classes in which the
    branch has no seat left while somebody waits. None and empty for what is away."""

    requests: int | None
    full: list[BranchSeatsLine]

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
        found = read_entries(services, branch_id, read_before(request.args))
        items = leave_out_answers(found.items)
        seen = self.places.get_number(account.id, branch_id)
        known = find_known(services, items)
        names = name_branches(services, {one.branch_id for one in items})
        context: dict[str, Any] = {
            "lines": view_news(branch_id, items, seen, known),
            "names": names,
            "waiting": read_waiting(services),
            "older": f"{PATH}?before={found.older}" if found.older else "",
            "is_first": "before" not in request.args,
            "last": found.last,
            "has_new": found.last > seen,
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


def read_entries(services: PageServices, branch_id: str, before: int) -> Entries:
    """The newest entries before a number; several answers where they are large."""
    ask = services.enrollment.show_feed
    last = ask(branch_id, FeedQuery(after=MOST_NUMBER, limit=1)).last
    top = min(before - 1, last)
    after, items = max(0, top - PAGE_SIZE), list[FeedEntryOut]()
    older, first = after, 0
    while after < top:
        page = ask(branch_id, FeedQuery(after=after, limit=top - after))
        if not page.items:
            break
        items += [entry for entry in page.items if entry.number <= top]
        after, first = page.next, page.first
    has_older = 0 < first <= older
    return Entries(items[::-1], older + 1 if has_older else 0, last)


def find_known(services: PageServices, entries: Sequence[FeedEntryOut]) -> Known:
    """The people and classes of these entries, as far as the services answer."""
    people = sorted({str(one.data.get("person_id", "")) for one in entries} - {""})
    classes = sorted({str(one.data.get("class_id", "")) for one in entries} - {""})
    named = services.ask_part(services.enrollment.name_people, people)
    titled = services.ask_part(services.catalog.find_classes, classes[:MOST_IDS])
    found = titled.get_answer()
    titles = {} if isinstance(found, Unavailable) else found
    return Known(
        {one.person_id: one for one in named.get_answer()},
        {id_: one.title for id_, one in titles.items()},
    )


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
    lines = view_lines(classes, list(seats))
    requests = asked.get_answer()
    return Waiting(
        None if isinstance(requests, Unavailable) else len(requests.items),
        [line for line in lines if line.waiting and line.free <= 0],
    )
