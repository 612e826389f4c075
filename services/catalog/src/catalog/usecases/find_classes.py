"""Find classes that run or come, the nearest first."""

import datetime
from functools import partial

from fields import Illegal
from fields.codes import plain_date

from catalog.domain.errors import BadCursor
from catalog.domain.training_class import TrainingClass
from catalog.domain.words import words_asked
from catalog.usecases.paging import NOT_OURS, Page, load_cursor, read_page
from catalog.usecases.ports import Classes


def find_classes(
    classes: Classes,
    today: datetime.date,
    course_id: str,
    query: str,
    cursor: str,
    limit: int,
) -> Page[TrainingClass]:
    """Open classes of one course or of all, that have all words of the query.

    First those that run, the latest begun first, then those to come, the next first;
    none that is over. Which run is judged by the day of the first page, so that a
    class that begins at midnight keeps its place. Raises BadCursor.
    """
    begin = load_cursor(cursor, stages=2, parts=2)
    day = _day_of_mark(begin.mark) if begin else today.isoformat()
    asked = words_asked(query)
    if query.strip() and not asked:
        return Page([], "")
    wanted = (course_id, asked, day, today.isoformat())
    stages = [
        partial(classes.find_running, *wanted),
        partial(classes.find_coming, *wanted),
    ]
    return read_page(
        stages,
        lambda found_class: (found_class.starts_on, found_class.id),
        begin,
        limit,
        day,
    )


def _day_of_mark(mark: str) -> str:
    try:
        return plain_date(mark)
    except Illegal as illegal:
        raise BadCursor(NOT_OURS) from illegal
