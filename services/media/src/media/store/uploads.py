"""The uploads port over MongoEngine and the object store."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

from chassis.content import Content, EndsEarly
from chassis.storage.aggregates import Aggregates, FieldMapping, NotFound, mapping_of

from media.domain.errors import WrongPart
from media.domain.upload import (
    CHECKING,
    OPEN,
    PART_SIZE,
    REFUSED,
    PlaceInUploads,
    Upload,
)
from media.objects.port import NoObject, Objects
from media.store.job_leases import (
    ALONE,
    LeaseTerms,
    StoredJobLease,
    claim_job,
    fetch_object,
    no_fault_of_the_file,
    work_fields,
)

ADDRESS_SECONDS = 900  # for 8 MiB over a line of 75 kbit/s; then another is asked for
UNFINISHED = {"state": {"$in": [OPEN, CHECKING]}}
plain: FieldMapping[Upload] = mapping_of(Upload)


def _to_fields(upload: Upload) -> dict[str, Any]:
    is_left = upload.state == REFUSED and not upload.is_cleared
    waits = upload.state == CHECKING or is_left
    return plain.to_fields(upload) | work_fields(upload.job, waits, upload.cost)


UPLOAD_FORM = FieldMapping(_to_fields, plain.from_fields)


class StoredUploads:
    """Uploads, their parts in the object store; `wake` wakes who checks them."""

    def __init__(
        self,
        rows: Aggregates[Upload],
        objects: Objects,
        leasing: LeaseTerms = ALONE,
        wake: Callable[[], None] = lambda: None,
    ) -> None:
        self.rows, self.objects, self.leasing = rows, objects, leasing
        self.wake = wake

    def get(self, id_: str) -> Upload | None:
        """The upload with this id, or None."""
        try:
            return self.rows.get(id_)
        except NotFound:
            return None

    def create(self, upload: Upload) -> None:
        """Put a new upload."""
        self.rows.add(upload.id, upload)

    def change(self, id_: str, decide: Callable[[Upload], Upload | None]) -> Upload:
        """Read an upload, decide, write under the version that was read."""

        def without_events(upload: Upload) -> tuple[Upload, tuple[()]] | None:
            decided = decide(upload)
            return None if decided is None else (decided, ())

        changed = self.rows.change(id_, without_events)
        self.wake()
        return changed

    def get_latest(self, lecture_id: str) -> Upload | None:
        """The upload of a lecture that was begun last, or None."""
        uploads = self._find_newest({"lecture_id": lecture_id}, 1)
        return uploads[0] if uploads else None

    def find_newest(
        self, account: str | None, limit: int, behind: PlaceInUploads | None = None
    ) -> list[Upload]:
        """Uploads of an account, or all, behind a place; those begun last first."""
        filter_: dict[str, Any] = {} if account is None else {"account": account}
        if behind is not None:
            filter_["$or"] = [
                {"begun": {"$lt": behind.begun}},
                {"begun": behind.begun, "_id": {"$lt": behind.id}},
            ]
        return self._find_newest(filter_, limit)

    def _find_newest(self, filter_: Mapping[str, Any], limit: int) -> list[Upload]:
        return self.rows.find(filter_, sort=[("begun", -1), ("_id", -1)], limit=limit)

    def find_unfinished(self) -> list[Upload]:
        """Every upload that is open or being checked, by when it was begun."""
        return self.rows.find(UNFINISHED, sort=[("begun", 1), ("_id", 1)])

    def find_unfinished_of(self, lecture_id: str) -> list[Upload]:
        """A lecture's uploads that are open or being checked."""
        return self.rows.find({"lecture_id": lecture_id, **UNFINISHED})

    def find_checking(self, lecture_id: str) -> list[Upload]:
        """A lecture's uploads that are checked or wait for that."""
        return self.rows.find({"lecture_id": lecture_id, "state": CHECKING})

    def claim(self) -> StoredJobLease | None:
        """An upload to be checked, held by this worker."""
        return self._claim_in_state(CHECKING)

    def claim_refused(self) -> StoredJobLease | None:
        """A refused upload of which something is kept, held by this worker."""
        return self._claim_in_state(REFUSED)

    def _claim_in_state(self, state: str) -> StoredJobLease | None:
        return claim_job(self.rows.collection, {"state": state}, self.leasing)

    def find_stale(self, before: float, limit: int) -> list[Upload]:
        """Uploads that are still open and were begun before this moment."""
        filter_ = {"state": OPEN, "begun": {"$lte": before}}
        return self.rows.find(filter_, sort=[("begun", 1)], limit=limit)

    def free_bytes(self) -> int | None:
        """The bytes that the object store can still take, or None: it does not say."""
        return self.objects.get_free_bytes()

    def open_parts(self, source: str) -> str:
        """Open a put in parts at the object store; its ticket."""
        return self.objects.begin_upload(source, PART_SIZE)

    def store_part(
        self, upload: Upload, part: int, content: BinaryIO, size: int
    ) -> None:
        """Store a part's bytes, read in pieces.

        Raises WrongPart if they may not come any more, or do not all come.
        """
        bytes_of_part = Content(content, size)
        try:
            self.objects.put_part(upload.source, upload.ticket, part, bytes_of_part)
        except NoObject as error:
            raise WrongPart("上传已结束：请另开一次上传") from error
        except EndsEarly as error:
            raise WrongPart(f"第 {part} 部分没有传完：请重新发送这一部分") from error

    def part_address(self, upload: Upload, part: int) -> str | None:
        """Where the client may send the part itself, or None: not here."""
        return self.objects.part_address(
            upload.source, upload.ticket, part, ADDRESS_SECONDS
        )

    def find_stored_parts(self, upload: Upload) -> Mapping[int, int]:
        """The size of every part that is kept; none once they are joined."""
        try:
            return self.objects.find_parts(upload.source, upload.ticket)
        except NoObject:
            return {}

    def assemble_parts(
        self, upload: Upload, path: Path, check: Callable[[], None]
    ) -> None:
        """Join the parts, unless they were before, and copy the whole to a file.

        Raises NoLecture where neither parts nor whole are there any more, Interrupted,
        and what `check` raises, which is asked now and then.
        """
        with no_fault_of_the_file(), suppress(NoObject):
            self.objects.complete_upload(upload.source, upload.ticket)
        fetch_object(self.objects, upload.source, path, check)

    def delete_files(self, upload: Upload) -> None:
        """Parts and source are not needed any more."""
        self.objects.abort_upload(upload.source, upload.ticket)
        self.objects.remove(upload.source)
