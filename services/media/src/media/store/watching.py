"""The watching port over MongoEngine: viewers, watch records, segments handed out.

A report is to cost three commands: a read of the record, a write of the viewer, a
write of the record. So the record's document carries the viewer as it was when the
record was written last, and the segments that its sessions got. Where the viewer has
moved since, the write under its version fails, and the viewer is read after all.
"""

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from chassis.errors import WriteConflict
from chassis.storage.aggregates import (
    Aggregates,
    AlreadyExists,
    FieldMapping,
    NotFound,
    mapping_of,
)

from media.domain.errors import NotEnrolled
from media.domain.intervals import Interval
from media.domain.viewer import Viewer
from media.domain.watch import Judgement, WatchRecord
from media.store.served import ServedSegments

MOST_SESSIONS = 6
"""Sessions of which a record knows the segments: some devices, and some that ended."""
RETRIES = 40
"""Each time another writer was quicker; more mean that something else is wrong."""


@dataclass(frozen=True)
class StoredRecord:
    """A record as its document has it: with the viewer of then, and its segments."""

    record: WatchRecord
    viewer: Viewer
    viewer_version: int = 0
    served: Mapping[str, Collection[int]] = field(default_factory=dict)


@dataclass(frozen=True)
class Spent:
    """What a viewer was before it spent for a record that had moved, and its version
    after it: unless others spent since, it is judged anew from before."""

    version: int
    before: Viewer


plain_record: FieldMapping[WatchRecord] = mapping_of(WatchRecord)
VIEWER_FORM: FieldMapping[Viewer] = mapping_of(Viewer)


def _to_fields(stored: StoredRecord) -> dict[str, Any]:
    """All but the segments: those are added by whoever hands them out."""
    return plain_record.to_fields(stored.record) | {
        "viewer": VIEWER_FORM.to_fields(stored.viewer),
        "viewer_version": stored.viewer_version,
    }


def _from_fields(id_: str, stored: Mapping[str, Any]) -> StoredRecord:
    record = plain_record.from_fields(id_, stored)
    viewer = stored.get("viewer") or {"person_id": record.person_id}
    return StoredRecord(
        record,
        VIEWER_FORM.from_fields(record.person_id, viewer),
        stored.get("viewer_version", 0),
        stored.get("served") or {},
    )


RECORD_FORM = FieldMapping(_to_fields, _from_fields)


class StoredWatching:
    """Viewers and their watch records."""

    def __init__(
        self, records: Aggregates[StoredRecord], viewers: Aggregates[Viewer]
    ) -> None:
        self.records, self.viewers = records, viewers
        self.served = ServedSegments(lambda: records.collection)

    def get(self, id_: str) -> WatchRecord | None:
        """The watch record with this id, or None."""
        try:
            return self.records.get(id_).record
        except NotFound:
            return None

    def find_of_person(
        self, person_id: str, lecture_ids: Collection[str]
    ) -> list[WatchRecord]:
        """The person's records of these lectures, of every edition."""
        wanted = {"person_id": person_id, "lecture_id": {"$in": [*lecture_ids]}}
        return [stored.record for stored in self.records.find(wanted)]

    def find_covered(
        self, lecture_id: str, edition: int, limit: int
    ) -> list[Sequence[Interval]]:
        """The stretches that some people have watched, those of each by itself."""
        wanted = {"lecture_id": lecture_id, "edition": edition}
        found = self.records.collection.find(
            wanted, {"covered": 1}, sort=[("_id", 1)], limit=limit
        )
        return [[(start, end) for start, end in row["covered"]] for row in found]

    def open_record(self, record: WatchRecord, session: str) -> WatchRecord:
        """The record as it is kept, put if it is new; the session may get segments."""
        try:
            self.records.add(record.id, StoredRecord(record, Viewer(record.person_id)))
        except AlreadyExists:
            stored = self.records.get(record.id)
        else:
            return record
        self.served.make_room(record.id, stored.served, session, MOST_SESSIONS)
        return stored.record

    def change(
        self,
        record_id: str,
        session: str,
        decide: Callable[[Viewer, WatchRecord, Collection[int]], Judgement],
    ) -> Judgement:
        """Read viewer, record and the segments that the session got; decide; write.

        Raises NotEnrolled where no stream of it was granted, and WriteConflict.
        """
        spent: Spent | None = None
        for turn in range(RETRIES):
            stored, version = self._read_record(record_id, is_again=turn > 0)
            if spent and spent.version == stored.viewer_version:
                stored = replace(stored, viewer=spent.before)
            segments = frozenset(stored.served.get(session, ()))
            judged = decide(stored.viewer, stored.record, segments)
            changes = judged.viewer != stored.viewer or judged.record != stored.record
            if not changes:
                if turn == 0:
                    continue  # it is not said by a viewer that may have moved on
                return judged
            viewer_version = self._write_viewer(stored, judged.viewer)
            if viewer_version is not None:
                spent = Spent(viewer_version, stored.viewer)
                after = StoredRecord(judged.record, judged.viewer, viewer_version)
                if self.records.write(record_id, version, after, judged.events):
                    return judged
            time.sleep(min(0.002 * turn, 0.05))
        raise WriteConflict(record_id)

    def note_served(self, record_id: str, session: str, segment: int) -> None:
        """Remember that the session got a segment; known to all within a second."""
        self.served.note_segment(record_id, session, segment)

    def write_served(self, got: Mapping[tuple[str, str], Collection[int]]) -> None:
        """Write the segments that sessions got; they are known to all at once."""
        self.served.write_segments(got)

    def _read_record(self, record_id: str, is_again: bool) -> tuple[StoredRecord, int]:
        """A record and its version; its viewer anew where that of then was too old."""
        try:
            stored, version = self.records.get_with_version(record_id)
        except NotFound as error:
            raise NotEnrolled from error
        if is_again or not stored.viewer_version:
            viewer, viewer_version = self._read_viewer(stored.record.person_id)
            stored = StoredRecord(stored.record, viewer, viewer_version, stored.served)
        return stored, version

    def _read_viewer(self, person_id: str) -> tuple[Viewer, int]:
        try:
            return self.viewers.get_with_version(person_id)
        except NotFound:
            try:
                self.viewers.add(person_id, Viewer(person_id))
            except AlreadyExists:
                return self.viewers.get_with_version(person_id)
            return Viewer(person_id), 1

    def _write_viewer(self, stored: StoredRecord, viewer: Viewer) -> int | None:
        """The viewer's version once it is written, or None where it moved meanwhile."""
        if viewer == stored.viewer:
            return stored.viewer_version
        who, version = viewer.person_id, stored.viewer_version
        return version + 1 if self.viewers.write(who, version, viewer) else None
