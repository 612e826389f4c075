"""/reports and /matrix: what the people of branches learn, for officers and staff."""

from chassis.http.auth import current_scope, require_roles
from chassis.http.routing import Routes, get, post
from contracts.http.reports import (
    BranchCountsOut,
    CellOut,
    CountedIn,
    CountsOut,
    CourseCountsOut,
    PersonCellsOut,
    PersonCountsOut,
    ReportOut,
    ReportQuery,
    YearCountedIn,
)

from learning.domain.hours import YEARLY_TARGET_QUARTERS
from learning.domain.report import MONTHS, Counts
from learning.usecases.find_cells import FindCells
from learning.usecases.make_report import MakeReport
from learning.usecases.report_ports import LatestReport, ReportScope


def current_report_scope(branch: str) -> ReportScope:
    """What the caller sees, or of that a branch; enrollment draws the border."""
    return ReportScope(current_scope().branch, branch)


class ReportRoutes(Routes):
    """Routes for reports."""

    name = "reports"

    def __init__(self, make_report: MakeReport, find_cells: FindCells) -> None:
        self.make_report, self.find_cells = make_report, find_cells

    @get("/reports")
    @require_roles("officer", "staff")
    def show_report(self, asked: ReportQuery) -> ReportOut:
        """The report of a year; one of many people is made by a worker."""
        return _show(
            self.make_report.show_report(current_report_scope(asked.branch), asked.year)
        )

    @post("/reports/people")
    @require_roles("officer", "staff")
    def list_people(self, asked: YearCountedIn) -> list[PersonCountsOut]:
        """What each of these people did in a year; of whom the caller does not reach,
        nothing."""
        scope = current_report_scope(asked.branch)
        found = self.make_report.count_people(scope, asked.year, asked.person_ids)
        humans = self.make_report.read.groups.find_groups(list(found))
        return [
            PersonCountsOut.of(
                counts,
                person_id=id_,
                human_id=humans[id_][0],
                hours=counts.quarters / 4,
            )
            for id_, counts in found.items()
        ]

    @post("/matrix")
    @require_roles("officer", "staff")
    def list_cells(self, asked: CountedIn) -> list[PersonCellsOut]:
        """How far these people are in which courses; of whom the caller does not reach,
        nothing."""
        scope = current_report_scope(asked.branch)
        found = self.find_cells(scope, asked.person_ids)
        return [
            PersonCellsOut(
                person_id=id_,
                cells=[
                    CellOut.of(cell.standing, course_id=cell.course_id)
                    for cell in cells
                ],
            )
            for id_, cells in found.items()
        ]


def _show(latest: LatestReport) -> ReportOut:
    made = latest.made
    return ReportOut(
        year=latest.year,
        target=YEARLY_TARGET_QUARTERS / 4,
        made_at=made.made_at if made else None,
        is_due=latest.is_due or made is None,
        total=_show_counts(made.total if made else Counts()),
        months=[quarters / 4 for quarters in (made.months if made else [0] * MONTHS)],
        branches=[
            BranchCountsOut.of(
                line.counts, branch_id=line.branch_id, hours=line.counts.quarters / 4
            )
            for line in (made.branches if made else ())
        ],
        courses=[
            CourseCountsOut.of(line, hours=line.quarters / 4)
            for line in (made.courses if made else ())
        ],
    )


def _show_counts(counts: Counts) -> CountsOut:
    return CountsOut.of(counts, hours=counts.quarters / 4)
