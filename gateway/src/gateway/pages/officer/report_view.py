"""The report of a year as its page shows it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from contracts.http.catalog import AreaOut, CourseOut
from contracts.http.enrollment import MemberOut
from contracts.http.reports import (
    BranchCountsOut,
    CountsOut,
    PersonCountsOut,
    ReportOut,
)

from gateway.clients.parts import Unavailable
from gateway.pages.components.figures import Chart, draw_bars
from gateway.pages.formats import format_hours
from gateway.texts import N_
from gateway.texts.language import gettext

MOST_BARS = 12
"""Modules of a chart: as many as one compares, the largest first."""
OTHER_MODULE = N_("其他课程")


@dataclass(frozen=True)
class Figure:
    """A number that stands large, and what it counts."""

    text: str
    name: str


@dataclass(frozen=True)
class BranchRow:
    """A branch's own members in the year; `path` leads to the report of it and those
    below it."""

    name: str
    path: str
    counts: BranchCountsOut
    average: str


@dataclass(frozen=True)
class PersonRow:
    """A member in the year; `counts` are None while nobody can say."""

    member: MemberOut
    branch: str
    counts: PersonCountsOut | None


@dataclass(frozen=True)
class Sums:
    """The sums of a report: numbers, hours by month, what was completed by module, and
    a line for each branch
    but for those `left_out`."""

    figures: list[Figure]
    months: Chart
    modules: Chart
    branches: list[BranchRow]
    left_out: int


def view_sums(
    report: ReportOut,
    courses: Mapping[str, CourseOut],
    areas: Sequence[AreaOut] | Unavailable,
    branches: list[BranchRow],
) -> Sums:
    """The sums of a report as they are shown."""
    return Sums(
        view_figures(report),
        draw_bars([(str(n), hours) for n, hours in enumerate(report.months, 1)]),
        draw_modules(report, courses, areas),
        branches,
        len(report.branches) - len(branches),
    )


def view_figures(report: ReportOut) -> list[Figure]:
    """The numbers at the head of a report."""
    total = report.total
    reached = gettext(N_("人达到 %(n)s 学时")) % {"n": format_hours(report.target)}
    return [
        Figure(f"{total.people:,}", gettext(N_("人是会员"))),
        Figure(f"{total.learners:,}", gettext(N_("人学过"))),
        Figure(format_hours(total.hours), gettext(N_("学时"))),
        Figure(average_hours(total), gettext(N_("学时，人均"))),
        Figure(f"{total.reached:,}", reached),
        Figure(f"{total.completions:,}", gettext(N_("门次课程学完"))),
        Figure(f"{total.certificates:,}", gettext(N_("张结业证书"))),
    ]


def average_hours(counts: CountsOut) -> str:
    """Hours for each member, with one decimal."""
    return (
        format_hours(round(counts.hours / counts.people, 1)) if counts.people else "0"
    )


def draw_modules(
    report: ReportOut,
    courses: Mapping[str, CourseOut],
    areas: Sequence[AreaOut] | Unavailable,
) -> Chart:
    """Completed courses by module, the largest first."""
    named = () if isinstance(areas, Unavailable) else areas
    names = {one.code: one.name for area in named for one in area.modules}
    sums: dict[str, int] = {}
    for line in report.courses:
        course = courses.get(line.course_id)
        name = names.get(course.module, "") if course else ""
        name = name or gettext(OTHER_MODULE)
        sums[name] = sums.get(name, 0) + line.completions
    largest = sorted(sums.items(), key=lambda one: (-one[1], one[0]))
    return draw_bars([(name, float(n)) for name, n in largest[:MOST_BARS] if n])


def pick_branches(report: ReportOut) -> list[BranchCountsOut]:
    """The lines of branches, by hours."""
    return sorted(report.branches, key=lambda one: (-one.hours, one.branch_id))


def view_branches(
    lines: Iterable[BranchCountsOut], names: Mapping[str, str], year: int
) -> list[BranchRow]:
    """The lines of branches as they are shown."""
    return [
        BranchRow(
            names.get(one.branch_id, one.branch_id),
            f"/reports/{year}?branch={one.branch_id}",
            one,
            average_hours(one),
        )
        for one in lines
    ]


def view_people(
    members: Iterable[MemberOut],
    names: Mapping[str, str],
    counted: Sequence[PersonCountsOut] | Unavailable,
    seen: set[str],
) -> list[PersonRow]:
    """Members with their year, each human once; `seen` are those of pages before, and
    these from now on."""
    known = () if isinstance(counted, Unavailable) else counted
    by_person = {one.person_id: one for one in known}
    rows = []
    for member in members:
        counts = by_person.get(member.person_id)
        human = (counts.human_id if counts else "") or member.person_id
        if human not in seen:
            seen.add(human)
            branch = names.get(member.branch_id, member.branch_id)
            rows.append(PersonRow(member, branch, counts))
    return rows
