"""Media's uploads and lectures on one engine, with what tests do to them."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from io import BytesIO
from pathlib import Path
from typing import Any

from media.clients.scratch import FolderScratch
from media.domain.lecture import Edition
from media.domain.probed import Picture, Probed
from media.domain.upload import (
    Upload,
)
from media.events.to_events import to_event
from media.objects.directory import DirectoryObjects
from media.store import documents
from media.store.caption_tracks import TRACK_FORM, StoredCaptionTracks
from media.store.editions import EDITION_FORM, StoredEditions
from media.store.uploads import UPLOAD_FORM, StoredUploads
from media.usecases.cancel_making import cancel_making
from media.usecases.check_upload import CheckUpload
from media.usecases.clear_bytes import ClearBytes
from media.usecases.delete_lecture import delete_lecture
from media.usecases.ports import Events
from media.usecases.receive_upload import ReceiveUpload, UploadLimits

from tests.engines import Kept
from tests.stores.rows import outbox

FILM = b"\x00\x00\x00\x20ftyp"
PROBED = Probed(61.5, Picture(0, 1280, 720, 25.0, 0.0, 61.5))
LIMITS = UploadLimits(uploads=3, bytes=100, bytes_of_all=150)


class Objects(DirectoryObjects):
    """A directory on a disk as large as a test wants it."""

    free: int | None = None

    def get_free_bytes(self) -> int | None:
        return self.free


@dataclass
class Shown:
    """The courses that show a lecture; what is done while they are looked for."""

    courses: list[str] = field(default_factory=list)
    meanwhile: Callable[[], object] = lambda: None

    def find_courses_showing(self, lecture_id: str) -> list[str]:
        self.meanwhile()
        return self.courses


@dataclass
class Raced:
    """Editions; what others do just before all of a lecture are read."""

    editions: StoredEditions
    meanwhile: Callable[[], object]

    def get_latest(self, lecture_id: str) -> Edition | None:
        return self.editions.get_latest(lecture_id)

    def find_by_lecture(self, lecture_id: str) -> list[Edition]:
        self.meanwhile()
        return self.editions.find_by_lecture(lecture_id)

    def change(
        self, id_: str, decide: Callable[[Edition], tuple[Edition, Events] | None]
    ) -> Edition:
        return self.editions.change(id_, decide)


@dataclass
class Probe:
    """Every file is this, or this is raised; what is done while it looks."""

    found: Probed | Exception = PROBED
    meanwhile: Callable[[], None] = lambda: None

    def probe_file(self, path: Path, tick: Callable[[], None]) -> Probed:
        self.meanwhile()
        tick()
        if isinstance(self.found, Exception):
            raise self.found
        return self.found


class Media:
    """Uploads and editions, and the use cases on them."""

    def __init__(self, kept: Kept, folder: Path) -> None:
        self.objects = Objects(folder / "objects")
        self.objects.prepare()
        self.work = folder / "work"
        self.work.mkdir()
        self.uploads = StoredUploads(
            kept.aggregates("media", documents.UploadDocument, UPLOAD_FORM, to_event),
            self.objects,
        )
        self.editions = StoredEditions(
            kept.aggregates("media", documents.EditionDocument, EDITION_FORM, to_event),
            self.objects,
        )
        self.tracks = StoredCaptionTracks(
            kept.aggregates(
                "media", documents.CaptionTrackDocument, TRACK_FORM, to_event
            )
        )
        self.take = ReceiveUpload(self.uploads, LIMITS, time.time)

    def begin(self, id_: str, size: int = 8, **more: Any) -> Upload:
        upload = Upload(id_, "v1", "触电急救", size, account="jiaowu")
        return self.take.begin_upload(replace(upload, **more))

    def send(self, id_: str, **more: Any) -> Upload:
        """A whole upload that waits for its check."""
        self.begin(id_, **more)
        self.fill(id_)
        return self.take.complete_upload(id_)

    def fill(self, id_: str) -> None:
        self.take.receive_part(id_, 1, BytesIO(FILM), len(FILM))

    def check(self, probe: Probe | None = None) -> bool:
        scratch = FolderScratch(self.work)
        return CheckUpload(
            self.uploads, self.editions, probe or Probe(), scratch, time.time
        )()

    def clear(self) -> None:
        clear = ClearBytes(self.uploads, self.editions)
        while clear():
            pass

    def delete(self, *courses: str) -> None:
        shown = Shown(list(courses))
        delete_lecture(
            self.editions, self.uploads, shown, self.tracks, "v1", time.time()
        )

    def cancel(self) -> None:
        cancel_making(self.editions, self.uploads, "v1", time.time())

    def ready(self) -> None:
        """A lecture that can be watched, with its files."""
        self.send("u1")
        self.check()
        self.editions.change("v1.1", lambda held: held.queue_making(time.time()))
        self.editions.change("v1.1", lambda held: held.begin_try(time.time()))
        self.editions.change("v1.1", lambda held: held.finish_try(1, ("360p",), 61.5))
        self.objects.put("lectures/v1/1/master.m3u8", b"#EXTM3U")

    def upload(self, id_: str = "u1") -> tuple[str, str]:
        """State and reason."""
        found = self.uploads.get(id_)
        assert found is not None
        return found.state, found.reason

    def numbers(self) -> list[tuple[int, str]]:
        """Every edition's number and state."""
        return [(one.number, one.state) for one in self.editions.find_by_lecture("v1")]

    def told(self, id_: str = "v1.1") -> list[tuple[str, Any]]:
        events = outbox(self.editions.rows, id_)
        return [(event["type"], event["data"].get("reason")) for event in events]

    def keys(self) -> list[str]:
        return list(self.objects.every_key())
