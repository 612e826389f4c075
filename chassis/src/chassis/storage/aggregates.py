"""The one function family through which services write.

State, version and events go into one update of one document, guarded by the
version that was read. Nothing else in a service writes an aggregate.
"""

import dataclasses
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

import mongoengine
import msgspec
from bson.errors import BSONError
from pymongo import DeleteOne, InsertOne, ReturnDocument, UpdateOne
from pymongo.collection import Collection
from pymongo.errors import BulkWriteError, DuplicateKeyError, WriteError

from chassis.errors import OwnFault, WriteConflict
from chassis.events.envelope import Envelope, PublicEvent, create_envelope, to_document
from chassis.storage.documents import Aggregate
from chassis.telemetry.tracing import current_traceparent

T = TypeVar("T")
Fields = dict[str, Any]
DomainEvents = Sequence[object]
Write = InsertOne[Fields] | UpdateOne | DeleteOne
DUPLICATE = 11000
NOT_STORABLE = (
    BSONError,
    BulkWriteError,
    WriteError,
    mongoengine.ValidationError,
    OverflowError,
    RecursionError,
    UnicodeError,
)
"""What is raised for a document that no store takes, however well the store is."""
RETRIES = 60


class AlreadyExists(OwnFault):
    """A document with this id, or this unique value, exists."""

    is_sentence = False


class NotFound(OwnFault, LookupError):
    """No document has this id."""

    is_sentence = False


def collection_of(document: Any) -> Collection[dict[str, Any]]:
    """The collection of a MongoEngine document class."""
    found: Collection[dict[str, Any]] = document._get_collection()
    return found


def write_all(rows: Collection[Fields], writes: Sequence[Write]) -> list[int]:
    """Do these writes in bulk, in no order; the places of those refused since their id
    or another unique value is there. Raises BulkWriteError for any other fault."""
    try:
        if writes:
            rows.bulk_write(writes, ordered=False)
    except BulkWriteError as error:
        faults = error.details["writeErrors"]
        if any(fault["code"] != DUPLICATE for fault in faults):
            raise
        return [fault["index"] for fault in faults]
    return []


@dataclass(frozen=True)
class FieldMapping(Generic[T]):
    """How an aggregate becomes fields and back."""

    to_fields: Callable[[T], Fields]
    from_fields: Callable[[str, Mapping[str, Any]], T]


def mapping_of(kind: type[T]) -> FieldMapping[T]:
    """The form of a dataclass whose fields are stored under their own names."""
    msgspec.json.Decoder(kind)  # makes it ready before threads use it (see structs.py)
    names = {field.name for field in dataclasses.fields(kind)}  # type: ignore[arg-type]

    def to_fields(value: T) -> Fields:
        fields = dataclasses.asdict(value)  # type: ignore[call-overload]
        fields.pop("id", None)
        return cast(Fields, fields)

    def from_fields(id_: str, stored: Mapping[str, Any]) -> T:
        fields = {name: stored[name] for name in names if name in stored}
        if "id" in names:
            fields["id"] = id_
        return msgspec.convert(fields, kind)

    return FieldMapping(to_fields, from_fields)


class Aggregates(Generic[T]):
    """The aggregates of one kind.

    `to_event` turns a domain event into the public one; `wake` wakes the relay.
    """

    def __init__(
        self,
        service: str,
        document: type[Aggregate],
        mapping: FieldMapping[T],
        to_event: Callable[[object], PublicEvent],
        wake: Callable[[], None],
    ) -> None:
        self.service, self.document, self.mapping = service, document, mapping
        self.to_event, self.wake = to_event, wake

    @property
    def collection(self) -> Collection[dict[str, Any]]:
        """The collection, for reads."""
        return collection_of(self.document)

    def get(self, id_: str) -> T:
        """Read one. Raises NotFound."""
        found = self.collection.find_one({"_id": id_}, {"outbox": 0})
        if found is None:
            raise NotFound(id_)
        return self.mapping.from_fields(id_, found)

    def get_with_version(self, id_: str) -> tuple[T, int]:
        """Read one and the version it has. Raises NotFound."""
        found = self.collection.find_one({"_id": id_}, {"outbox": 0})
        if found is None:
            raise NotFound(id_)
        return self.mapping.from_fields(id_, found), int(found["version"])

    def find(self, filter_: Mapping[str, Any], **options: Any) -> list[T]:
        """Read those that match; `sort`, `skip` and `limit` as PyMongo has them."""
        cursor = self.collection.find(filter_, {"outbox": 0}, **options)
        return [self.mapping.from_fields(found["_id"], found) for found in cursor]

    def find_after(self, id_: str, limit: int) -> list[tuple[str, T, int]]:
        """The next ones by id: each with its id and version."""
        rows = self.collection.find(
            {"_id": {"$gt": id_}}, {"outbox": 0}, sort=[("_id", 1)], limit=limit
        )
        return [
            (row["_id"], self.mapping.from_fields(row["_id"], row), int(row["version"]))
            for row in rows
        ]

    def count(self) -> int:
        """How many there are."""
        return self.collection.count_documents({})

    def add(self, id_: str, value: T, events: DomainEvents = ()) -> None:
        """Put a new one with its first events. Raises AlreadyExists."""
        try:
            self.collection.insert_one(self._to_document(id_, value, events))
        except DuplicateKeyError as error:
            raise AlreadyExists(id_) from error
        self._wake_for(events)

    def add_many(self, new: Iterable[tuple[str, T, DomainEvents]]) -> set[str]:
        """Put new ones in bulk; the ids that were there already are returned."""
        documents = [
            self._to_document(id_, value, events) for id_, value, events in new
        ]
        there = write_all(self.collection, [InsertOne(d) for d in documents])
        if any(document["outbox"] for document in documents):
            self.wake()
        return {documents[place]["_id"] for place in there}

    def change(
        self, id_: str, decide: Callable[[T], tuple[T, DomainEvents] | None]
    ) -> T:
        """Read, decide, write under the version that was read; again if it moved.

        `decide` returns the new state and its events, or None to change nothing.
        Raises NotFound, WriteConflict and whatever `decide` raises.
        """
        for turn in range(RETRIES):
            found = self.collection.find_one({"_id": id_}, {"outbox": 0})
            if found is None:
                raise NotFound(id_)
            value = self.mapping.from_fields(id_, found)
            decided = decide(value)
            if decided is None:
                return value
            if self.write(id_, found["version"], *decided):
                return decided[0]
            time.sleep(min(0.002 * turn, 0.05))
        raise WriteConflict(id_)

    def write(
        self, id_: str, version: int, value: T, events: DomainEvents = ()
    ) -> bool:
        """Write under the version that was read, which rises by one.

        False where it has another version by now, or is not there.
        """
        envelopes = self._to_envelopes(id_, version + 1, events)
        update: dict[str, Any] = {
            "$set": self._to_fields(id_, value),
            "$inc": {"version": 1},
        }
        if envelopes:
            update["$push"] = {"outbox": {"$each": envelopes}}
            update["$set"]["out_due"] = time.time()
        guard = {"_id": id_, "version": version}
        written = self.collection.find_one_and_update(
            guard, update, {"_id": 1}, return_document=ReturnDocument.AFTER
        )
        if written is None:
            return False
        self._wake_for(events)
        return True

    def overwrite_many(self, values: Iterable[tuple[str, T]]) -> set[str]:
        """Write these as they are now, in bulk, whatever was written since; the ids of
        those that are not there. For what one holder alone changes."""
        writes = {
            id_: UpdateOne(
                {"_id": id_},
                {"$set": self._to_fields(id_, value), "$inc": {"version": 1}},
            )
            for id_, value in values
        }
        if not writes:
            return set()
        done = self.collection.bulk_write(list(writes.values()), ordered=False)
        if done.matched_count == len(writes):
            return set()
        there = self.collection.find({"_id": {"$in": list(writes)}}, {"_id": 1})
        return writes.keys() - {row["_id"] for row in there}

    def pull_matching(self, id_: str, list_field: str, match: Mapping[str, Any]) -> T:
        """Take what matches out of a list of one; as it stands afterwards.

        It is right whatever was written since it was read, so it needs no version; and
        it raises the version, so that nothing decided before is written over it. Raises
        NotFound.
        """
        update = {"$pull": {list_field: match}, "$inc": {"version": 1}}
        found = self.collection.find_one_and_update(
            {"_id": id_}, update, {"outbox": 0}, return_document=ReturnDocument.AFTER
        )
        if found is None:
            raise NotFound(id_)
        return self.mapping.from_fields(id_, found)

    def _to_document(self, id_: str, value: T, events: DomainEvents) -> Fields:
        envelopes = self._to_envelopes(id_, 1, events)
        return {
            "_id": id_,
            "version": 1,
            "outbox": envelopes,
            "out_due": time.time() if envelopes else None,
            "asked_by": current_traceparent(),
            **self._to_fields(id_, value),
        }

    def _to_fields(self, id_: str, value: T) -> Fields:
        """The own fields, checked by the MongoEngine document."""
        fields = self.mapping.to_fields(value)
        self.document(id=id_, version=1, **fields).validate()
        return fields

    def _to_envelopes(
        self, id_: str, version: int, events: DomainEvents
    ) -> list[Fields]:
        return [
            to_document(self._to_envelope(id_, version, place, event))
            for place, event in enumerate(events)
        ]

    def _to_envelope(
        self, id_: str, version: int, place: int, event: object
    ) -> Envelope:
        return create_envelope(self.service, self.to_event(event), id_, version, place)

    def _wake_for(self, events: DomainEvents) -> None:
        if events:
            self.wake()
