"""What is asked and answered about announcements to a class."""

import datetime
from typing import Annotated

import msgspec
from fields.texts import written_line, written_text

from contracts.http.shape import Answer, Shape, Written

AnnouncedTitle = Annotated[
    str, msgspec.Meta(min_length=1, max_length=60), Written(written_line)
]
"""So short that it fits into a short message with the class's own."""
AnnouncedText = Annotated[
    str, msgspec.Meta(min_length=1, max_length=2000), Written(written_text)
]


class AnnouncementIn(Shape):
    """An announcement to those who are seated in a class, and `with_waiting` to those
    who wait for a seat."""

    title: AnnouncedTitle
    text: AnnouncedText
    with_waiting: bool = False


class AnnouncementOut(Answer):
    """An announcement, made by the account `by`. Once it `is_done`, so many `people`
    are told; so many of them have `read` it."""

    id: str
    title: str
    text: str
    by: str
    at: datetime.datetime
    with_waiting: bool
    is_done: bool
    people: int
    read: int
