"""Matrix of people and courses: who of a branch is how far in which course."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from chassis.http.routing import Routes, get
from contracts.http.enrollment import MemberOut, MembersQuery
from contracts.http.reports import CellOut, PersonCellsOut
from contracts.http.shape import MOST_IDS
from flask import Response, request

from gateway.clients.parts import Unavailable
from gateway.identity.account import OFFICER, STAFF
from gateway.pages.branch_words import name_branches
from gateway.pages.components.paging import AFTER, build_pages
from gateway.pages.officer.reports import name_scope, read_branch
from gateway.pages.page_client import page_services
from gateway.pages.rendering import render_page
from gateway.pages.role_guard import for_role

PAGE_PEOPLE = 50
MOST_COURSES = 12
"""Columns of one page: as many as one reads across; those that most people have."""


@dataclass(frozen=True)
class MatrixRow:
    """A person, and in the order of the columns how far they are; None where the
    course does not concern them."""

    member: MemberOut
    branch: str
    cells: list[CellOut | None]
    done: int
    under_way: int


class MatrixPages(Routes):
    """The page of the matrix."""

    name = "matrix_pages"

    @get("/matrix")
    @for_role(OFFICER, STAFF)
    def show_matrix(self) -> Response:
        """A page of people, with the courses that most of them have."""
        services, branch = page_services(), read_branch()
        after = request.args.get(AFTER, "")[:200]
        page = services.enrollment.list_members(
            MembersQuery(after=after, limit=PAGE_PEOPLE, branch=branch)
        )
        people = [member.person_id for member in page.items]
        asked = services.ask_part(services.learning.list_cells, branch, people)
        names = name_branches(services, {m.branch_id for m in page.items} | {branch})
        cells = asked.get_answer()
        found = [] if isinstance(cells, Unavailable) else cells
        courses = pick_courses(found)
        named = services.ask_part(services.catalog.find_courses, courses[:MOST_IDS])
        titles = named.get_answer()
        return render_page(
            "officer/reports/matrix.html",
            branch=branch,
            about=names.get(branch) or name_scope(),
            cells=cells,
            courses=[
                (
                    id_,
                    id_
                    if isinstance(titles, Unavailable) or id_ not in titles
                    else titles[id_].title,
                )
                for id_ in courses[:MOST_COURSES]
            ],
            left_out=len(courses[MOST_COURSES:]),
            rows=view_rows(page.items, names, found, courses[:MOST_COURSES]),
            pages=build_pages("/matrix", request.args, page.next),
        )


def pick_courses(found: Iterable[PersonCellsOut]) -> list[str]:
    """The courses of these people, those that most of them have first."""
    counted = Counter(cell.course_id for one in found for cell in one.cells)
    return sorted(counted, key=lambda id_: (-counted[id_], id_))


def view_rows(
    members: Iterable[MemberOut],
    names: dict[str, str],
    found: Iterable[PersonCellsOut],
    courses: Sequence[str],
) -> list[MatrixRow]:
    """A row for each member, with the cells of these courses."""
    of_person = {
        one.person_id: {cell.course_id: cell for cell in one.cells} for one in found
    }
    rows = []
    for member in members:
        own = of_person.get(member.person_id, {})
        done = sum(cell.is_complete for cell in own.values())
        rows.append(
            MatrixRow(
                member,
                names.get(member.branch_id, member.branch_id),
                [own.get(id_) for id_ in courses],
                done,
                len(own) - done,
            )
        )
    return rows
