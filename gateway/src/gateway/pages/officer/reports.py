"""Reports of a year: what the people of a branch and those below it learnt."""

from collections.abc import Sequence
from urllib.parse import quote, urlencode

from chassis.http.problem import Problem
from chassis.http.routing import Routes, get
from contracts.http.catalog import AreaOut, CourseOut
from contracts.http.enrollment import MemberOut, MembersQuery
from contracts.http.reports import MOST_COUNTED, PersonCountsOut, ReportOut
from contracts.http.shape import MOST_IDS, Page
from fields.codes import ID
from flask import Response, request

from gateway.api.request_visitor import current_visitor
from gateway.clients.page_services import PageServices
from gateway.clients.parts import Part, Unavailable
from gateway.identity.account import OFFICER, STAFF
from gateway.pages.branch_words import name_branches
from gateway.pages.college_day import Today
from gateway.pages.components.paging import AFTER, build_pages
from gateway.pages.formats import format_hours
from gateway.pages.officer.report_view import (
    BranchRow,
    PersonRow,
    Sums,
    pick_branches,
    view_branches,
    view_people,
    view_sums,
)
from gateway.pages.page_client import page_services
from gateway.pages.rendering import current_path, redirect_to, render_page
from gateway.pages.role_guard import for_role
from gateway.roster_files.list_workbook import write_list
from gateway.roster_files.roster_workbooks import WORKBOOK_TYPE
from gateway.texts import N_
from gateway.texts.language import gettext

REPORT_SECONDS = 12.0
"""A small report is made while its page waits."""
WORKBOOK_SECONDS = 60.0
PAGE_PEOPLE, PAGE_BRANCHES = 50, 50
"""Rows that one looks through; whoever prints lists all branches and 500 people."""
YEARS = 3
"""Years to choose from: this one and those before it that reports are asked for."""
HEADS = (
    N_("姓名"),
    N_("会员号"),
    N_("单位"),
    N_("学时"),
    N_("学完的课程"),
    N_("结业证书"),
)


class ReportPages(Routes):
    """The report of a year, and a workbook of its people."""

    name = "report_pages"

    def __init__(self, today: Today) -> None:
        self.today = today

    @get("/reports")
    @for_role(OFFICER, STAFF)
    def show_this_year(self) -> Response:
        """The report of this year."""
        return redirect_to(f"/reports/{self.today().year}")

    @get("/reports/<int:year>")
    @for_role(OFFICER, STAFF)
    def show_report(self, year: int) -> Response:
        """The report of a year, with the members of today."""
        services, branch = page_services(REPORT_SECONDS), read_branch()
        self._require_year(year)
        asked = services.ask_part(services.learning.show_report, year, branch)
        areas = services.ask_part(services.catalog.list_areas)
        is_whole = "whole" in request.args
        many = MOST_COUNTED if is_whole else PAGE_PEOPLE
        page = _list_members(services, branch, request.args.get(AFTER, ""), many)
        people = [member.person_id for member in page.items]
        counted = services.ask_part(
            services.learning.count_people, year, branch, people
        )
        report, shown = asked.get_answer(), counted.get_answer()
        lines = [] if isinstance(report, Unavailable) else pick_branches(report)
        lines = lines if is_whole else lines[:PAGE_BRANCHES]
        ids = {branch} | {line.branch_id for line in lines}
        ids |= {member.branch_id for member in page.items}
        names = name_branches(services, ids)
        return render_page(
            "officer/reports/year.html",
            year=year,
            years=[self.today().year - n for n in range(YEARS)],
            branch=branch,
            about=names.get(branch) or name_scope(),
            here=current_path(),
            whole=None if is_whole else f"/reports/{year}?branch={branch}&whole=y",
            report=report,
            sums=_view_sums(services, report, areas, view_branches(lines, names, year)),
            rows=view_people(page.items, names, shown, set()),
            counted=shown,
            pages=build_pages(f"/reports/{year}", request.args, page.next),
            workbook=f"/reports/{year}/people.xlsx?{urlencode({'branch': branch})}",
        )

    @get("/reports/<int:year>/people.xlsx")
    @for_role(OFFICER, STAFF)
    def download_people(self, year: int) -> Response:
        """Every member of today with their year, as a workbook: all or nothing."""
        self._require_year(year)
        services, branch = page_services(WORKBOOK_SECONDS), read_branch()
        rows, seen, after, has_more = list[PersonRow](), set[str](), "", True
        while has_more:
            page = _list_members(services, branch, after, MOST_COUNTED)
            people = [member.person_id for member in page.items]
            counted = services.learning.count_people(year, branch, people)
            names = name_branches(services, {m.branch_id for m in page.items})
            rows += view_people(page.items, names, counted, seen)
            after, has_more = page.next, bool(page.next)
        content = write_list(
            str(year), [gettext(head) for head in HEADS], map(_to_cells, rows)
        )
        answered = Response(content, content_type=WORKBOOK_TYPE)
        name = quote(gettext(N_("%(year)s 年学习报告")) % {"year": year}, safe="")
        named = f"filename=\"report.xlsx\"; filename*=UTF-8''{name}.xlsx"
        answered.headers["Content-Disposition"] = f"attachment; {named}"
        return answered

    def _require_year(self, year: int) -> None:
        """Raises Problem 404 for a year that has not begun, or of long ago."""
        if not 2000 <= year <= self.today().year:
            raise Problem(404, "no-such-year", "没有这一年的报告：请选择已经开始的年份")


def name_scope() -> str:
    """All that the visitor sees, in words."""
    if STAFF in current_visitor().roles:
        return gettext(N_("全部单位"))
    return gettext(N_("本单位和下级单位"))


def read_branch() -> str:
    """The branch that the address names; empty for all. Raises Problem 404."""
    branch = request.args.get("branch", "")
    if branch and not ID.fullmatch(branch):
        raise Problem(404, "unknown-branch", "没有这个单位：请从列表里打开")
    return branch


def _view_sums(
    services: PageServices,
    report: ReportOut | Unavailable,
    areas: Part[list[AreaOut]],
    branches: list[BranchRow],
) -> Sums | None:
    """The sums of a report that was made, with the modules of its courses."""
    if isinstance(report, Unavailable) or report.made_at is None:
        return None
    courses = _find_courses(services, [line.course_id for line in report.courses])
    return view_sums(report, courses, areas.get_answer(), branches)


def _list_members(
    services: PageServices, branch: str, after: str, many: int
) -> Page[MemberOut]:
    """Members of today. Raises Problem 404 for a branch out of reach."""
    asked = MembersQuery(after=after[:200], limit=many, branch=branch)
    return services.enrollment.list_members(asked)


def _find_courses(services: PageServices, ids: Sequence[str]) -> dict[str, CourseOut]:
    """These courses, as far as catalog answers."""
    found: dict[str, CourseOut] = {}
    for start in range(0, len(ids), MOST_IDS):
        part = list(ids[start : start + MOST_IDS])
        answer = services.ask_part(services.catalog.find_courses, part).get_answer()
        found |= {} if isinstance(answer, Unavailable) else answer
    return found


def _to_cells(row: PersonRow) -> list[str]:
    counts: PersonCountsOut | None = row.counts
    return [
        row.member.name,
        row.member.member_no,
        row.branch,
        format_hours(counts.hours) if counts else "0",
        str(counts.completions) if counts else "0",
        str(counts.certificates) if counts else "0",
    ]
