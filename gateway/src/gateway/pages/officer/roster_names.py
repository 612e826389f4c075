"""What classes, branches and senders are called on pages of rosters."""

import re
from collections.abc import Iterable, Sequence

from chassis.http.problem import Problem
from contracts.http.catalog import ClassesQuery, ClassOut
from contracts.http.enrollment import BranchesQuery, BranchOut

from gateway.api.request_visitor import current_visitor
from gateway.clients.page_services import PageServices
from gateway.clients.parts import Unavailable
from gateway.roster_files.named_classes import NamedClass

MOST_CLASSES = 200
"""A page of the catalogue: more classes than take people at one time."""
BRANCH_PAGE, BRANCH_PAGES = 500, 5
"""All branches below the city's union, some 2,000, and room for more."""
NEAR_BRANCHES = 20
PLAIN_ID = re.compile(r"[A-Za-z0-9._:-]{1,80}")
"""What an id can be: other words are no id."""


def own_branch() -> str:
    """The branch of the officer who asks."""
    account = current_visitor().account
    return account.branch_id if account else ""


def own_account() -> str:
    """The account of who asks."""
    account = current_visitor().account
    return account.id if account else ""


def find_classes(services: PageServices) -> list[ClassOut] | None:
    """Classes that run or come; None while the catalogue does not answer."""
    asked = services.ask_part(
        services.catalog.list_classes, ClassesQuery(limit=MOST_CLASSES)
    )
    found = asked.get_answer()
    return None if isinstance(found, Unavailable) else found.items


def find_named_classes(services: PageServices) -> Sequence[NamedClass] | None:
    """As `find_classes`, by id and title."""
    classes = find_classes(services)
    if classes is None:
        return None
    return [NamedClass(one.id, one.title) for one in classes]


def find_named_branches(services: PageServices) -> Sequence[NamedClass] | None:
    """All branches that the visitor sees; None while enrollment does not answer."""
    found: list[NamedClass] = []
    after = ""
    for _ in range(BRANCH_PAGES):
        asked = BranchesQuery(after=after, limit=BRANCH_PAGE)
        try:
            page = services.enrollment.list_branches(asked)
        except Problem as problem:
            if problem.status >= 500:
                return None
            raise
        found += [NamedClass(one.id, one.name) for one in page.items]
        after = page.next
        if not after:
            break
    return found


def find_branch(services: PageServices, words: str) -> tuple[str, list[BranchOut]]:
    """The branch that these words mean, or empty, and those that they may mean."""
    if not words:
        return own_branch(), []
    list_branches = services.enrollment.list_branches
    plain = words.rpartition("（")[0].strip() or words
    named = words.rpartition("（")[2].rstrip("）").strip()
    if PLAIN_ID.fullmatch(named) and list_branches(BranchesQuery(ids=[named])).items:
        return named, []
    found = list_branches(BranchesQuery(q=plain[:200], limit=NEAR_BRANCHES)).items
    exact = [one for one in found if one.name == plain]
    if len(found) == 1 or len(exact) == 1:
        return (exact or found)[0].id, []
    return "", found


def offer_branch(branch_id: str, name: str) -> str:
    """A branch in words as `find_branch` reads them, and `officer/rosters/branches`
    offers them."""
    return f"{name}（{branch_id}）"


def name_branches(services: PageServices, ids: Iterable[str]) -> dict[str, str]:
    """The names of these branches, as far as enrollment answers."""
    wanted = sorted(set(ids))[:100]
    if not wanted:
        return {}
    asked = services.ask_part(
        services.enrollment.list_branches, BranchesQuery(ids=wanted)
    )
    found = asked.get_answer()
    if isinstance(found, Unavailable):
        return {}
    return {one.id: one.name for one in found.items}
