"""The uploads and editions ports over MongoEngine and the object store."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from chassis.objects.port import Objects
from chassis.storage.aggregates import (
    Aggregates,
    AlreadyThere,
    Form,
    NotThere,
    form_of,
)
from chassis.storage.jobs import claim, renew

from media.domain.lecture import READY, TRANSCODING, WAITING, Edition
from media.domain.upload import CHECKING, Upload

LEASE_SECONDS = 30.0
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

    def claim(self) -> str | None:
        """An upload to be checked, leased to this worker."""
        found = claim(self.rows.collection, {}, 4 * LEASE_SECONDS)
        return found["_id"] if found else None

    def keep_part(self, id_: str, part: int, content: bytes) -> None:
        """Keep a part's bytes."""
        self.objects.put(_part_key(id_, part), content)

    def assemble(self, upload: Upload, path: Path) -> None:
        """Write all parts, in order, to a file."""
        with path.open("wb") as file:
            for part in range(1, upload.count + 1):
                file.write(self.objects.get(_part_key(upload.id, part)))

    def forget_parts(self, id_: str) -> None:
        """The parts are not needed any more."""
        self.objects.remove(f"uploads/{id_}/")


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

    def keep_source(self, key: str, path: Path) -> None:
        """Move the uploaded file to where sources lie."""
        self.objects.put_file(key, path)

    def fetch_source(self, key: str, path: Path) -> None:
        """Copy a source to a file."""
        with path.open("wb") as file:
            for piece in self.objects.read(key, 0, self.objects.size(key)):
                file.write(piece)

    def keep_output(self, edition: Edition, folder: Path) -> None:
        """Keep everything made, playlists last."""
        made = sorted(folder.iterdir(), key=lambda path: path.suffix == ".m3u8")
        for path in made:
            self.objects.put_file(edition.folder + path.name, path)


def _part_key(id_: str, part: int) -> str:
    return f"uploads/{id_}/{part:05d}"
