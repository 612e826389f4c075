"""The uploads and editions ports over MongoEngine and the object store."""

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

from chassis.content import Content, EndsEarly
from chassis.objects.port import NoObject, Objects
from chassis.storage.aggregates import (
    Aggregates,
    AlreadyThere,
    Form,
    NotThere,
    form_of,
)
from chassis.storage.jobs import claim, renew

from media.domain.errors import NoLecture, WrongPart
from media.domain.lecture import READY, TRANSCODING, WAITING, Edition
from media.domain.upload import CHECKING, OPEN, PART_SIZE, Upload

LEASE_SECONDS = 30.0
ADDRESS_SECONDS = 900
Facts = Sequence[object]
plain_upload: Form[Upload] = form_of(Upload)
plain_edition: Form[Edition] = form_of(Edition)


def _upload_fields(upload: Upload) -> dict[str, Any]:
    due = time.time() if upload.state == CHECKING else None
    return plain_upload.to_fields(upload) | {"work_due": due}


def _edition_fields(edition: Edition) -> dict[str, Any]:
    fields = plain_edition.to_fields(edition)
    if edition.state == WAITING:
        return fields | {"work_due": None, "work_tries": 0}
    if edition.state == TRANSCODING:
        return fields
    return fields | {"work_due": None}


UPLOAD_FORM = Form(_upload_fields, plain_upload.from_fields)
EDITION_FORM = Form(_edition_fields, plain_edition.from_fields)


class StoredUploads:
    """Uploads, their parts in the object store."""

    def __init__(self, rows: Aggregates[Upload], objects: Objects) -> None:
        self.rows, self.objects = rows, objects

    def get(self, id_: str) -> Upload | None:
        """One upload, or None."""
        try:
            return self.rows.get(id_)
        except NotThere:
            return None

    def add(self, upload: Upload) -> None:
        """Put a new one."""
        self.rows.add(upload.id, upload)

    def change(self, id_: str, decide: Callable[[Upload], Upload | None]) -> Upload:
        """Read, decide, write under the version that was read."""

        def without_facts(upload: Upload) -> tuple[Upload, tuple[()]] | None:
            decided = decide(upload)
            return None if decided is None else (decided, ())

        return self.rows.change(id_, without_facts)

    def latest(self, lecture_id: str) -> Upload | None:
        """The upload of a lecture that was begun last, or None."""
        filter_ = {"lecture_id": lecture_id}
        found = self.rows.find(filter_, sort=[("begun", -1)], limit=1)
        return found[0] if found else None

    def claim(self) -> str | None:
        """An upload to be checked, leased to this worker."""
        found = claim(self.rows.collection, {}, 4 * LEASE_SECONDS)
        return found["_id"] if found else None

    def stale(self, before: float, limit: int) -> list[Upload]:
        """Uploads that are still open and were begun before this moment."""
        filter_ = {"state": OPEN, "begun": {"$lte": before}}
        return self.rows.find(filter_, sort=[("begun", 1)], limit=limit)

    def open_parts(self, source: str) -> str:
        """Open a put in parts at the object store; its ticket."""
        return self.objects.begin(source, PART_SIZE)

    def keep_part(
        self, upload: Upload, part: int, content: BinaryIO, size: int
    ) -> None:
        """Keep a part's bytes, read in pieces.

        Raises WrongPart if they may not come any more, or do not all come.
        """
        kept = Content(content, size)
        try:
            self.objects.put_part(upload.source, upload.ticket, part, kept)
        except NoObject as error:
            raise WrongPart("上传已结束：请另开一次上传") from error
        except EndsEarly as error:
            raise WrongPart(f"第 {part} 部分没有传完：请重新发送这一部分") from error

    def part_address(self, upload: Upload, part: int) -> str | None:
        """Where the client may send the part itself, or None: not here."""
        return self.objects.part_address(
            upload.source, upload.ticket, part, ADDRESS_SECONDS
        )

    def kept_parts(self, upload: Upload) -> Mapping[int, int]:
        """The size of every part that is kept; none once they are joined."""
        try:
            return self.objects.parts(upload.source, upload.ticket)
        except NoObject:
            return {}

    def assemble(self, upload: Upload, path: Path) -> None:
        """Join the parts, unless they were before, and copy the whole to a file.

        Raises NoLecture where neither parts nor whole are there any more.
        """
        with suppress(NoObject):
            self.objects.complete(upload.source, upload.ticket)
        try:
            self.objects.fetch(upload.source, path)
        except NoObject as error:
            raise NoLecture("parts-gone") from error

    def forget(self, upload: Upload) -> None:
        """Parts and source are not needed any more."""
        self.objects.abort(upload.source, upload.ticket)
        self.objects.remove(upload.source)


class StoredEditions:
    """Editions, their files in the object store."""

    def __init__(self, rows: Aggregates[Edition], objects: Objects) -> None:
        self.rows, self.objects = rows, objects

    def get(self, id_: str) -> Edition | None:
        """One edition, or None."""
        try:
            return self.rows.get(id_)
        except NotThere:
            return None

    def latest(self, lecture_id: str) -> Edition | None:
        """The newest edition of a lecture, ready or not."""
        found = self._of(lecture_id)
        return found[-1] if found else None

    def latest_ready(self, lecture_id: str) -> Edition | None:
        """The newest that can be watched."""
        ready = [edition for edition in self._of(lecture_id) if edition.state == READY]
        return ready[-1] if ready else None

    def _of(self, lecture_id: str) -> list[Edition]:
        return self.rows.find({"lecture_id": lecture_id}, sort=[("number", 1)])

    def add(self, edition: Edition) -> None:
        """Put a new one with what it tells; the same again changes nothing."""
        try:
            self.rows.add(edition.id, edition, edition.begin())
        except AlreadyThere:
            return

    def change(
        self, id_: str, decide: Callable[[Edition], tuple[Edition, Facts] | None]
    ) -> Edition:
        """Read, decide, write under the version that was read."""
        return self.rows.change(id_, decide)

    def make_due(self, id_: str) -> None:
        """Let a worker have it."""
        self.rows.collection.update_one(
            {"_id": id_, "work_due": None, "state": TRANSCODING},
            {"$set": {"work_due": time.time()}},
        )

    def claim(self) -> tuple[str, int] | None:
        """An edition to transcode and the number of this try, leased."""
        found = claim(self.rows.collection, {}, LEASE_SECONDS)
        return (found["_id"], found["work_tries"]) if found else None

    def renew(self, id_: str, tries: int) -> bool:
        """Keep the lease; False when another worker has taken over."""
        return renew(self.rows.collection, id_, tries, LEASE_SECONDS)

    def fetch_source(self, key: str, path: Path) -> None:
        """Copy a source to a file."""
        self.objects.fetch(key, path)

    def keep_output(self, edition: Edition, folder: Path) -> None:
        """Keep everything made, playlists last."""
        made = sorted(folder.iterdir(), key=lambda path: path.suffix == ".m3u8")
        for path in made:
            self.objects.put_file(edition.folder + path.name, path)
