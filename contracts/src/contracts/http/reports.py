"""What learning answers about the people of branches: a year's report, and how far they
are in which courses."""

import datetime
from typing import Annotated

import msgspec

from contracts.http.learning import Year
from contracts.http.shape import Answer, Id, NoId, Query, Shape

MOST_COUNTED = 500
"""People of one question: as many as a page of enrollment's members."""


class ReportQuery(Query):
    """Which report: of a year, and of a branch and those below it, or of all that the
    caller sees."""

    year: Year
    branch: NoId = ""


class CountedIn(Shape):
    """The people whom a question is about, narrowed as a report is."""

    person_ids: Annotated[list[Id], msgspec.Meta(max_length=MOST_COUNTED)]
    branch: NoId = ""


class YearCountedIn(CountedIn):
    """The people whose year is asked for."""

    year: Year


class CountsOut(Answer):
    """Sums over people while the branches held them, each human once: `learners` have
    any hours, those who `reached` the yearly target; `seats` are held now."""

    people: int
    learners: int
    reached: int
    hours: float
    completions: int
    certificates: int
    seats: int


class BranchCountsOut(CountsOut):
    """The sums of a branch, without those below it."""

    branch_id: str


class PersonCountsOut(CountsOut):
    """What one person did; `human_id` is the record that counts for them, the same for
    all records of one human, each of which tells all that the human did."""

    person_id: str
    human_id: str = ""


class CourseCountsOut(Answer):
    """What was done in one course; hours of a lecture that two courses show are named
    with both."""

    course_id: str
    title: str
    hours: float
    completions: int
    seats: int


class ReportOut(Answer):
    """The report of a year as it was at `made_at`, null while it is made for the first
    time; `is_due` says that a newer one is being made. `months` are hours from January
    on, `target` those of one person."""

    year: int
    target: float
    made_at: datetime.datetime | None
    is_due: bool
    total: CountsOut
    months: list[float]
    branches: list[BranchCountsOut]
    courses: list[CourseCountsOut]


class CellOut(Answer):
    """How far a person is in a course that their branch asked for, or that they
    completed while it held them."""

    course_id: str
    percent: int
    is_complete: bool
    completed_at: datetime.datetime | None


class PersonCellsOut(Answer):
    """A person's line of the matrix of people and courses."""

    person_id: str
    cells: list[CellOut]
