"""The document of a request to join, declared for MongoEngine."""

import mongoengine as me
from chassis.storage.documents import Aggregate, aggregate_meta


class JoinRequestDocument(Aggregate):
    """What a human asks of a class; class and human are its id."""

    meta = aggregate_meta(
        "enrollment",
        "join_requests",
        ("state", "asked", "id"),
        ("branch_id", "state", "asked", "id"),
        ("decided", "id"),
        ("branch_id", "decided", "id"),
        "person_id",
        "human_id",
        "settle_due",
        ("class_id", "state"),
    )
    class_id = me.StringField(required=True)
    human_id = me.StringField(required=True)
    person_id = me.StringField(required=True)
    branch_id = me.StringField(required=True)
    asked = me.FloatField(required=True)
    round = me.IntField(required=True, min_value=1)
    why = me.StringField(max_length=4000)
    state = me.StringField(required=True)
    reason = me.StringField(max_length=4000)
    decided_by = me.StringField()
    decided = me.FloatField()
    settle_due = me.FloatField()
    cause = me.StringField(max_length=40)
