"""Documents of the record, declared for MongoEngine."""

import mongoengine as me
from chassis.storage.documents import (
    Aggregate,
    ProjectionDocument,
    aggregate_meta,
    projection_meta,
)


class CourseDocument(ProjectionDocument):
    """A projected course; `lectures` finds it by what it shows."""

    meta = projection_meta("learning", "courses", "lectures")
    edition = me.IntField(required=True)
    title = me.StringField(required=True)
    lessons = me.ListField(me.DictField())
    lectures = me.ListField(me.StringField())


class ClassDocument(ProjectionDocument):
    """A projected class."""

    meta = projection_meta("learning", "classes")
    course_id = me.StringField(required=True)
    title = me.StringField(required=True)
    starts_on = me.StringField()
    ends_on = me.StringField()


class SeatDocument(ProjectionDocument):
    """A projected seat."""

    meta = projection_meta(
        "learning", "seats", ("person_id", "course_id"), ("course_id", "id")
    )
    person_id = me.StringField(required=True)
    class_id = me.StringField(required=True)
    course_id = me.StringField(required=True)
    seated = me.BooleanField(required=True)
    seated_until = me.DateTimeField(null=True)
    branch_id = me.StringField()


class MakeUpDocument(Aggregate):
    """An edition of a course, and how far what was watched before is made up."""

    meta = aggregate_meta("learning", "makeups", "work_due")
    course_id = me.StringField(required=True)
    edition = me.IntField(required=True)
    after = me.StringField()
    waits = me.StringField()
    rounds = me.IntField()
    work_due = me.FloatField(null=True)
    work_tries = me.IntField()


class RecordDocument(Aggregate):
    """A record: how far a person is in a course."""

    meta = aggregate_meta("learning", "records", "person_id")
    person_id = me.StringField(required=True)
    course_id = me.StringField(required=True)
    lessons_done = me.ListField(me.StringField())
    completed_edition = me.IntField(required=True)
    done_at = me.DateTimeField(null=True)
    source = me.StringField()


class WatchedDocument(ProjectionDocument):
    """The per cent of an edition that a person has watched."""

    meta = projection_meta("learning", "watched", "person_id")
    person_id = me.StringField(required=True)
    lecture_id = me.StringField(required=True)
    percent = me.IntField(required=True)


class HoursDocument(Aggregate):
    """An hours entry of the ledger."""

    meta = aggregate_meta("learning", "hours", ("person_id", "year", "at"), "corrects")
    person_id = me.StringField(required=True)
    quarters = me.IntField(required=True)
    year = me.IntField(required=True)
    reason = me.StringField(required=True)
    title = me.StringField(required=True)
    edition = me.IntField(required=True)
    rule = me.StringField(required=True)
    at = me.DateTimeField(required=True)
    seconds = me.FloatField()
    corrects = me.StringField()
    undoes = me.StringField()
    note = me.StringField()
    by = me.StringField()
    source = me.StringField()


class CertificateDocument(Aggregate):
    """An issued certificate; its number is its id."""

    meta = aggregate_meta(
        "learning", "certificates", "person_id", "class_id", ("key_id", "issued_on")
    )
    number = me.StringField(required=True)
    person_id = me.StringField(required=True)
    class_id = me.StringField(required=True)
    name = me.StringField(required=True)
    title = me.StringField(required=True)
    hours = me.StringField(required=True)
    issued_on = me.StringField(required=True)
    issuer = me.StringField(required=True)
    key_id = me.StringField(required=True)
    signature = me.StringField(required=True)
    revoked_on = me.StringField()
    revoked_for = me.StringField()
    replaces = me.StringField()
    replaced_by = me.StringField()
    joined = me.ListField(me.StringField())
    branch_name = me.StringField()
    starts_on = me.StringField()
    ends_on = me.StringField()


class AliasDocument(ProjectionDocument):
    """A person whose records count for another's, the survivor's."""

    meta = projection_meta("learning", "aliases", "survivor_id")
    survivor_id = me.StringField()


class ReportDocument(Aggregate):
    """A report of a year as it was made last: sums under branch ids, nobody's own."""

    meta = aggregate_meta("learning", "reports", "work_due")
    seen = me.StringField(null=True)
    branch = me.StringField()
    year = me.IntField(required=True)
    made = me.DictField(null=True)
    seconds = me.FloatField(required=True)
    work_due = me.FloatField(null=True)
    work_tries = me.IntField()


ALL = (
    CourseDocument,
    ClassDocument,
    SeatDocument,
    MakeUpDocument,
    RecordDocument,
    WatchedDocument,
    HoursDocument,
    CertificateDocument,
    AliasDocument,
    ReportDocument,
)
