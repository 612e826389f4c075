"""Change the title, days, place and form of a training class."""

import datetime

from catalog.domain.training_class import Particulars, TrainingClass
from catalog.usecases.open_class import require_class
from catalog.usecases.ports import Classes


def edit_class(
    classes: Classes,
    id_: str,
    wanted: Particulars,
    today: datetime.date,
    seen: int | None,
) -> TrainingClass:
    """Write the particulars of a class as a whole; the same ones again change nothing.

    `seen` is the revision that its editor saw, None for whichever there is.
    Raises UnknownClass, EditConflict, WrongDates.
    """
    require_class(classes, id_)
    return classes.change(id_, lambda known: known.edit(wanted, today, seen))
