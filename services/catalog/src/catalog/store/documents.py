"""Documents of the catalogue, declared for MongoEngine."""

import mongoengine as me
from chassis.storage.documents import (
    Aggregate,
    ProjectionDocument,
    aggregate_meta,
    projection_meta,
)


class AreaDocument(Aggregate):
    """An area with its modules."""

    meta = aggregate_meta("catalog", "areas")
    code = me.StringField(required=True)
    name = me.StringField(required=True)
    place = me.IntField(required=True)
    modules = me.ListField(me.DictField())
    revision = me.IntField(required=True)
    edited = me.DictField()


class ProjectDocument(Aggregate):
    """A training project."""

    meta = aggregate_meta("catalog", "projects")
    code = me.StringField(required=True)
    name = me.StringField(required=True)
    place = me.IntField(required=True)
    form = me.StringField()
    summary = me.StringField()
    revision = me.IntField(required=True)
    edited = me.DictField()


class CourseDocument(Aggregate):
    """A course, and what its published edition and its draft are found by.

    The words of one with long texts are too many for an index: they are `long_words`
    and `long_draft_words`.
    """

    meta = aggregate_meta(
        "catalog",
        "courses",
        ("state", "module"),
        "title_words",
        "found_by",
        "is_long",
        ("state", "edited_at"),
        ("state", "title"),
        "draft_words",
        "is_long_draft",
    )
    title = me.StringField(required=True, max_length=200)
    module = me.StringField(required=True)
    summary = me.StringField(max_length=4000)
    teacher = me.StringField(max_length=200)
    lessons = me.ListField(me.DictField())
    state = me.StringField(required=True)
    edition = me.IntField(required=True)
    published = me.DictField(null=True)
    fastest = me.FloatField(min_value=1, max_value=2)
    title_words = me.ListField(me.StringField())
    found_by = me.ListField(me.StringField())
    long_words = me.ListField(me.StringField())
    is_long = me.BooleanField()
    picture = me.StringField()
    picture_alt = me.StringField(max_length=200)
    language = me.StringField()
    revision = me.IntField(required=True)
    edits = me.ListField(me.DictField())
    issued = me.DictField()
    draft_words = me.ListField(me.StringField())
    long_draft_words = me.ListField(me.StringField())
    is_long_draft = me.BooleanField()
    is_changed = me.BooleanField()
    edited_at = me.StringField()


class EditionDocument(Aggregate):
    """An edition of a course that has had a next one."""

    meta = aggregate_meta("catalog", "editions", ("course_id", "number"))
    course_id = me.StringField(required=True)
    number = me.IntField(required=True)
    content = me.DictField(required=True)
    issued = me.DictField()


class ClassDocument(Aggregate):
    """A training class, and what its title is found by."""

    meta = aggregate_meta(
        "catalog",
        "classes",
        ("state", "starts_on"),
        ("course_id", "state"),
        "title_words",
        ("state", "ends_on"),
        "ends_on",
        "project",
    )
    course_id = me.StringField(required=True)
    title = me.StringField(required=True, max_length=200)
    capacity = me.IntField(required=True, min_value=1)
    quotas = me.ListField(me.DictField())
    starts_on = me.StringField(required=True)
    ends_on = me.StringField(required=True)
    point = me.StringField()
    form = me.StringField(required=True)
    state = me.StringField(required=True)
    revision = me.IntField(required=True)
    admission = me.StringField()
    seats_revision = me.IntField()
    reason = me.StringField(max_length=200)
    project = me.StringField()
    title_words = me.ListField(me.StringField())


class LectureDocument(ProjectionDocument):
    """A lecture as media published it."""

    meta = projection_meta("catalog", "lectures")
    edition = me.IntField(required=True)
    state = me.StringField(required=True)
    percent = me.IntField()
    seconds = me.FloatField()
    reason = me.StringField()


ALL = (
    AreaDocument,
    ProjectDocument,
    CourseDocument,
    EditionDocument,
    ClassDocument,
    LectureDocument,
)
