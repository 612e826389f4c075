"""Branches as lists show them, with their counts."""

from collections.abc import Mapping
from dataclasses import dataclass

from contracts.http.enrollment import BranchOut

from gateway.clients.page_services import PageServices
from gateway.clients.parts import Unavailable
from gateway.identity.account_lists import AccountLists
from gateway.pages.components.tables import Column
from gateway.texts import N_
from gateway.texts.language import gettext

PATH = "/branches"


@dataclass(frozen=True)
class BranchLine:
    """A branch in the list: how far below the top, and its counts; None where who
    counts does not answer."""

    id: str
    name: str
    path: str
    level: int
    members: int | None
    officers: int
    closed: bool


def view_lines(
    services: PageServices, accounts: AccountLists, branches: list[BranchOut]
) -> list[BranchLine]:
    """Branches with their counts."""
    ids = [branch.id for branch in branches]
    asked = services.ask_part(services.enrollment.count_members, ids)
    officers = accounts.count_officers(ids)
    found = asked.get_answer()
    members = (
        None
        if isinstance(found, Unavailable)
        else {one.branch_id: one.members for one in found}
    )
    return [view_branch(branch, members, officers) for branch in branches]


def view_branch(
    branch: BranchOut,
    members: Mapping[str, int] | None,
    officers: Mapping[str, int],
) -> BranchLine:
    """A branch as the list shows it."""
    return BranchLine(
        branch.id,
        branch.name,
        f"{PATH}/{branch.id}",
        max(0, len(branch.line) - 1),
        None if members is None else members.get(branch.id, 0),
        officers.get(branch.id, 0),
        branch.closed,
    )


def branch_columns() -> list[Column]:
    """The columns of a list of branches."""
    return [
        Column("name", gettext(N_("单位"))),
        Column("members", gettext(N_("学员数")), is_number=True),
        Column("officers", gettext(N_("干部")), is_number=True),
        Column("state", gettext(N_("状况"))),
    ]
