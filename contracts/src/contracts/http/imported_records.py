"""What learning is asked and answers about records that are imported."""

import datetime
from typing import Annotated

import msgspec

from contracts.http.shape import MOST_IDS, Answer, Id, Name, NoId, Shape

MOST_LINES = MOST_IDS
"""Of one call: each may bring a certificate, which asks enrollment for a name."""
Moment = Annotated[datetime.datetime, msgspec.Meta(tz=True)]
Hours = Annotated[float, msgspec.Meta(ge=0.25, le=1000, multiple_of=0.25)]
"""In quarters, as the ledger counts; more than some years bring is a slip."""


class ImportedLineIn(Shape):
    """A course that a person completed elsewhere: `line` is where the file has it. The
    course is named, or the class that ran it; `hours` are those it counted."""

    line: Annotated[int, msgspec.Meta(ge=1, le=10_000_000)]
    person_id: Id
    course_id: NoId = ""
    class_id: NoId = ""
    completed_at: Moment
    hours: Hours


class ImportIn(Shape):
    """Lines from a `source`, which each record and entry names. With `dry_run` it is
    only said what would become of them."""

    source: Name
    lines: Annotated[
        list[ImportedLineIn], msgspec.Meta(min_length=1, max_length=MOST_LINES)
    ]
    dry_run: bool = False


class LineOut(Answer):
    """What became of a line: `outcome` is `imported`, `known` (it was completed before
    and nothing changed), or `refused` for a `reason`."""

    line: int
    outcome: str
    reason: str = ""


class ImportOut(Answer):
    """What became of each line, in their order."""

    lines: list[LineOut]
