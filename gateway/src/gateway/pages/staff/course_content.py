"""A course's content between its form and the catalogue."""

from collections.abc import Iterable

import msgspec
from contracts.http.catalog import ContentOut
from contracts.http.drafts import CourseIn, LessonIn

from gateway.forms.courses import CourseForm
from gateway.forms.lessons import LessonRow

OTHERWISE = ("lessons", "fastest")
"""Fields that are no text: rows beside the form, and a number that it has as one."""
AS_TYPED = [name for name in CourseIn.__struct_fields__ if name not in OTHERWISE]
"""Fields that the form has under their own names, as texts."""
BASE_BYTES = 200_000
"""What the largest course has as JSON, and to spare."""


def content_of(shown: ContentOut) -> CourseIn:
    """What a course says, as it would be written again."""
    lessons = [
        LessonIn(
            title=lesson.title,
            lesson_id=lesson.lesson_id,
            kind=lesson.kind,  # type: ignore[arg-type]
            lecture_id=lesson.lecture_id,
        )
        for lesson in shown.lessons
    ]
    fields = {name: getattr(shown, name) for name in AS_TYPED}
    return CourseIn(lessons=lessons, fastest=shown.fastest, **fields)


def rows_of(content: CourseIn) -> list[LessonRow]:
    """The lessons as rows of the form."""
    return [
        LessonRow(lesson.lesson_id, lesson.title, lesson.kind, lesson.lecture_id)
        for lesson in content.lessons
    ]


def form_of(content: CourseIn, version: int) -> CourseForm:
    """The form of a content that is now in this version."""
    fields = {name: getattr(content, name) for name in AS_TYPED}
    return CourseForm(
        version=str(version),
        base=dump_base(content),
        fastest=str(float(content.fastest)),
        **fields,
    )


def read_content(form: CourseForm, rows: Iterable[LessonRow]) -> CourseIn:
    """What was typed, without removed lessons. Raises msgspec.ValidationError."""
    fields = {name: form[name].data or "" for name in AS_TYPED}
    lessons = [
        {
            "title": row.title,
            "lesson_id": row.lesson_id,
            "kind": row.kind,
            "lecture_id": row.lecture_id if row.kind == "lecture" else "",
        }
        for row in rows
        if not row.is_removed
    ]
    typed = fields | {"lessons": lessons, "fastest": form.fastest.data or 2.0}
    return msgspec.convert(typed, CourseIn, strict=False)


def dump_base(content: CourseIn) -> str:
    """A content as a hidden field carries it."""
    return msgspec.json.encode(content).decode()


def load_base(written: str) -> CourseIn | None:
    """The content that its editor began with; None for what is none."""
    if len(written) > BASE_BYTES:
        return None
    try:
        return msgspec.json.decode(written, type=CourseIn)
    except msgspec.DecodeError:  # of which a ValidationError is one
        return None
