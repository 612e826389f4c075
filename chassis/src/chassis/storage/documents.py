"""What every stored document carries beside its own fields."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import mongoengine as me


@dataclass(frozen=True)
class JobQueue:
    """The documents of a collection that are jobs of a `kind`: those `waiting`, by a
    filter that an index serves, of which the first in `order` that is due comes next.
    """

    kind: str
    waiting: Mapping[str, Any]
    order: str = "work_due"


class Aggregate(me.Document):  # type: ignore[misc] # MongoEngine is untyped
    """A document that changes by version and has its events in the same write.

    `outbox` holds envelopes not yet confirmed; `out_due` is when the relay should
    look, in epoch seconds, and null while there is nothing to publish. `job_queue`
    names the jobs among them, for whoever collects metrics.
    """

    job_queue: ClassVar[JobQueue | None] = None

    meta: ClassVar[dict[str, object]] = {"abstract": True, "auto_create_index": False}

    id = me.StringField(primary_key=True, max_length=200)
    version = me.IntField(required=True)
    outbox = me.ListField(me.DictField())
    out_due = me.FloatField(null=True)


class ProjectionDocument(me.Document):  # type: ignore[misc] # MongoEngine is untyped
    """A row of a read model: it repeats an event of another service.

    `source_version` is the version of the event that it repeats. `awaits_rebuild` names
    the rebuild that has not met the row yet, `rebuilt_in` the one that has.
    """

    meta: ClassVar[dict[str, object]] = {"abstract": True, "auto_create_index": False}

    id = me.StringField(primary_key=True, max_length=200)
    source_version = me.IntField(required=True)
    awaits_rebuild = me.StringField(null=True)
    rebuilt_in = me.StringField()


def aggregate_meta(
    service: str, collection: str, *indexes: object
) -> dict[str, object]:
    """Where an aggregate is kept and by what it is found, also by the relay."""
    return {
        "collection": collection,
        "db_alias": service,
        "auto_create_index": False,
        "indexes": [*indexes, "out_due"],
    }


def projection_meta(
    service: str, collection: str, *indexes: object
) -> dict[str, object]:
    """Where a read model is kept and by what it is found."""
    return {
        "collection": collection,
        "db_alias": service,
        "auto_create_index": False,
        "indexes": list(indexes),
    }
