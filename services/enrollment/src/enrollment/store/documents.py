"""Documents of enrolment, declared for MongoEngine."""

import mongoengine as me
from chassis.storage.documents import (
    Aggregate,
    JobQueue,
    ProjectionDocument,
    aggregate_meta,
    projection_meta,
)

from enrollment.store.request_documents import JoinRequestDocument
from enrollment.store.undecided import UNDECIDED


class BranchDocument(Aggregate):
    """A branch; `line` finds all below a branch, in the order of `place`. Beside them
    lies the row of the tree, with the move that is under way."""

    meta = aggregate_meta(
        "enrollment", "branches", ("line", "place"), ("line", "id"), "place"
    )
    name = me.StringField(required=True, max_length=200)
    line = me.ListField(me.StringField(), required=True)
    place = me.StringField()
    closed = me.BooleanField()


class PersonDocument(Aggregate):
    """A person, found by phone, or by the keyed hash of the ID number; `look_due` is
    above zero while the name index has still to follow it."""

    meta = aggregate_meta("enrollment", "people", "phone", "id_key", "look_due")
    name = me.StringField(required=True, max_length=200)
    phone = me.StringField(required=True, max_length=20)
    id_number = me.StringField(max_length=200)
    id_key = me.StringField(max_length=64)
    email = me.StringField(max_length=254)
    deleted_on = me.StringField(max_length=10)
    revision = me.IntField()
    look_due = me.FloatField()


class MembershipDocument(Aggregate):
    """A person in a branch. The id is branch and member number, so it is unique."""

    meta = aggregate_meta("enrollment", "memberships", "person_id", ("branch_id", "id"))
    person_id = me.StringField(required=True)
    branch_id = me.StringField(required=True)
    member_no = me.StringField(required=True, max_length=200)
    since = me.StringField(required=True)
    until = me.StringField()
    past = me.ListField(me.ListField(me.StringField()))


class MergeDocument(Aggregate):
    """That a person's record is an alias of another's, or was."""

    meta = aggregate_meta("enrollment", "merges", "survivor_id", "settle_due")
    person_id = me.StringField(required=True)
    survivor_id = me.StringField(required=True)
    by = me.StringField(required=True)
    at = me.DateTimeField(required=True)
    undone_by = me.StringField()
    undone_at = me.DateTimeField(null=True)
    given_up = me.ListField(me.StringField())
    round = me.IntField(required=True, min_value=1)
    settle_due = me.FloatField()


class DoubleDocument(Aggregate):
    """Two records that look like one human."""

    meta = aggregate_meta("enrollment", "doubles", ("is_open", "id"))
    people = me.ListField(me.StringField())
    is_open = me.BooleanField(required=True)


class NameEntryDocument(Aggregate):
    """A membership by the parts of its person's name; written anew by a worker."""

    meta = aggregate_meta("enrollment", "name_index", ("terms", "id"), "person_id")
    person_id = me.StringField(required=True)
    terms = me.ListField(me.StringField(max_length=60))


class PersonChangeDocument(Aggregate):
    """An audit line of a person: written once, never changed."""

    meta = aggregate_meta("enrollment", "person_changes", ("person_id", "at"))
    person_id = me.StringField(required=True)
    by = me.StringField(required=True)
    source = me.StringField(required=True)
    fields = me.ListField(me.StringField())
    at = me.StringField(required=True)


class BranchContactDocument(Aggregate):
    """How the people of a branch reach it; the branch's id is its id."""

    meta = aggregate_meta("enrollment", "branch_contacts")
    branch_id = me.StringField(required=True)
    name = me.StringField(max_length=80)
    phone = me.StringField(max_length=80)
    hours = me.StringField(max_length=80)
    place = me.StringField(max_length=80)


class SeatBookDocument(Aggregate):
    """The seat book of a class; the class's id is its id."""

    meta = aggregate_meta("enrollment", "seat_books", "emptying", "uncopied")
    class_id = me.StringField(required=True)
    course_id = me.StringField(required=True)
    capacity = me.IntField(required=True, min_value=1)
    quotas = me.DictField()
    taken = me.IntField(required=True, min_value=0)
    waiting = me.IntField(required=True, min_value=0)
    next_ticket = me.IntField(required=True, min_value=1)
    journal = me.ListField(me.DictField())
    closed = me.BooleanField(required=True)
    ends_on = me.StringField()
    class_version = me.IntField()
    admission = me.StringField()
    revision = me.IntField()
    cancelled = me.BooleanField()
    state_version = me.IntField()
    emptying = me.BooleanField()
    uncopied = me.BooleanField()


class EnrolmentDocument(Aggregate):
    """A person in a class; class, person and attempt are its id."""

    meta = aggregate_meta(
        "enrollment",
        "enrolments",
        ("class_id", "state", "ticket"),
        ("class_id", "line", "ticket"),
        ("chunk_id", "class_id"),
        ("class_id", "person_id"),
        "person_id",
    )
    class_id = me.StringField(required=True)
    course_id = me.StringField(required=True)
    person_id = me.StringField(required=True)
    attempt = me.IntField(required=True, min_value=1)
    line = me.ListField(me.StringField(), required=True)
    chunk_id = me.StringField(required=True)
    ticket = me.IntField(required=True, min_value=1)
    first = me.StringField(required=True)
    state = me.StringField(required=True)
    seated_until = me.DateTimeField(null=True)
    left_by = me.StringField()


class ChunkDocument(Aggregate):
    """A roster chunk. `work_due` is set while it waits to be decided, in its `turn`;
    `digest_due` is above zero while its digest has still to follow."""

    meta = aggregate_meta(
        "enrollment",
        "chunks",
        ("state", "turn"),
        ("state", "is_small", "turn"),
        ("branch_id", "state"),
        ("branch_id", "roster_id", "received"),
        ("branch_id", "roster_id", "digest_due"),
        ("branch_id", "received"),
        "digest_due",
        "rows_until",
    )
    job_queue = JobQueue("chunk", {"state": UNDECIDED}, order="turn")
    branch_id = me.StringField(required=True)
    roster_id = me.StringField(required=True)
    key = me.StringField(required=True)
    dry_run = me.BooleanField(required=True)
    rows = me.ListField(me.DictField())
    fingerprint = me.StringField(required=True)
    received = me.FloatField(required=True)
    state = me.StringField(required=True)
    outcomes = me.ListField(me.DictField())
    work_due = me.FloatField(null=True)
    work_tries = me.IntField()
    turn = me.IntField()
    is_small = me.BooleanField()
    asked_by = me.StringField()
    rows_until = me.FloatField(null=True)
    name = me.StringField(max_length=200)
    sent_by = me.StringField(max_length=200)
    repairs = me.ListField(me.IntField())
    kept_id_numbers = me.ListField(me.IntField())
    repaired = me.ListField(me.DictField())
    round = me.IntField()
    kind = me.StringField(max_length=20)
    changes = me.ListField(me.DictField())
    is_sandbox = me.BooleanField()
    digest_due = me.FloatField()


class RefusedMessageDocument(Aggregate):
    """That a branch was told why a message is not taken."""

    meta = aggregate_meta(
        "enrollment",
        "refused_messages",
        {"fields": ["forget_at"], "expireAfterSeconds": 0},
    )
    branch_id = me.StringField(required=True)
    message_id = me.StringField(required=True, max_length=120)
    key = me.StringField(max_length=80)
    reason = me.StringField(required=True, max_length=60)
    place = me.StringField(max_length=120)
    print = me.StringField(required=True, max_length=32)
    forget_at = me.DateTimeField(required=True)


class RosterDocument(Aggregate):
    """A roster, with the counts of its chunks. `work_due` is set while they have still
    to follow it."""

    meta = aggregate_meta("enrollment", "rosters", "work_due", "name", "roster_id")
    branch_id = me.StringField(required=True)
    roster_id = me.StringField(required=True)
    line = me.ListField(me.StringField(), required=True)
    name = me.StringField(max_length=200)
    sent_by = me.StringField(max_length=200)
    dry_run = me.BooleanField(required=True)
    received = me.FloatField(required=True)
    rows = me.IntField()
    chunks = me.IntField()
    undecided = me.IntField()
    moved = me.IntField()
    needing = me.IntField()
    counts = me.DictField()
    notes = me.DictField()
    round = me.IntField(required=True, min_value=0)
    done_round = me.IntField(required=True, min_value=0)
    turned_by = me.StringField(max_length=200)
    turned_at = me.FloatField()
    work_due = me.FloatField(null=True)
    work_tries = me.IntField()


class CourseDocument(ProjectionDocument):
    """The lectures that a course shows."""

    meta = projection_meta("enrollment", "courses")
    lectures = me.ListField(me.StringField())


class WatchedDocument(ProjectionDocument):
    """A person has watched of an edition of a lecture."""

    meta = projection_meta("enrollment", "watched", ("person_id", "lecture_id"))
    person_id = me.StringField(required=True)
    lecture_id = me.StringField(required=True)


class FinishedClassDocument(ProjectionDocument):
    """A person has the certificate of a class; its number is the id."""

    meta = projection_meta("enrollment", "finished_classes", ("class_id", "person_id"))
    person_id = me.StringField(required=True)
    class_id = me.StringField(required=True)


ALL = (
    ChunkDocument,
    RefusedMessageDocument,
    EnrolmentDocument,
    PersonDocument,
    BranchDocument,
    MembershipDocument,
    PersonChangeDocument,
    BranchContactDocument,
    NameEntryDocument,
    MergeDocument,
    DoubleDocument,
    SeatBookDocument,
    JoinRequestDocument,
    RosterDocument,
    CourseDocument,
    WatchedDocument,
    FinishedClassDocument,
)
"""In this order the relay looks at their outboxes: a receipt is waited for."""
