"""Documents of media, declared for MongoEngine."""

import mongoengine as me
from chassis.storage.documents import (
    Aggregate,
    JobQueue,
    ProjectionDocument,
    aggregate_meta,
    projection_meta,
)

from media.domain.lecture import TRANSCODING
from media.domain.upload import CHECKING


class UploadDocument(Aggregate):
    """An upload; `work_due` is set while it waits to be checked, or cleared away."""

    meta = aggregate_meta(
        "media",
        "uploads",
        "work_due",
        ("state", "begun"),
        ("lecture_id", "begun"),
        ("account", "begun"),
    )
    job_queue = JobQueue("upload", {"state": CHECKING})
    lecture_id = me.StringField(required=True)
    title = me.StringField(required=True)
    bytes = me.LongField(required=True)
    ticket = me.StringField()
    begun = me.FloatField(required=True)
    state = me.StringField(required=True)
    reason = me.StringField()
    account = me.StringField()
    mark = me.StringField()
    job = me.DictField()
    is_cleared = me.BooleanField()
    work_due = me.FloatField(null=True)
    work_rank = me.FloatField()
    work_cost = me.FloatField()
    work_tries = me.IntField()


class EditionDocument(Aggregate):
    """An edition; `work_due` is set while it waits to be transcoded, or cleared away.

    Of those that are due the one with the lowest `work_rank` comes first.
    """

    meta = aggregate_meta(
        "media", "editions", "work_due", ("lecture_id", "number"), "state"
    )
    job_queue = JobQueue("lecture", {"state": TRANSCODING})
    lecture_id = me.StringField(required=True)
    number = me.IntField(required=True)
    title = me.StringField(required=True)
    source = me.StringField(required=True)
    seconds = me.FloatField(required=True)
    bytes = me.LongField(required=True)
    probed = me.DictField(null=True)
    state = me.StringField(required=True)
    percent = me.IntField(required=True)
    renditions = me.ListField(me.StringField())
    reason = me.StringField()
    job = me.DictField()
    is_cleared = me.BooleanField()
    work_due = me.FloatField(null=True)
    work_rank = me.FloatField()
    work_cost = me.FloatField()
    work_tries = me.IntField()


class CaptionTrackDocument(Aggregate):
    """Captions of a lecture in one language; the whole text is two MB at most."""

    meta = aggregate_meta("media", "caption_tracks", ("lecture_id", "language"))
    lecture_id = me.StringField(required=True)
    language = me.StringField(required=True)
    label = me.StringField(required=True)
    text = me.StringField()
    cues = me.IntField(required=True)
    last_start = me.FloatField(required=True)
    changed = me.FloatField(required=True)
    account = me.StringField()
    is_deleted = me.BooleanField(required=True)


class WatchDocument(Aggregate):
    """A watch record; `covered` is short by nature: what is watched on joins.

    `served` are the segments that its last sessions got, by session.
    """

    meta = aggregate_meta(
        "media", "watch_records", "person_id", ("lecture_id", "edition", "id")
    )
    person_id = me.StringField(required=True)
    lecture_id = me.StringField(required=True)
    edition = me.IntField(required=True)
    seconds = me.FloatField(required=True)
    covered = me.ListField(me.ListField(me.FloatField()))
    position = me.FloatField(required=True)
    completed = me.BooleanField(required=True)
    viewer = me.DictField()
    viewer_version = me.IntField()
    served = me.DictField()


class ViewerDocument(Aggregate):
    """A person's active player and budget of time."""

    meta = aggregate_meta("media", "viewers")
    person_id = me.StringField(required=True)
    player = me.StringField()
    since = me.FloatField(required=True)
    heard = me.FloatField(required=True)
    budget = me.DictField(required=True)


class CourseDocument(ProjectionDocument):
    """Which lectures a course shows, and the fastest rate it allows."""

    meta = projection_meta("media", "courses", "lectures")
    edition = me.IntField(required=True)
    lectures = me.ListField(me.StringField())
    fastest = me.FloatField()


class SeatDocument(ProjectionDocument):
    """A person's seat in a class of a course."""

    meta = projection_meta("media", "seats", ("person_id", "course_id"))
    person_id = me.StringField(required=True)
    course_id = me.StringField(required=True)
    seated = me.BooleanField(required=True)


class AliasDocument(ProjectionDocument):
    """A person whose records count for another's, the survivor's."""

    meta = projection_meta("media", "aliases", "survivor_id")
    survivor_id = me.StringField()


ALL = (
    UploadDocument,
    EditionDocument,
    CaptionTrackDocument,
    WatchDocument,
    ViewerDocument,
    CourseDocument,
    SeatDocument,
    AliasDocument,
)
