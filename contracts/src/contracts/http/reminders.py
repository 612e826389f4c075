"""What is asked and answered about reminding people of a class."""

from typing import Annotated

import msgspec

from contracts.http.shape import Answer, Id, Shape, Text

MOST_REMINDED = 500
"""People of one request: what a page selects at most."""
People = Annotated[list[Id], msgspec.Meta(max_length=MOST_REMINDED)]


class UnfinishedIn(Shape):
    """Of whom is asked whether they still learn in a class."""

    person_ids: People


class UnfinishedOut(Answer):
    """The records under which those hold their seats who still learn in a class."""

    person_ids: list[str]


class RemindersIn(Shape):
    """People to remind of a class; `ends_on` is its last day."""

    class_id: Id
    person_ids: People
    ends_on: Text = ""


class RemindersOut(Answer):
    """Who was reminded, and who is `known` to have been reminded the same day."""

    reminded: list[str]
    known: list[str]
