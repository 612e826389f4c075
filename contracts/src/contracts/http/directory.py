"""What the gateway is asked and answers about people who are from a directory."""

from typing import Annotated

import msgspec

from contracts.http.shape import Answer, Id, Shape

MOST_ENTRIES = 200
"""As many as rows of people come at once."""
Entry = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
"""The value by which the directory finds the person's one entry."""


class EntryIn(Shape):
    """A person, and the value of the entry."""

    person_id: Id
    entry: Entry


class EntriesIn(Shape):
    """Persons to mark as from the directory."""

    entries: Annotated[list[EntryIn], msgspec.Meta(max_length=MOST_ENTRIES)]


class MarkOut(Answer):
    """What became of a person: marked, unchanged, entry-taken by another person, or
    role-missing for an account that the caller may not manage."""

    person_id: str
    outcome: str


class MarksOut(Answer):
    """What became of each person."""

    people: list[MarkOut]


class FindMarkedIn(Shape):
    """Persons who may be from the directory."""

    person_ids: Annotated[list[Id], msgspec.Meta(max_length=MOST_ENTRIES)]


class MarkedPersonOut(Answer):
    """A person: the value of the entry, or empty; the account's id and state, empty
    where there is none."""

    person_id: str
    entry: str
    account: str
    state: str


class MarkedPeopleOut(Answer):
    """Those of the persons who are marked or have an account."""

    people: list[MarkedPersonOut]


class UnmarkedOut(Answer):
    """Who is from the directory no more."""

    person_id: str
