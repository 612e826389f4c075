"""Change the title, days, place and form of a training class."""

import datetime

from catalog.domain.training_class import Particulars, TrainingClass
from catalog.usecases.open_class import require_class, require_completable
from catalog.usecases.ports import Classes, Courses


def edit_class(
    classes: Classes,
    courses: Courses,
    id_: str,
    wanted: Particulars,
    today: datetime.date,
    seen: int | None,
) -> TrainingClass:
    """Write the particulars of a class as a whole; the same ones again change nothing.

    `seen` is the revision that its editor saw, None for whichever there is.
    A class that was over takes people again only of a course that can be completed.
    Raises UnknownClass, EditConflict, WrongDates, WrongState, CourseNotCompletable.
    """
    known, day = require_class(classes, id_), today.isoformat()
    if known.ends_on < day <= wanted.ends_on:
        require_completable(courses, known.course_id)
    return classes.change(id_, lambda known: known.edit(wanted, today, seen))
