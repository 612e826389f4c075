"""What says who a person is, over MongoEngine: shown whole, and deleted."""

import datetime
import time
from collections.abc import Callable, Collection, Iterator

from chassis.storage.aggregates import Aggregates, NotFound, collection_of

from enrollment.domain.events import PersonDeleted
from enrollment.domain.join_request import JoinRequest
from enrollment.domain.people import Membership, Person
from enrollment.domain.roster import Chunk
from enrollment.store import documents
from enrollment.store.dry_run_rows import DryRunRows
from enrollment.store.id_numbers import IdNumbers

AT_ONCE = 20
"""Chunks read at once: up to 4,000 rows."""


class StoredPersonalRecords:
    """A person, the memberships, and the rows of chunks, dry runs and projections."""

    def __init__(
        self,
        people: Aggregates[Person],
        memberships: Aggregates[Membership],
        chunks: Aggregates[Chunk],
        dry_runs: DryRunRows,
        id_numbers: IdNumbers,
        requests: Aggregates[JoinRequest],
    ) -> None:
        self.requests = requests
        self.people, self.memberships, self.chunks = people, memberships, chunks
        self.dry_runs, self.id_numbers = dry_runs, id_numbers

    def is_deleted(self, person_id: str) -> bool:
        """Whether the person was there and is deleted."""
        try:
            return self.people.get(person_id).is_deleted
        except NotFound:
            return False

    def find_chunks(self) -> Iterator[Chunk]:
        """Every chunk whose rows are stored still: those of the last month."""
        rows_until = {"rows_until": {"$gt": time.time()}}
        rows = self.chunks.collection.find(
            rows_until, {"outbox": 0}, sort=[("rows_until", 1)], batch_size=AT_ONCE
        )
        for row in rows:
            yield self.chunks.mapping.from_fields(row["_id"], row)

    def blank_chunks(self, blank: Callable[[Chunk], Chunk | None]) -> int:
        """Change every chunk whose rows are stored still; how many were changed."""

        def decide_blank(chunk: Chunk) -> tuple[Chunk, tuple[()]] | None:
            changed = blank(chunk)
            return (changed, ()) if changed else None

        named = [chunk.id for chunk in self.find_chunks() if blank(chunk)]
        for id_ in named:
            self.chunks.change(id_, decide_blank)
        return len(named)

    def delete_dry_runs(self, person: Person, membership_ids: Collection[str]) -> None:
        """Forget what dry runs decided about the person."""
        keys = [f"person/id:{person.id}", f"person/phone:{person.phone}"]
        if person.id_number:
            keys.append(f"person/number:{self.id_numbers.search_key(person.id_number)}")
        keys += [f"membership/id:{id_}" for id_ in sorted(membership_ids)]
        keys.append(f"membership/person:{person.id}")
        self.dry_runs.rows.delete_many({"keys": {"$in": keys}})

    def delete_person(self, person_id: str) -> None:
        """Leave the bare id and that it is deleted, with the event of it."""
        today = datetime.datetime.now(datetime.UTC).date().isoformat()

        def decide_deletion(person: Person) -> tuple[Person, list[object]] | None:
            if person.is_deleted:
                return None
            return Person(person_id, "", "", deleted_on=today), [
                PersonDeleted(person_id)
            ]

        self.people.change(person_id, decide_deletion)

    def delete_memberships(self, person_id: str) -> None:
        """Take the person's memberships away, and by what they are found; they have no
        events."""
        theirs = {"person_id": person_id}
        self.memberships.collection.delete_many(theirs)
        collection_of(documents.NameEntryDocument).delete_many(theirs)

    def delete_watched(self, person_id: str) -> None:
        """Take away what is known here of what the person watched."""
        rows = collection_of(documents.WatchedDocument)
        rows.delete_many({"person_id": person_id})

    def find_requests(self, person_id: str) -> list[JoinRequest]:
        """What the person asked of classes."""
        return self.requests.find({"person_id": person_id})

    def delete_requests(self, person_id: str) -> None:
        """Take away what the person asked of classes, with everybody's words; whoever
        is told of it skips who was deleted."""
        either = [{"person_id": person_id}, {"human_id": person_id}]
        self.requests.collection.delete_many({"$or": either})
