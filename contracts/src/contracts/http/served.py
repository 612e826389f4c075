"""What an edge tells media: which segments it handed to whom."""

from typing import Annotated

import msgspec

from contracts.http.shape import Answer, Id, Shape

MOST_SERVED = 2_000
"""Segments told at once: some 300 KB, of half a second of the busiest edge."""


class ServedSegmentIn(Shape):
    """A segment of an edition, by its number from 0, that an edge handed whole to a
    session of a person."""

    session: Id
    person: Id
    lecture_id: Id
    edition: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]
    segment: Annotated[int, msgspec.Meta(ge=0, le=99_999)]


class ServedIn(Shape):
    """Segments that an edge handed out, in any order; again changes nothing."""

    served: Annotated[list[ServedSegmentIn], msgspec.Meta(max_length=MOST_SERVED)]


class ServedOut(Answer):
    """How many segments were `written`: all that were told but those of staff."""

    written: int
