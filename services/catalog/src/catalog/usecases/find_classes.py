"""Find classes by how far they are, the nearest first."""

import datetime
from functools import partial

from fields import Illegal
from fields.codes import plain_date

from catalog.domain.errors import BadCursor
from catalog.domain.training_class import CANCELLED, CLOSED, OVER, TrainingClass
from catalog.domain.words import words_asked
from catalog.usecases.paging import (
    NOT_OURS,
    Page,
    Position,
    Stage,
    load_cursor,
    read_page,
)
from catalog.usecases.ports import Classes, Sought

COMING, RUNNING = "coming", "running"
NEAR = (RUNNING, COMING)
"""What is listed where no state is asked for, in this order."""


def find_classes(
    classes: Classes,
    today: datetime.date,
    course_id: str,
    query: str,
    cursor: str,
    limit: int,
    state: str = "",
    project: str = "",
) -> Page[TrainingClass]:
    """Classes in a state, of a course and project or of all, with all words asked.

    Without a state first those that run, the latest begun first, then those to come,
    the next first. Closed ones come by their last days, the next first; those that are
    over, closed or not, by theirs, the latest first, and so the cancelled ones.
    How far a class is is judged by the day of the first page, so that one that begins
    or ends at midnight keeps its place; open ones leave once they are over.
    Raises BadCursor.
    """
    asked_states = (state,) if state else NEAR
    begin = load_cursor(cursor, stages=len(asked_states), parts=2)
    day = _day_of_mark(begin.mark) if begin else today.isoformat()
    asked = words_asked(query)
    if query.strip() and not asked:
        return Page([], "")
    sought = Sought(course_id, tuple(asked), project)
    begun_or_to_come = (sought, day, today.isoformat())
    stages: dict[str, Stage[TrainingClass]] = {
        RUNNING: partial(classes.find_running, *begun_or_to_come),
        COMING: partial(classes.find_coming, *begun_or_to_come),
        CLOSED: partial(classes.find_closed, sought, day),
        OVER: partial(classes.find_over, sought, day),
        CANCELLED: partial(classes.find_cancelled, sought),
    }
    position_of = _by_end if state in (CLOSED, OVER, CANCELLED) else _by_start
    return read_page(
        [stages[name] for name in asked_states], position_of, begin, limit, day
    )


def _by_start(found_class: TrainingClass) -> Position:
    return found_class.starts_on, found_class.id


def _by_end(found_class: TrainingClass) -> Position:
    return found_class.ends_on, found_class.id


def _day_of_mark(mark: str) -> str:
    try:
        return plain_date(mark)
    except Illegal as illegal:
        raise BadCursor(NOT_OURS) from illegal
