"""Classes and units that a roster names in words, asked of those who know them."""

from collections.abc import Iterator
from typing import Any

from chassis.http.problem import Problem

from gateway.clients.services import PageClient
from gateway.roster_files.named_classes import (
    NamedClass,
    with_branch_ids,
    with_class_ids,
)
from gateway.roster_files.roster_file import RosterFile

MOST_PAGES = 10
"""Of classes, a hundred each: more are not open at once."""


def resolve_names(client: PageClient, roster: RosterFile, class_id: str) -> RosterFile:
    """The roster with ids for classes and units, as far as their names are known.

    What is unknown stays as it was written, and so does all while a service is away:
    the outcome of the row says what to do.
    """
    try:
        if any(row["class_id"] not in {"", class_id} for row in roster.rows):
            roster, _ = with_class_ids(roster, list(_find_classes(client)))
        if roster.branch_names:
            branches = client.read_list("enrollment", "branches")
            named = [NamedClass(branch["id"], branch["name"]) for branch in branches]
            roster, _ = with_branch_ids(roster, named)
    except Problem as problem:
        if problem.status < 500:
            raise
    return roster


def _find_classes(client: PageClient) -> Iterator[NamedClass]:
    query = {"limit": "100"}
    for _ in range(MOST_PAGES):
        page = client.call_service(
            "catalog", "GET", ("classes",), dict[str, Any], query=query
        )
        for class_ in page["classes"]:
            yield NamedClass(class_["id"], class_["title"])
        if not page["next"]:
            return
        query = query | {"after": page["next"]}
