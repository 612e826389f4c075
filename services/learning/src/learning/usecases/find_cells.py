"""Find cells of the matrix of people and courses, for a page of people."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from learning.domain.course import Course, Seat
from learning.domain.hours import ZONE
from learning.domain.record import Record, Watched
from learning.domain.report import Term, is_completed_within
from learning.domain.standing import Standing, judge_standing, list_lectures
from learning.usecases.find_standings import join_percents
from learning.usecases.ports import Groups, Now
from learning.usecases.read_earned import pick_rows, split_by_person
from learning.usecases.report_ports import EarnedRead, ReportScope, Terms


@dataclass(frozen=True)
class Cell:
    """How far a human is in a course that their branch asked for, or that they
    completed while it held them."""

    course_id: str
    standing: Standing


class FindCells:
    """Reads in a few questions, however many people are on the page."""

    def __init__(
        self, terms: Terms, rows: EarnedRead, groups: Groups, now: Now
    ) -> None:
        self.terms, self.rows, self.groups, self.now = terms, rows, groups, now

    def __call__(
        self, scope: ReportScope, person_ids: Sequence[str]
    ) -> dict[str, list[Cell]]:
        """The cells by person, each by all records of that human; of whom the scope
        does not reach, nothing. Raises UnknownBranch."""
        groups = self.groups.find_groups(person_ids)
        every = sorted({id_ for group in groups.values() for id_ in group})
        terms = self.terms.find_of(scope, every)
        held = {
            id_: [term for one in group for term in terms.get(one, ())]
            for id_, group in groups.items()
        }
        found = _Found(
            split_by_person(self.rows.find_records(every)),
            split_by_person(self.rows.find_seats(every)),
        )
        courses = {course.id: course for course in self.rows.find_courses()}
        today = self.now().astimezone(ZONE).date().isoformat()
        wanted = {
            id_: found.list_courses(group, held[id_], today)
            for id_, group in groups.items()
            if held[id_]
        }
        lectures = _list_lectures(wanted.values(), courses)
        if lectures:
            watched = self.rows.find_watched(every, lectures)
            found.watched = split_by_person(watched)
        return {
            id_: [
                Cell(one, found.judge_course(groups[id_], one, courses))
                for one in named
            ]
            for id_, named in wanted.items()
        }


@dataclass
class _Found:
    """What stands under each record."""

    records: Mapping[str, list[Record]]
    seats: Mapping[str, list[Seat]]
    watched: Mapping[str, list[Watched]] = field(default_factory=dict)

    def list_courses(
        self, group: Sequence[str], terms: Sequence[Term], today: str
    ) -> list[str]:
        """The courses of which a scope may know: a branch that holds the human today
        asked for a seat, or they completed it in one of these terms."""
        branches = {term.branch_id for term in terms if term.covers(today)}
        asked = {
            seat.course_id
            for seat in pick_rows(self.seats, group)
            if seat.seated and seat.branch_id in branches
        }
        done = {
            record.course_id
            for record in pick_rows(self.records, group)
            if is_completed_within(record, terms)
        }
        return sorted(asked | done)

    def judge_course(
        self, group: Sequence[str], course_id: str, courses: Mapping[str, Course]
    ) -> Standing:
        """How far one human is in a course."""
        records = pick_rows(self.records, group)
        own = [record for record in records if record.course_id == course_id]
        percents = join_percents(pick_rows(self.watched, group))
        return judge_standing(courses.get(course_id), own, percents, {}, ())


def _list_lectures(
    wanted: Iterable[Sequence[str]], courses: Mapping[str, Course]
) -> list[str]:
    named = sorted({course_id for of_human in wanted for course_id in of_human})
    return sorted({one for id_ in named for one in list_lectures(courses.get(id_))})
