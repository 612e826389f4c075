"""The editions port over MongoEngine and the object store."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from chassis.storage.aggregates import (
    Aggregates,
    AlreadyExists,
    FieldMapping,
    NotFound,
    mapping_of,
)

from media.domain.lecture import DELETED, READY, TRANSCODING, Edition
from media.objects.port import NoObject, Objects
from media.store.job_leases import (
    ALONE,
    LeaseTerms,
    StoredJobLease,
    claim_job,
    fetch_object,
    get_place_in_line,
    no_fault_of_the_file,
    work_fields,
)

Events = Sequence[object]
plain: FieldMapping[Edition] = mapping_of(Edition)


def _to_fields(edition: Edition) -> dict[str, Any]:
    is_left = edition.state == DELETED and not edition.is_cleared
    waits = edition.state == TRANSCODING or is_left
    return plain.to_fields(edition) | work_fields(edition.job, waits, edition.cost)


EDITION_FORM = FieldMapping(_to_fields, plain.from_fields)


class StoredEditions:
    """Editions, their files in the object store; `wake` wakes who makes them."""

    def __init__(
        self,
        rows: Aggregates[Edition],
        objects: Objects,
        leasing: LeaseTerms = ALONE,
        wake: Callable[[], None] = lambda: None,
    ) -> None:
        self.rows, self.objects, self.leasing = rows, objects, leasing
        self.wake = wake

    def get(self, id_: str) -> Edition | None:
        """The edition with this id, or None."""
        try:
            return self.rows.get(id_)
        except NotFound:
            return None

    def get_latest(self, lecture_id: str) -> Edition | None:
        """The newest edition of a lecture, ready or not."""
        editions = self.find_by_lecture(lecture_id)
        return editions[-1] if editions else None

    def get_latest_ready(self, lecture_id: str) -> Edition | None:
        """The newest that can be watched."""
        editions = self.find_by_lecture(lecture_id)
        ready = [edition for edition in editions if edition.state == READY]
        return ready[-1] if ready else None

    def find_by_lecture(self, lecture_id: str) -> list[Edition]:
        """Every edition of a lecture, by number, deleted ones too."""
        return self.rows.find({"lecture_id": lecture_id}, sort=[("number", 1)])

    def find_in_states(
        self, states: Sequence[str], after: str, limit: int
    ) -> list[Edition]:
        """Editions in one of these states, by id, those behind this id."""
        filter_ = {"state": {"$in": list(states)}, "_id": {"$gt": after}}
        return self.rows.find(filter_, sort=[("_id", 1)], limit=limit)

    def get_waiting_place(self, edition: Edition) -> int:
        """The place of a waiting edition in the line, from 1; 0 where it waits not."""
        if edition.state != TRANSCODING or edition.job.is_held:
            return 0
        return get_place_in_line(self.rows.collection, edition.id, TRANSCODING)

    def create(self, edition: Edition, events: Events) -> bool:
        """Put a new edition with its events; False if its number is taken."""
        try:
            self.rows.add(edition.id, edition, events)
        except AlreadyExists:
            return False
        return True

    def change(
        self, id_: str, decide: Callable[[Edition], tuple[Edition, Events] | None]
    ) -> Edition:
        """Read an edition, decide, write under the version that was read."""
        changed = self.rows.change(id_, decide)
        self.wake()
        return changed

    def claim(self, longest_seconds: float | None) -> StoredJobLease | None:
        """An edition to transcode, held by this worker.

        With a limit only one whose making takes no longer than that.
        """
        waiting: dict[str, Any] = {"state": TRANSCODING}
        if longest_seconds is not None:
            waiting["work_cost"] = {"$lte": longest_seconds}
        return claim_job(self.rows.collection, waiting, self.leasing)

    def claim_deleted(self) -> StoredJobLease | None:
        """A deleted edition of which something is kept, held by this worker."""
        return claim_job(self.rows.collection, {"state": DELETED}, self.leasing)

    def has_source(self, edition: Edition) -> bool:
        """Whether the file that the edition is made of is there."""
        try:
            self.objects.get_size(edition.source)
        except NoObject:
            return False
        return True

    def fetch_source(self, key: str, path: Path, check: Callable[[], None]) -> None:
        """Copy a source to a file, asking `check` now and then.

        Raises NoLecture where it is not there, Interrupted, and what `check` raises.
        """
        fetch_object(self.objects, key, path, check)

    def store_output(
        self, edition: Edition, folder: Path, check: Callable[[], None]
    ) -> None:
        """Store everything made, playlists last, asking `check` before each file.

        Raises Interrupted, and what `check` raises.
        """
        made = sorted(folder.iterdir(), key=lambda path: path.suffix == ".m3u8")
        for path in made:
            check()
            with no_fault_of_the_file():
                self.objects.put_file(edition.folder + path.name, path)

    def delete_files(self, edition: Edition) -> None:
        """Source and everything made are not needed any more."""
        self.objects.remove(edition.source)
        self.objects.remove(edition.folder)
