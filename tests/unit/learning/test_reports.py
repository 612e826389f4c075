"""Reports count what people earned while a branch held them, each human once."""

import datetime
import random
from collections import Counter
from dataclasses import replace

import pytest
from learning.domain.errors import UnknownBranch
from learning.domain.hours import ADDITION, CORRECTION, for_import
from learning.domain.report import Counts, Report, Term
from learning.usecases.report_ports import ReportScope

from tests.depth import rounds
from tests.unit.learning.report_world import (
    BRANCHES,
    COURSES,
    EVERYBODY,
    YEAR,
    ReportWorld,
    at_noon,
    random_history,
    reach,
)

ROUNDS = rounds(300, 10_000)
EAST = ReportScope("dc")
SPRING, AUTUMN = datetime.date(YEAR, 3, 1), datetime.date(YEAR, 10, 1)


@pytest.fixture
def made() -> ReportWorld:
    return ReportWorld()


def report_of(made: ReportWorld, scope: ReportScope = EVERYBODY) -> Report:
    """The report as it is made now, by whoever makes it."""
    made.reports.rows.clear()
    latest = made.make.show_report(scope, YEAR)
    if latest.made is None:
        assert made.make.make_next()
        latest = made.reports.get(scope, YEAR)
    assert latest.made is not None
    return latest.made


# the rule, written apart: day by day, human by human


def days_held(made: ReportWorld, human: set[str], branches: set[str]) -> set[str]:
    """Every day on which one of these branches held a human."""
    held = set[str]()
    for person in human:
        for term in made.terms.rows.get(person, ()):
            day = datetime.date.fromisoformat(term.since)
            end = datetime.date.fromisoformat(term.until or f"{YEAR + 1}-03-01")
            while term.branch_id in branches and day < end:
                held.add(day.isoformat())
                day += datetime.timedelta(days=1)
    return held


def humans_of(made: ReportWorld) -> list[set[str]]:
    """All records of each human."""
    leads = made.world.leads
    ids = {*made.terms.rows, *leads, *leads.values()}
    return [{id_} | {a for a in leads if leads[a] == id_} for id_ in ids - set(leads)]


def count_by_rule(made: ReportWorld, branches: set[str]) -> Counts:
    total, world = Counts(), made.world
    for human in humans_of(made):
        held = days_held(made, human, branches)
        in_year = {day for day in held if day[:4] == str(YEAR)}
        if not in_year:
            continue
        entries = [e for e in world.ledger.rows.values() if e.person_id in human]
        first = dict[str, object]()
        for entry in sorted(entries, key=lambda e: (e.at, e.person_id)):
            first.setdefault(entry.id.split(".")[1], entry.id)
        quarters = sum(
            e.quarters
            for e in entries
            if e.id in first.values() and e.at.date().isoformat() in in_year
        )
        done = {
            course: min(
                (r.done_at, r.person_id)
                for r in world.records.rows.values()
                if r.person_id in human and r.course_id == course and r.done_at
            )[0]
            for course in COURSES
            if any((person, course) in world.records.rows for person in human)
        }
        numbers = dict[str, str]()
        for one in sorted(
            world.certificates.rows.values(),
            key=lambda c: (bool(c.revoked_on), c.number),
        ):
            if one.person_id in human:
                held_on = "" if one.revoked_on else one.issued_on
                numbers.setdefault(one.class_id, held_on)
        of_branches = {
            term.branch_id
            for person in human
            for term in made.terms.rows.get(person, ())
            if term.branch_id in branches and term.has_days_in(YEAR)
        }
        seats = dict[str, str]()
        for _, seat in sorted(world.projections.seats.values(), key=lambda s: s[1].id):
            if seat.person_id in human:
                seats.setdefault(seat.class_id, seat.branch_id)
        total += Counts(
            1,
            int(quarters > 0),
            int(quarters >= 200),
            quarters,
            sum(at.date().isoformat() in in_year for at in done.values() if at),
            sum(day in in_year for day in numbers.values()),
            sum(branch in of_branches for branch in seats.values()),
        )
    return total


def test_random_histories_are_counted_as_the_rule_counts_them() -> None:
    counted = Counter[str]()
    for seed in range(ROUNDS):
        made = random_history(random.Random(seed))
        for scope in (EVERYBODY, EAST, ReportScope(None, "xc")):
            report = report_of(made, scope)
            assert report.total == count_by_rule(made, reach(scope)), (seed, scope)
            assert sum(report.months) == report.total.quarters, seed
            lines = {line.branch_id: line.counts for line in report.branches}
            for branch in BRANCHES:
                alone = count_by_rule(made, {branch} & reach(scope))
                assert lines.get(branch, Counts()) == alone, (seed, scope, branch)
            counted["people"] += report.total.people
            counted["quarters"] += report.total.quarters
    assert min(counted.values()) > ROUNDS


def test_the_people_of_a_report_add_up_to_it() -> None:
    for seed in range(ROUNDS):
        made = random_history(random.Random(seed))
        survivors = sorted({made.world.leads.get(p, p) for p in made.terms.rows})
        counted = made.make.count_people(EAST, YEAR, survivors)
        total = sum(counted.values(), Counts())
        assert total == report_of(made, EAST).total, seed


def test_what_was_learnt_in_another_branch_is_not_told(made: ReportWorld) -> None:
    made.terms.rows["p"] = [
        Term("xc", "2025-01-01", "2026-06-01"),
        Term("dc", "2026-06-01"),
    ]
    made.credit("p", "a", at_noon(SPRING))
    made.credit("p", "b", at_noon(AUTUMN))
    assert report_of(made, EAST).total.quarters == 4
    assert report_of(made).total.quarters == 8
    assert report_of(made).total.people == 1


def test_a_correction_counts_where_the_hours_were_earned(made: ReportWorld) -> None:
    made.terms.rows["p"] = [
        Term("xc", "2025-01-01", "2026-06-01"),
        Term("dc", "2026-06-01"),
    ]
    made.credit("p", "a", at_noon(SPRING))
    [earned] = made.world.ledger.rows.values()
    taken = replace(
        earned,
        id=f"{earned.id}.1",
        quarters=-3,
        reason=CORRECTION,
        corrects=earned.id,
        at=at_noon(AUTUMN),
    )
    made.world.ledger.credit(taken)
    assert report_of(made, EAST).total.quarters == 0
    assert report_of(made, ReportScope("xc")).total.quarters == 1


def test_what_was_brought_along_counts_for_the_first_branch_alone(
    made: ReportWorld,
) -> None:
    made.terms.rows["p"] = [
        Term("dc", "2026-06-01", is_first=True),
        Term("xc", "2026-09-01"),
    ]
    line = for_import("p", "k1", 1, 6, "工会财务", at_noon(SPRING), "旧系统")
    made.world.ledger.credit(line)
    made.credit("p", "a", at_noon(SPRING))
    report = report_of(made)
    assert report.total.quarters == 6
    assert {one.branch_id: one.counts.quarters for one in report.branches} == {
        "dc": 6,
        "xc": 0,
    }


def test_hours_added_for_a_year_stand_in_that_year(made: ReportWorld) -> None:
    made.terms.rows["p"] = [Term("dc", "2026-01-01", "2027-01-01")]
    made.credit("p", "a", at_noon(datetime.date(YEAR, 5, 1)))
    [earned] = made.world.ledger.rows.values()
    late = at_noon(datetime.date(YEAR + 1, 2, 1))
    added = replace(earned, id="addition.1", reason=ADDITION, quarters=2, at=late)
    made.world.ledger.credit(added)
    report = report_of(made)
    assert (report.total.quarters, report.months[11]) == (6, 2)


def test_of_who_has_left_a_matrix_shows_no_further_progress(made: ReportWorld) -> None:
    made.terms.rows["p"] = [Term("dc", "2026-01-01", "2026-06-01")]
    made.seat("p", "c2", "k2", "dc")
    assert made.find_cells(EAST, ["p"]) == {"p": []}


def test_imported_hours_count_once_for_one_human_and_stand_with_their_course(
    made: ReportWorld,
) -> None:
    made.terms.rows["p"] = [Term("dc", "2026-01-01")]
    for person, day in (("p", SPRING), ("old", AUTUMN)):
        line = for_import(person, "k1", 1, 6, "工会财务", at_noon(day), "旧系统")
        made.world.ledger.credit(line)
        made.complete(person, "k1", at_noon(day))
    made.world.leads["old"] = "p"
    report = report_of(made)
    assert report.total.quarters == 6
    assert [(one.course_id, one.quarters) for one in report.courses] == [("k1", 6)]


def test_who_is_in_two_branches_counts_in_both_and_once_together(
    made: ReportWorld,
) -> None:
    made.terms.rows["p"] = [Term("dc", "2026-01-01"), Term("xc", "2026-01-01")]
    made.credit("p", "a", at_noon(SPRING))
    report = report_of(made)
    assert (report.total.people, report.total.quarters) == (1, 4)
    assert [line.counts.quarters for line in report.branches] == [4, 4]


def test_a_report_of_many_people_is_made_by_a_worker(made: ReportWorld) -> None:
    for n in range(8):
        made.terms.rows[f"p{n}"] = [Term("dc", "2026-01-01")]
    latest = made.make.show_report(EVERYBODY, YEAR)
    assert latest.made is None
    assert made.reports.get(EVERYBODY, YEAR).is_due
    assert made.make.make_next()
    assert not made.make.make_next()
    again = made.make.show_report(EVERYBODY, YEAR).made
    assert again is not None
    assert again.total.people == 8


def test_a_fresh_report_asks_for_the_border_alone_and_an_old_one_is_shown_meanwhile(
    made: ReportWorld,
) -> None:
    for n in range(8):
        made.terms.rows[f"p{n}"] = [Term("dc", "2026-01-01")]
    report_of(made)
    pages = made.terms.pages
    made.make.show_report(EVERYBODY, YEAR)
    assert made.terms.pages == pages + 1  # the border, at each look
    made.world.clock.moment += datetime.timedelta(hours=1)
    made.terms.rows["p9"] = [Term("dc", "2026-01-01")]
    old = made.make.show_report(EVERYBODY, YEAR).made
    assert old is not None
    assert old.total.people == 8
    assert made.make.make_next()
    new = made.make.show_report(EVERYBODY, YEAR).made
    assert new is not None
    assert new.total.people == 9


def test_a_branch_out_of_reach_is_unknown_and_a_kept_report_of_it_goes(
    made: ReportWorld,
) -> None:
    beyond = ReportScope("dc", "xc")
    with pytest.raises(UnknownBranch):
        made.make.show_report(beyond, YEAR)
    with pytest.raises(UnknownBranch):
        made.make.count_people(beyond, YEAR, ["p"])
    made.reports.ask(beyond, YEAR)
    assert made.make.make_next()
    assert made.reports.rows == {}


def test_a_matrix_shows_what_the_branch_asked_for_or_saw_completed(
    made: ReportWorld,
) -> None:
    made.terms.rows["p"] = [
        Term("xc", "2025-01-01", "2026-06-01"),
        Term("dc", "2026-06-01"),
    ]
    made.complete("p", "k1", at_noon(SPRING))  # in the west
    made.complete("p", "k3", at_noon(AUTUMN))
    made.seat("p", "c2", "k2", "dc")
    cells = made.find_cells(EAST, ["p", "q"])
    shown = {one.course_id: one.standing.is_complete for one in cells["p"]}
    assert shown == {"k2": False, "k3": True}
    assert "q" not in cells
    everywhere = made.find_cells(EVERYBODY, ["p"])["p"]
    assert [one.course_id for one in everywhere] == ["k1", "k2", "k3"]


def test_a_matrix_of_merged_records_shows_one_human(made: ReportWorld) -> None:
    made.world.leads["old"] = "p"
    made.terms.rows["p"] = [Term("dc", "2026-01-01")]
    made.complete("old", "k3", at_noon(SPRING))
    [cell] = made.find_cells(EAST, ["p"])["p"]
    assert cell.standing.is_complete


def test_a_term_that_never_began_holds_nobody(made: ReportWorld) -> None:
    made.terms.rows["p"] = [Term("dc", "2026-03-01", "2026-03-01")]
    assert report_of(made).total == Counts()
    made.terms.rows["p"] = [replace(made.terms.rows["p"][0], until="")]
    assert report_of(made).total.people == 1
