"""Documents of notify, declared for MongoEngine."""

import mongoengine as me
from chassis.storage.documents import (
    Aggregate,
    JobQueue,
    ProjectionDocument,
    aggregate_meta,
    projection_meta,
)

from notify.domain.notice import QUEUES


class NoticeDocument(Aggregate):
    """A notice; the event's id is its id, so no event is told twice."""

    meta = aggregate_meta(
        "notify",
        "notices",
        ("person_id", "at"),
        ("person_id", "read"),
        ("announcement", "read"),
        ("class_id", "at"),
    )
    person_id = me.StringField(required=True)
    kind = me.StringField(required=True)
    words = me.DictField()
    at = me.DateTimeField(required=True)
    read = me.BooleanField(required=True)
    announcement = me.StringField()
    class_id = me.StringField()


class AnnouncementDocument(Aggregate):
    """A notice to a class; `work_due` is null once all are told."""

    meta = aggregate_meta("notify", "announcements", ("class_id", "at"), "work_due")
    class_id = me.StringField(required=True)
    title = me.StringField(required=True)
    text = me.StringField(required=True)
    by = me.StringField(required=True)
    at = me.DateTimeField(required=True)
    key = me.StringField(required=True)
    with_waiting = me.BooleanField(required=True)
    newest_ticket = me.IntField(required=True)
    people = me.IntField(required=True)
    is_done = me.BooleanField(required=True)
    work_due = me.FloatField(null=True)


class MailDocument(Aggregate):
    """A mail or message on its way; `work_due` is null once it is closed."""

    meta = aggregate_meta(
        "notify", "mails", ("queue", "work_due"), "person_id", "digest"
    )
    job_queue = JobQueue("mail", {"queue": {"$in": QUEUES}, "work_due": {"$gte": 0}})
    kind = me.StringField(required=True)
    person_id = me.StringField()
    address = me.StringField()
    words = me.DictField()
    state = me.StringField(required=True)
    code = me.StringField()
    tries = me.IntField()
    not_before = me.FloatField()
    channel = me.StringField()
    until = me.FloatField()
    language = me.StringField()
    digest = me.StringField()
    closed_at = me.FloatField()
    queue = me.StringField()
    work_due = me.FloatField(null=True)


class PreferencesDocument(Aggregate):
    """How a person, whose id it has, wants to be told."""

    meta = aggregate_meta("notify", "preferences")
    language = me.StringField()
    ways = me.DictField()
    quiet_from = me.StringField()
    quiet_until = me.StringField()
    digest_at = me.StringField()
    zone = me.StringField()


class TitleDocument(ProjectionDocument):
    """A projected title of a class."""

    meta = projection_meta("notify", "titles")
    title = me.StringField(required=True)


class CancellationDocument(ProjectionDocument):
    """Why a class was cancelled."""

    meta = projection_meta("notify", "cancellations")
    reason = me.StringField(required=True)


class SeatDocument(ProjectionDocument):
    """A projected seat, or place on the waiting list; its enrolment's id is its id."""

    meta = projection_meta(
        "notify", "seats", ("class_id", "state", "ticket"), "person_id"
    )
    class_id = me.StringField(required=True)
    person_id = me.StringField(required=True)
    branch_id = me.StringField(required=True)
    ticket = me.IntField(required=True)
    state = me.StringField(required=True)


class AliasDocument(ProjectionDocument):
    """A person whose records count for another's, the survivor's."""

    meta = projection_meta("notify", "aliases", "survivor_id")
    survivor_id = me.StringField()


ALL = (
    NoticeDocument,
    MailDocument,
    PreferencesDocument,
    AnnouncementDocument,
    TitleDocument,
    CancellationDocument,
    SeatDocument,
    AliasDocument,
)
