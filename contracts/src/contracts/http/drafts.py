"""What the catalogue is asked and answers while staff edit: drafts and editions."""

from typing import Annotated, Literal

import msgspec

from contracts.http.catalog import ContentOut, CourseOut, Limit
from contracts.http.shape import (
    Answer,
    Cursor,
    Id,
    Line,
    LongText,
    Name,
    NoId,
    Query,
    Shape,
    Text,
)

FASTEST = 2.0
"""The rate up to which watching counts, unless a course says less."""
Language = Literal["", "zh", "en", "other"]
"""What a course is taught in: Chinese, English, another language."""
LongCursor = Annotated[str, msgspec.Meta(max_length=1400)]
"""With a title in it: 200 characters of up to 4 bytes, and a third more as base64."""
Number = Annotated[int, msgspec.Meta(ge=0, le=1_000_000_000)]
"""Of an edition; 0 stands for the draft."""
Rate = Annotated[float, msgspec.Meta(ge=1, le=2)]
"""Times the speed of speech: not slower than it was said, within the event's bounds."""


class LessonIn(Shape):
    """A lesson in its place; one that is new may come without an id and gets one."""

    title: Name
    lesson_id: NoId = ""
    kind: Literal["lecture", "test", "onsite", "live"] = "lecture"
    lecture_id: NoId = ""


class CourseIn(Shape):
    """The content of a course, as staff write it.

    `language` is the language of instruction; empty where nobody said.
    """

    title: Name
    module: Id
    summary: LongText = ""
    teacher: Line = ""
    lessons: Annotated[list[LessonIn], msgspec.Meta(max_length=200)] = []
    fastest: Rate = FASTEST
    picture: NoId = ""
    picture_alt: Line = ""
    language: Language = ""


class DraftsQuery(Query):
    """Which courses staff look at; `after` is the `next` of the page before.

    Without a state all that is not archived; `changed` is published and edited since.
    """

    state: Literal["", "draft", "published", "changed", "archived"] = ""
    q: Text = ""
    module: Text = ""
    sort: Literal["edited", "title"] = "edited"
    after: LongCursor = ""
    limit: Limit = 60


class EditionsQuery(Query):
    """Which editions are listed; `after` is the `next` of the page before."""

    after: Cursor = ""
    limit: Limit = 60


class ComparisonQuery(Query):
    """Which two editions are compared; 0 is the draft."""

    old: Number
    new: Number = 0


class DraftOut(CourseOut):
    """A course as staff edit it, and beside it what is published."""

    version: int
    edited_by: str
    edited_at: str
    published: ContentOut | None
    published_by: str
    published_at: str
    has_unpublished_edits: bool


class StateCounts(Answer):
    """How many courses there are in each state; `changed` are published ones too."""

    draft: int = 0
    published: int = 0
    changed: int = 0
    archived: int = 0


class DraftsOut(Answer):
    """A page of courses as staff edit them, and how many there are in each state."""

    items: list[DraftOut]
    next: str
    counts: StateCounts


class ShortcomingOut(Answer):
    """Something a course lacks, at a field or a lesson of it."""

    code: str
    field: str
    lesson_id: str
    title: str
    is_blocking: bool


class PublishabilityOut(Answer):
    """Whether a course can be published as it was in this version, and what lacks."""

    version: int
    is_publishable: bool
    items: list[ShortcomingOut]


class EditionLine(Answer):
    """An edition in a list: without what it says."""

    number: int
    title: str
    lessons: int
    published_by: str
    published_at: str


class EditionOut(ContentOut):
    """An edition with all that it says."""

    number: int
    published_by: str
    published_at: str


class LessonPlain(Answer):
    """A lesson as it was written."""

    lesson_id: str
    title: str
    kind: str
    lecture_id: str


class LessonChangeOut(Answer):
    """A lesson as it was and as it is, and which of its fields differ."""

    old: LessonPlain
    new: LessonPlain
    fields: list[str]


class ComparisonOut(Answer):
    """What one edition says otherwise than another."""

    fields: list[str]
    added: list[LessonPlain]
    removed: list[LessonPlain]
    changed: list[LessonChangeOut]
    moved: list[LessonPlain]
