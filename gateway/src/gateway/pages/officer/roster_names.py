"""Classes and units that a roster names in words, asked of those who know them."""

from collections.abc import Iterator

from chassis.http.problem import Problem
from contracts.http.catalog import ClassesQuery
from contracts.http.enrollment import BranchesQuery

from gateway.clients.page_services import PageServices
from gateway.roster_files.named_classes import (
    NamedClass,
    with_branch_ids,
    with_class_ids,
)
from gateway.roster_files.roster_file import RosterFile

PAGE_SIZE, MOST_PAGES = 100, 10
"""Of classes and of units: more classes are not open at once."""


def resolve_names(
    services: PageServices, roster: RosterFile, class_id: str
) -> RosterFile:
    """The roster with ids for classes and units, as far as their names are known.

    What is unknown stays as it was written, and so does all while a service is away:
    the outcome of the row says what to do.
    """
    try:
        if any(row["class_id"] not in {"", class_id} for row in roster.rows):
            roster, _ = with_class_ids(roster, list(_find_classes(services)))
        if roster.branch_names:
            roster, _ = with_branch_ids(roster, list(_find_branches(services)))
    except Problem as problem:
        if problem.status < 500:
            raise
    return roster


def _find_classes(services: PageServices) -> Iterator[NamedClass]:
    after = ""
    for _ in range(MOST_PAGES):
        asked = ClassesQuery(after=after, limit=PAGE_SIZE)
        page = services.catalog.list_classes(asked)
        yield from (NamedClass(found.id, found.title) for found in page.items)
        if not (after := page.next):
            return


def _find_branches(services: PageServices) -> Iterator[NamedClass]:
    after = ""
    for _ in range(MOST_PAGES):
        asked = BranchesQuery(after=after, limit=PAGE_SIZE)
        page = services.enrollment.list_branches(asked)
        yield from (NamedClass(found.id, found.name) for found in page.items)
        if not (after := page.next):
            return
